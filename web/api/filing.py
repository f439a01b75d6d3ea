"""Categories that assign themselves: what the planner would choose, and why."""

from web.api.blueprint import bp
from web.api.description import FILING, described
from web.api.filing_models import SuggestIn, SuggestionOut, SuggestQuery
from web.context import me, services, today


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
