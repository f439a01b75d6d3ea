"""A household of any size, the same every time: expenses over 36 months in 14 categories, and a budget for each."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from lib.categories import DEFAULTS
from lib.ids import id_for
from lib.periods import Month
from lib.ports import Store
from lib.records import Budget, Expense, Step, User

MONTHS = 36
CATEGORIES = [category.key for category in DEFAULTS if category.is_spending][:14]
SHOPS = (
    "Corner Shop",
    "REWE",
    "Bus Company",
    "City Power",
    "Bakery Lind",
    "Online Market",
    "Café Müller",
    "Pharmacy",
)
WORDS = (
    "weekly",
    "bread",
    "ticket",
    "birthday",
    "repair",
    "coffee",
    "milk",
    "shoes",
    "book",
    "cinema",
    "tea",
    "light",
)
RARE = "zeppelin"  # in one expense of a thousand
CHUNK = 2000


def fill(store: Store, user: User, size: int, today: date) -> None:
    """Give `user` that many expenses up to `today`, and the budgets."""
    rows = expenses(user, size, today)
    while chunk := list(islice(rows, CHUNK)):
        store.add_expenses(chunk)
    for number, category in enumerate(CATEGORIES):
        steps = (Step(Month.of(today).plus(-MONTHS), Decimal(100 + 50 * number)),)
        key = id_for(user.user_id, f"budget {category}")
        store.save_budget(Budget(user.user_id, key, category, steps, datetime.now(UTC)))


def expenses(user: User, size: int, today: date) -> Iterator[Expense]:
    chance = random.Random(36)  # noqa: S311  # the same data every time
    first = Month.of(today).plus(1 - MONTHS).first
    days = (today - first).days + 1
    for number in range(size):
        words = [chance.choice(WORDS) for _ in range(4)]
        if number % 1000 == 500:
            words.append(RARE)
        yield Expense(
            user.user_id,
            id_for(user.user_id, f"bench {number}"),
            first + timedelta(days=number * days // size),
            Decimal(chance.randint(100, 20_000)) / 100,
            user.currency,
            chance.choice(CATEGORIES),
            datetime.now(UTC),
            payee=chance.choice(SHOPS),
            description=" ".join(words),
        )


def bank_file(size: int, today: date) -> bytes:
    """The same kind of expenses as a bank would write them."""
    chance = random.Random(4)  # noqa: S311
    lines = ["Date,Payee,Description,Amount"]
    for number in range(size):
        day = today - timedelta(days=number % 1000)
        amount = Decimal(chance.randint(100, 20_000)) / 100
        shop, word = chance.choice(SHOPS), chance.choice(WORDS)
        lines.append(f"{day},{shop},{word} {chance.choice(WORDS)} order number {number},-{amount}")
    return "\n".join(lines).encode()
