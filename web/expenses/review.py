"""What no person has filed yet, on one page: in groups of look-alikes, a guess for each, one press for all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from lib.categories import UNCATEGORISED, Category
from lib.errors import Invalid
from lib.filing.asking import outdoes
from lib.filing.review import Group
from lib.records import User
from lib.writing.formats import money, number, whole_day
from web.context import me, services
from web.expenses.blueprint import bp
from web.expenses.filing import counted, say_filed
from web.expenses.rows import PLUS
from web.filing_words import Why, why_filed, why_suggested

Answer = Any
SHOWN = 20  # groups on one page


class Member(NamedTuple):
    id: str
    day: str
    words: str
    amount: str


class GroupView(NamedTuple):
    key: str
    title: str
    is_filed: bool
    now: Category  # where they are
    number: int
    about: str  # how many, and from when
    amount: str
    why: Why | None
    given: Category | None  # what the planner itself would say; None where it only guesses
    likely: tuple[Category, ...]  # the best guess first
    members: tuple[Member, ...]
    more: str  # how many there are besides


@bp.get("/expenses/review")
def review() -> Answer:
    """What has no category first, then what the planner filed without being sure; the larger groups first."""
    user = me()
    groups = services.review.groups(user)
    start = request.args.get("start", 0, int)
    start = start if 0 <= start < len(groups) else 0
    shown = [view_of(group, user) for group in groups[start : start + SHOWN]]
    rest = len(groups) - start - len(shown)
    without = [group for group in groups if not group.is_filed]
    return render_template(
        "expenses/review.html",
        sections=[
            ("Without a category", [group for group in shown if not group.is_filed]),
            ("Filed, but not surely", [group for group in shown if group.is_filed]),
        ],
        words=_words(sum(group.count for group in without), len(without), user),
        groups=len(shown),
        offered=user.categories.offered,
        start=start,
        answered="answered" in request.args,
        next=url_for(".review", start=start + SHOWN) if rest > 0 else "",
        next_words=f"Skip to the next {min(rest, SHOWN)}",
        back=url_for(".review") if start else "",
    )


@bp.post("/expenses/review")
def answer_review() -> Answer:
    """File one group (`do` is its number), or all of them as they are chosen."""
    user, wanted = me(), request.form.get("do", "")
    start = request.form.get("start", 0, int)
    numbers = [wanted] if wanted != "all" else [str(n) for n in range(SHOWN)]
    answers = {
        request.form[f"alike-{n}"]: request.form[f"category-{n}"]
        for n in numbers
        if request.form.get(f"alike-{n}") and request.form.get(f"category-{n}")
    }
    try:
        if not answers:
            raise Invalid("Choose a category first, then file the group.", "category")
        answered = services.review.answer(user, answers)
    except Invalid as problem:
        flash(problem.message, "error")
        return redirect(url_for(".review", start=start or None), 303)
    say_filed(answered, next(iter(answers.values())) if len(set(answers.values())) == 1 else "")
    return redirect(url_for(".review", start=start or None, answered=1), 303)


def view_of(group: Group, user: User) -> GroupView:
    latest, oldest = group.expenses[0], group.expenses[-1]
    first, last = (whole_day(each.spent_on, user.locale) for each in (oldest, latest))
    sums = [money(amount, currency, user.locale) for currency, amount in group.sums.items()]
    return GroupView(
        key=group.key,
        title=latest.payee or latest.description or "No text",
        is_filed=group.is_filed,
        now=user.categories[latest.category],
        number=group.count,
        about=f"{counted(group.count, user)}, {first if first == last else f'{first} – {last}'}",
        amount=(PLUS if latest.money_in else "") + " + ".join(sums),
        **_answer_of(group, user),
        members=tuple(_members(group, user)),
        more=number(group.count - len(group.shown), user.locale) if group.count > len(group.shown) else "",
    )


def _answer_of(group: Group, user: User) -> dict[str, Any]:
    """What the planner says, and why: what it says now, unless what these were filed by counts for more."""
    found, filing = group.suggestion, group.expenses[0].filing
    guesses = (found.guess, *(key for key, _ in found.alternatives))
    why, given = why_suggested(found, user), found.category
    if group.is_filed and filing is not None and not outdoes(found.source, found.percent, filing):
        why, given, guesses = why_filed(filing, user), filing.category, (filing.category, *guesses)
    likely = dict.fromkeys(user.categories[key] for key in guesses if key != UNCATEGORISED)
    return {
        "why": why,
        "given": user.categories[given] if given != UNCATEGORISED else None,
        "likely": tuple(likely),
    }


def _members(group: Group, user: User) -> Iterator[Member]:
    for each in group.shown:
        words = each.description if each.payee else ""
        amount = money(each.amount, each.currency, user.locale)
        yield Member(each.expense_id, whole_day(each.spent_on, user.locale), words, amount)


def _words(expenses: int, groups: int, user: User) -> str:
    if not expenses:
        return "Every expense has a category. The planner is not sure of these."
    verb = "has" if expenses == 1 else "have"
    return f"{counted(expenses, user)} {verb} no category yet, in {number(groups, user.locale)} {'group' if groups == 1 else 'groups'} of look-alikes."
