"""What each column of a file holds, and how it is written: everything that turns its rows into expenses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lib.errors import Invalid
from lib.importing.amounts import COMMA, POINT
from lib.importing.dates import ORDERS, YMD
from lib.importing.roles import LABELS, SEVERAL, Role
from lib.money import CURRENCIES

MONEY_IN, MONEY_OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Columns:
    roles: tuple[Role, ...]  # by column
    order: str = YMD  # of the numbers in a date
    mark: str = POINT  # before the decimals of an amount
    positive: str = MONEY_IN  # what amounts above zero are
    currency: str = "EUR"  # of rows that name none
    debits: int = 0  # the sign that a "money out" column writes, 1 or -1; 0 where it should not matter

    def at(self, role: Role) -> int:
        """The column of that role; -1 if there is none."""
        return self.roles.index(role) if role in self.roles else -1

    def all_at(self, role: Role) -> tuple[int, ...]:
        return tuple(column for column, each in enumerate(self.roles) if each == role)

    def missing(self) -> list[str]:
        """What must be chosen before rows can be read, a sentence each."""
        sentences = []
        if Role.DATE not in self.roles:
            sentences.append("Choose the column that holds the date.")
        if not {Role.AMOUNT, Role.OUT, Role.IN} & set(self.roles):
            sentences.append("Choose the column that holds the amount, or those of money out and money in.")
        if Role.AMOUNT in self.roles and {Role.OUT, Role.IN} & set(self.roles):
            sentences.append(
                "Choose either one column of amounts or those of money out and money in, not both."
            )
        for role, count in Counter(self.roles).items():
            if count > 1 and role not in SEVERAL:
                sentences.append(f"Only one column can be “{LABELS[role]}”; {count} are.")
        return sentences

    def check(self) -> None:
        """Raises Invalid for values that no choice on the page gives."""
        offered = set(self.roles) <= LABELS.keys() and self.order in ORDERS and self.mark in (POINT, COMMA)
        if not offered or self.positive not in (MONEY_IN, MONEY_OUT):
            raise Invalid("Choose from what is offered.")
        if self.currency not in CURRENCIES:
            raise Invalid("Choose a currency from the list.", "currency")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Columns":
        return cls(**{**data, "roles": tuple(map(Role, data["roles"]))})
