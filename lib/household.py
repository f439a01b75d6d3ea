"""A made-up household's years: what sample data, the demo and the benchmarks show. The same seed gives the same household."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from lib.categories import INCOME, TRANSFERS, UNCATEGORISED
from lib.ids import id_for
from lib.money import digits_of
from lib.periods import Month
from lib.records import Budget, Expense, Step, User


class Habit(NamedTuple):
    """Something the household buys again and again."""

    category: str
    payees: tuple[str, ...]
    times: float  # a month, on average
    least: int  # in hundredths of the currency
    most: int
    words: tuple[str, ...] = ("",)
    tags: tuple[str, ...] = ()


class Bill(NamedTuple):
    """Something that comes every month, on the same day."""

    category: str
    payee: str
    on: int
    cents: int
    words: str = ""
    tags: tuple[str, ...] = ()
    money_in: bool = False


BILLS = (
    Bill("Housing", "Parkside Homes", 1, 98000, "Rent", ("fixed",)),
    Bill("Utilities", "Northlight Energy", 3, 8650, "Electricity and heating", ("fixed",)),
    Bill("Utilities", "Fibre One", 5, 3499, "Internet", ("fixed",)),
    Bill("Insurance", "Harbour Mutual", 2, 5420, "Household and liability", ("fixed",)),
    Bill("Subscriptions", "Filmnight", 7, 1299, "Streaming"),
    Bill("Subscriptions", "Soundwave", 9, 1099, "Music"),
    Bill("Subscriptions", "City Gym", 11, 2990, "Membership"),
    Bill("Transport", "Metro Transit", 1, 5800, "Monthly ticket", ("commute",)),
    Bill(TRANSFERS, "Savings account", 2, 25000, "Rainy days"),
    Bill(INCOME, "Brightwater Studio", 1, 261000, "Salary", (), True),
)
HABITS = (
    Habit(
        "Groceries",
        ("Green Market", "Corner Store", "Daily Fresh", "Bakery Krume"),
        11,
        640,
        5900,
        ("", "Weekly shop"),
    ),
    Habit(
        "Food & Dining",
        ("Luigi's", "Noodle Bar", "Café Blume", "Falafel House"),
        6,
        450,
        4200,
        ("", "Lunch", "Coffee"),
    ),
    Habit("Transport", ("Shell", "Bike Repair", "Night Taxi"), 1.5, 1200, 6500, ("",)),
    Habit("Entertainment", ("Odeon Cinema", "Vinyl & Books", "Climbing Hall"), 2, 900, 4800, ("",), ("fun",)),
    Habit("Shopping", ("Nordstoff", "Home & Co", "Second Spin"), 1.6, 1900, 12900, ("",)),
    Habit("Health", ("Park Pharmacy", "Dr. Lindqvist"), 0.9, 700, 5500, ("",)),
    Habit("Personal Care", ("Scissor Sisters", "Drugstore"), 1.1, 800, 3900, ("",)),
    Habit("Gifts & Donations", ("Flower Lane", "Doctors Abroad"), 0.6, 1500, 6000, ("",), ("gift",)),
    Habit("Education", ("Language School",), 0.3, 3500, 9000, ("",)),
    Habit("Fees & Taxes", ("City Bank",), 0.3, 390, 1500, ("Account fee",)),
    Habit(UNCATEGORISED, ("PAYMENT 4471", "Kiosk 24"), 0.7, 300, 2500, ("",)),
)
BUDGETS = {
    "Groceries": 340,
    "Food & Dining": 90,
    "Transport": 100,
    "Housing": 980,
    "Utilities": 125,
    "Entertainment": 70,
    "Shopping": 110,
    "Subscriptions": 55,
    "Health": 40,
}


@dataclass(frozen=True)
class Household:
    user: User
    today: date
    now: datetime
    seed: int = 2026

    def expenses(self, months: int = 36) -> Iterator[Expense]:
        """Every expense of the last `months` months up to today, oldest first."""
        chance = random.Random(self.seed)  # noqa: S311  # made-up purchases, no secrets
        this_month = Month.of(self.today)
        number = 0
        for back in range(months - 1, -1, -1):
            month = this_month.plus(-back)
            for made in sorted(self._month(month, months - back, chance), key=lambda one: one.spent_on):
                if made.spent_on <= self.today:
                    number += 1
                    key = id_for(self.user.user_id, f"sample-{number}")
                    yield _renamed(made, f"{number:012x}{key[12:]}")

    def budgets(self, months: int = 36) -> list[Budget]:
        """Nine budgets and a limit for everything, raised a little after half the time."""
        since = Month.of(self.today).plus(1 - months)
        raised = Month.of(self.today).plus(-months // 3)
        found = []
        for category, amount in (BUDGETS | {"*": 2100}).items():
            now, before = self._major(amount), self._major(amount * 9 // 10)
            steps = (Step(since, before), Step(raised, now)) if since < raised else (Step(since, now),)
            budget_id = id_for(self.user.user_id, f"budget-{category}")
            rollover = since if category == "Shopping" and months <= 6 else None
            found.append(
                Budget(self.user.user_id, budget_id, category, steps, self.now, rollover_since=rollover)
            )
        return found

    def _month(self, month: Month, age: int, chance: random.Random) -> Iterator[Expense]:
        """One month of life. Prices creep up with `age`, December has presents and summer a journey."""
        creep = 1 + age * 0.002
        for bill in BILLS:
            day = month.first.replace(day=min(bill.on, month.days))
            yield self._expense(
                day, bill.category, bill.payee, bill.cents, bill.words, bill.tags, bill.money_in
            )
        for habit in HABITS:
            busy = 2.2 if month.month == 12 and habit.category in ("Gifts & Donations", "Shopping") else 1
            whole, part = divmod(habit.times * busy, 1)
            for _ in range(int(whole) + (chance.random() < part)):
                day = month.first + timedelta(days=chance.randrange(month.days))
                cents = int(chance.triangular(habit.least, habit.most, habit.least * 2) * creep)
                words = chance.choice(habit.words)
                yield self._expense(
                    day, habit.category, chance.choice(habit.payees), cents, words, habit.tags
                )
        if month.month in (7, 8):
            start = month.first + timedelta(days=chance.randrange(12))
            for payee, words, cents in (("Skyways", "Flights", 31000), ("Casa Azul", "Holiday flat", 48000)):
                yield self._expense(start, "Travel", payee, int(cents * creep), words, ("holiday",))
        if chance.random() < 0.25:
            day = month.first + timedelta(days=chance.randrange(month.days))
            yield self._expense(day, "Shopping", "Nordstoff", 2990, "Sent back", (), True)

    def _expense(
        self,
        day: date,
        category: str,
        payee: str,
        cents: int,
        words: str,
        tags: tuple[str, ...],
        money_in: bool = False,
    ) -> Expense:
        return Expense(
            user_id=self.user.user_id,
            expense_id="sample",
            spent_on=day,
            amount=self._minor(cents),
            currency=self.user.currency,
            category=category,
            created_at=self.now,
            money_in=money_in,
            payee=payee,
            description=words,
            tags=tags,
        )

    def _minor(self, cents: int) -> Decimal:
        """Hundredths as an amount; where a currency has none, prices have more digits in front."""
        return Decimal(cents) if digits_of(self.user.currency) == 0 else Decimal(cents) / 100

    def _major(self, amount: int) -> Decimal:
        return self._minor(amount * 100)


def _renamed(expense: Expense, expense_id: str) -> Expense:

    return replace(expense, expense_id=expense_id)
