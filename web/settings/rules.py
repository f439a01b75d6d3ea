"""Rules that file expenses: in their order, tried on what is there before they hold."""

from typing import Any, NamedTuple

from flask import flash, redirect, request, url_for

from lib.categories import Category
from lib.categorising.rules import Rule
from lib.errors import Changed, Invalid
from lib.filing.rules import KeptRule, Trial
from lib.ids import new_id
from lib.records import User
from lib.writing.formats import number, short_money
from web.context import me, services
from web.expenses.filing import counted
from web.expenses.rows import Row, rows_of
from web.replays import WORDS
from web.rule_forms import RuleForm, fields_of, form_from_address, form_of
from web.settings.pages import bp, page
from web.toast import undoable


class RuleView(NamedTuple):
    id: str
    name: str
    words: str
    category: Category
    is_active: bool


class LearnedView(NamedTuple):
    purchases: str
    shops: str
    is_at_work: bool


class TrialView(NamedTuple):
    sentence: str
    besides: str
    rows: list[Row]
    more: str


@bp.get("/settings/rules")
def rules() -> Any:
    user = me()
    found = [_view(kept, user) for kept in services.rules.list_rules(user)]
    latest = next(iter(services.replays.list_replays(user)), None)
    return page(
        "rules.html",
        "rules",
        rules=found,
        learned=_learned(user),
        latest=latest,
        latest_words=latest and WORDS[latest.state],
    )


@bp.route("/settings/rules/new", methods=["GET", "POST"])
def new_rule() -> Any:
    """Add one; `try` only says what it would change."""
    user = me()
    form = RuleForm() if request.method == "POST" else form_from_address(user)
    key = request.form.get("key", "")[:64] or new_id()
    trial = None
    if "try" in request.form:
        trial = _tried(form)
    elif form.sent(lambda: services.rules.add_rule(user, form.rule(user), key)):
        flash(f"Added the rule “{form.result.rule.name}”. It holds from now on.")
        return redirect(url_for(".rules"), 303)
    return form.shown(page("rule.html", "rules", form=form.offer(user), trial=trial, kept=None, key=key))


@bp.route("/settings/rules/<rule_id>", methods=["GET", "POST"])
def rule(rule_id: str) -> Any:
    user = me()
    kept = services.rules.get_rule(user, rule_id)
    form, trial = RuleForm() if request.method == "POST" else form_of(kept, user), None
    if "try" in request.form:
        trial = _tried(form, rule_id)
    elif form.sent(lambda: services.rules.change_rule(user, form.rule(user, rule_id), _version(form))):
        flash(f"Saved the rule “{form.result.rule.name}”.")
        return redirect(url_for(".rules"), 303)
    if isinstance(form.error, Changed):
        form.version.data = str(kept.version)  # saving again, after having been told, overwrites
    return form.shown(page("rule.html", "rules", form=form.offer(user), trial=trial, kept=kept, key=""))


@bp.post("/settings/rules/<rule_id>/move")
def move_rule(rule_id: str) -> Any:
    """One up, or one down."""
    services.rules.move_rule(me(), rule_id, -1 if request.form.get("way") == "up" else 1)
    return redirect(url_for(".rules", _anchor=f"rule-{rule_id}"), 303)


@bp.post("/settings/rules/<rule_id>/remove")
def remove_rule(rule_id: str) -> Any:
    user = me()
    kept = services.rules.get_rule(user, rule_id)
    services.rules.remove_rule(user, rule_id)
    undoable(f"Removed the rule “{kept.rule.name}”", url_for(".restore_rule"), fields_of(kept, user))
    return redirect(url_for(".rules"), 303)


@bp.post("/settings/rules/restore")
def restore_rule() -> Any:
    """Put one back that was just removed."""
    user, sent = me(), request.form
    try:
        one = RuleForm().rule(user, sent.get("rule_id", "")[:64] or new_id())
        services.rules.restore_rule(user, KeptRule(one, sent.get("position", 0, int), 0))
        flash("The rule is back.")
    except Invalid as problem:
        flash(problem.message, "error")
    return redirect(url_for(".rules"), 303)


@bp.post("/settings/learned")
def learn_again() -> Any:
    """Have what is learned be what stands there."""
    if services.filing.start_learning_again(me()):
        flash(f"Learned again: {_learned(me()).purchases}")
    else:
        flash("The planner learns again from your expenses. That takes a moment.")
    return redirect(url_for(".rules", _anchor="learned"), 303)


def _learned(user: User) -> LearnedView:
    known = services.filing.learned(user)
    shops = f"{number(known.shops, user.locale)} shop{'' if known.shops == 1 else 's'}"
    return LearnedView(counted(known.purchases, user), shops, known.is_at_work)


def _version(form: RuleForm) -> int:
    typed = form.typed("version")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def _tried(form: RuleForm, rule_id: str = "") -> TrialView | None:
    user = me()
    if not form.sent(lambda: services.rules.try_rule(user, form.rule(user, rule_id))):
        return None
    return _trial(form.result, user)


def _trial(trial: Trial, user: User) -> TrialView:
    whole = "your" if trial.is_all else "your latest"
    of = f"{whole} {counted(trial.tried_on, user)}"
    fits = f"It fits {number(trial.fits, user.locale)} of {of}"
    moved = number(trial.changes, user.locale) if trial.changes else "none"
    changes = f"would file {moved} of them elsewhere than they are now"
    stay = "stays" if trial.kept == 1 else "stay"
    kept = (
        f"{counted(trial.kept, user)} that you filed elsewhere yourself {stay} there." if trial.kept else ""
    )
    more = trial.changes - len(trial.examples)
    return TrialView(
        f"{fits} and {changes}." if trial.fits else f"It fits none of {of}.",
        kept,
        rows_of(trial.examples, user),
        number(more, user.locale) if more > 0 else "",
    )


def _view(kept: KeptRule, user: User) -> RuleView:
    one = kept.rule
    return RuleView(one.rule_id, one.name, in_words(one, user), user.categories[one.category], one.active)


def in_words(one: Rule, user: User) -> str:
    """What a rule is about: "“rent”, from €500 to €900, money out"."""
    least, most = (
        "" if amount is None else short_money(amount, user.currency, user.locale)
        for amount in (one.least, one.most)
    )
    amounts = f"from {least} to {most}" if least and most else f"from {least}" if least else f"up to {most}"
    pieces = (
        {"contains": "“{}”", "words": "the words “{}”", "regex": "the expression {}"}[one.how].format(
            one.pattern
        )
        if one.pattern
        else "",
        amounts if least or most else "",
        {True: "money in", False: "money out", None: ""}[one.money_in],
    )
    return ", ".join(piece for piece in pieces if piece)
