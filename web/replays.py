"""A history filed again with what is known by now: what would change, then the change, and the way back."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lib.categories import Category
from lib.errors import Changed, Invalid
from lib.filing import replay as states
from lib.filing.replay import Move, Replay
from lib.ids import new_id
from lib.records import Expense, User
from lib.writing.formats import number
from web.context import me, services
from web.expenses.filing import counted
from web.expenses.rows import Row, rows_of

bp = Blueprint("replays", __name__, url_prefix="/expenses/again")
Answer = Any
WORDS = {
    states.LOOKING: "Looking through your expenses",
    states.READY: "Ready to be changed",
    states.APPLYING: "Filing them",
    states.DONE: "Filed",
    states.TAKING_BACK: "Taking it back",
    states.TAKEN_BACK: "Taken back",
}


class MoveView(NamedTuple):
    before: Category
    after: Category
    number: str
    rows: list[Row]
    more: str  # how many there are besides


@bp.post("")
def start() -> Answer:
    """Look what would change. Nothing changes yet."""
    run = services.replays.start(me(), request.form.get("key", "")[:64] or new_id())
    return redirect(url_for(".show", replay_id=run.replay_id), 303)


@bp.get("/<replay_id>")
def show(replay_id: str) -> Answer:
    """How far it is, what would change, or what did."""
    user, run = me(), services.replays.get_replay(me(), replay_id)
    services.replays.see_to(run)
    return render_template(
        "expenses/again.html",
        run=run,
        words=WORDS[run.state],
        moves=_moves(run, user) if run.state == states.READY else [],
        changes=counted(run.changes, user),
        changed=counted(run.changed, user),
        seen=counted(run.seen, user),
    )


@bp.get("/<replay_id>/state")
def state(replay_id: str) -> Response:
    """The same for the page's script."""
    run = services.replays.get_replay(me(), replay_id)
    services.replays.see_to(run)
    return jsonify(
        state="running" if run.is_at_work else run.state,
        busy=run.is_at_work,
        percent=run.percent,
        words=f"{WORDS[run.state]}: {number(run.seen, me().locale)} so far",
    )


@bp.post("/<replay_id>/apply")
def apply(replay_id: str) -> Answer:
    """Make the changes that were shown."""
    return _begun(services.replays.apply, replay_id)


@bp.post("/<replay_id>/back")
def take_back(replay_id: str) -> Answer:
    """Put back what was changed."""
    return _begun(services.replays.take_back, replay_id)


def _begun(act: Any, replay_id: str) -> Answer:
    try:
        act(me(), replay_id)
    except (Invalid, Changed) as error:
        flash(error.message, "error")
    return redirect(url_for(".show", replay_id=replay_id), 303)


def _moves(run: Replay, user: User) -> list[MoveView]:
    ids = [each for move in run.moves for each in move.examples]
    found = {each.expense_id: each for each in services.store.get_expenses(user.user_id, ids)}
    return [_move(move, found, user) for move in run.moves]


def _move(move: Move, found: dict[str, Expense], user: User) -> MoveView:
    rows = rows_of([found[each] for each in move.examples if each in found], user)
    more = move.number - len(rows)
    return MoveView(
        user.categories[move.before],
        user.categories[move.after],
        number(move.number, user.locale),
        rows,
        number(more, user.locale) if more > 0 else "",
    )
