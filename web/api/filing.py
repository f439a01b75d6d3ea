"""Categories that assign themselves: what the planner would choose, and why."""

from typing import Any

from flask import url_for

from lib.ids import new_id
from web.api.blueprint import bp
from web.api.description import FILING, described
from web.api.filing_models import (
    LearnedOut,
    ReplayHeaders,
    ReplayList,
    ReplayOut,
    SuggestIn,
    SuggestionOut,
    SuggestQuery,
)
from web.context import me, services, today

Answer = Any


@bp.get("/api/categories/suggest")
@described(FILING, {200: SuggestionOut})
def suggest_category(query: SuggestQuery) -> SuggestionOut:
    """Which category a purchase belongs in, how sure that is, and why.

    Goes by your rules, by where you filed the like before, and by what is known of shops and words. Nothing is saved.
    """
    return SuggestionOut.of(services.filing.suggest(me(), query.purchase(me(), today())), me())


@bp.post("/api/categories/suggest")
@described(FILING, {200: SuggestionOut}, "write")
def suggest_category_for(json: SuggestIn) -> SuggestionOut:
    """The same, asked with JSON: addresses are written down in logs."""
    return SuggestionOut.of(services.filing.suggest(me(), json.purchase(me(), today())), me())


@bp.get("/api/learned")
@described(FILING, {200: LearnedOut})
def get_learned() -> LearnedOut:
    """How much was learned of where you file things."""
    return LearnedOut.of(services.filing.learned(me()))


@bp.post("/api/learned")
@described(FILING, {202: LearnedOut}, "write")
def learn_again() -> Answer:
    """Learn again from the latest of your expenses: what was learned until now is forgotten.

    No expense changes. Ask again until `status` is "learned".
    """
    services.filing.start_learning_again(me())
    return LearnedOut.of(services.filing.learned(me())), 202


@bp.get("/api/replays")
@described(FILING, {200: ReplayList})
def list_replays() -> ReplayList:
    """Looks through your history of the last 30 days, the latest first."""
    return ReplayList(replays=[ReplayOut.of(run, me()) for run in services.replays.list_replays(me())])


@bp.post("/api/replays")
@described(FILING, {202: ReplayOut}, "write")
def start_replay(headers: ReplayHeaders) -> Answer:
    """Look what would be filed elsewhere by now, with your rules and what was learned since.

    Nothing is changed. Ask at `Location` until `status` is "ready". One look is at work at a time.
    """
    run = services.replays.start(me(), headers.key or new_id())
    return ReplayOut.of(run, me()), 202, {"Location": url_for(".get_replay", replay_id=run.replay_id)}


@bp.get("/api/replays/<id:replay_id>")
@described(FILING, {200: ReplayOut})
def get_replay(replay_id: str) -> ReplayOut:
    """One look, and how far it is."""
    run = services.replays.get_replay(me(), replay_id)
    services.replays.see_to(run)
    return ReplayOut.of(run, me())


@bp.post("/api/replays/<id:replay_id>/apply")
@described(FILING, {202: ReplayOut}, "write", problems=(409,))
def apply_replay(replay_id: str) -> Answer:
    """Make the changes that a look has found, and no others.

    What you filed yourself is never touched.
    """
    return ReplayOut.of(services.replays.apply(me(), replay_id), me()), 202


@bp.post("/api/replays/<id:replay_id>/take-back")
@described(FILING, {202: ReplayOut}, "write", problems=(409,))
def take_back_replay(replay_id: str) -> Answer:
    """Put back what was changed, but for what you decided since."""
    return ReplayOut.of(services.replays.take_back(me(), replay_id), me()), 202
