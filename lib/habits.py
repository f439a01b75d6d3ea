"""What a person's latest expenses tell about the next one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.categories import UNCATEGORISED, Category
from lib.records import Expense, User

LATEST = 300  # expenses that habits are read from
LIKELIEST = 3


class Habits(NamedTuple):
    likeliest: tuple[Category, ...]  # three categories to offer first
    payees: Mapping[str, str]  # payee, the most frequent first -> key of its usual category, or nothing


def habits_of(user: User, latest: Sequence[Expense]) -> Habits:
    """Habits from expenses, newest first."""
    times: Counter[str] = Counter()
    by_payee: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for expense in latest:
        category = user.categories[expense.category].key
        times[category] += 1
        if expense.payee:
            by_payee[expense.payee][category if category != UNCATEGORISED else ""] += 1
    offered = user.categories.offered
    likeliest = sorted(offered, key=lambda c: -times[c.key])[:LIKELIEST]
    payees = sorted(by_payee.items(), key=lambda item: -item[1].total())
    return Habits(
        tuple(likeliest),
        {payee: categories.most_common(1)[0][0] for payee, categories in payees},
    )
