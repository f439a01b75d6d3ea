"""One import, from the file that was brought to the expenses that came of it: what is kept of it while it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lib.importing.reading import Reading
from lib.periods import Month
from lib.records import Document

KIND = "import"
COLUMNS, CHECK, QUEUED, RUNNING, DONE, FAILED = "columns", "check", "queued", "running", "done", "failed"
REVERTING, REVERTED, RESTORING = "reverting", "reverted", "restoring"
WAITING = frozenset({COLUMNS, CHECK})  # for the person
AT_WORK = frozenset({QUEUED, RUNNING, REVERTING, RESTORING})
FINISHED = frozenset({DONE, FAILED, REVERTED})


@dataclass
class Sums:
    """What came in and went out in one currency."""

    count: int = 0
    out: Decimal = Decimal(0)
    into: Decimal = Decimal(0)

    def add(self, amount: Decimal, money_in: bool, sign: int = 1) -> None:
        self.count += sign
        if money_in:
            self.into += sign * amount
        else:
            self.out += sign * amount

    def take(self, other: "Sums") -> None:
        self.count += other.count
        self.out += other.out
        self.into += other.into

    def to_json(self) -> list[Any]:
        return [self.count, str(self.out), str(self.into)]

    @classmethod
    def from_json(cls, data: list[Any]) -> "Sums":
        return cls(data[0], Decimal(data[1]), Decimal(data[2]))


def sums_to_json(sums: Mapping[str, Sums]) -> dict[str, Any]:
    return {currency: each.to_json() for currency, each in sums.items()}


def sums_from_json(data: Mapping[str, Any]) -> dict[str, Sums]:
    return {currency: Sums.from_json(each) for currency, each in data.items()}


@dataclass(frozen=True, slots=True)
class ImportRun:
    user_id: str
    run_id: str
    file_name: str
    created_at: datetime
    state: str
    reading: Reading
    expected: int = 0  # expenses that come of it, as the last check or the person's choices have it
    left_out: Mapping[str, int] = field(default_factory=dict)  # rows that do not come in, by why
    keep: tuple[int, ...] = ()  # lines that come in though they look like duplicates
    leave: tuple[int, ...] = ()  # lines that stay out by the person's choice
    chosen: Mapping[str, str] = field(
        default_factory=dict
    )  # categories by the key of their group, as the person has it
    confirmed_at: datetime | None = None
    done: int = 0  # expenses written so far
    sums: Mapping[str, Sums] = field(default_factory=dict)  # by currency, of all that came
    months: Mapping[Month, Mapping[str, Sums]] = field(default_factory=dict)  # the same by month
    first: date | None = None  # day of what came
    last: date | None = None
    moved_at: datetime | None = None  # when it was last taken back: what went into the trash then
    error: str = ""  # a sentence
    expires_at: datetime | None = None
    version: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.expected) if self.expected else 0

    def expense_id(self, number: int) -> str:
        """The id of the expense that comes of row `number`: always the same, and in the file's order, newest last."""
        place = 0xFFFFFF - number if self.reading.newest_first else number
        return f"{self.run_id[:26]}{place:06x}"

    def document(self) -> Document:
        data = {
            "file_name": self.file_name,
            "created_at": self.created_at.isoformat(),
            "state": self.state,
            "reading": self.reading.to_json(),
            "expected": self.expected,
            "left_out": dict(self.left_out),
            "keep": list(self.keep),
            "leave": list(self.leave),
            "chosen": dict(self.chosen),
            "confirmed_at": _iso(self.confirmed_at),
            "done": self.done,
            "sums": sums_to_json(self.sums),
            "months": {str(month): sums_to_json(sums) for month, sums in self.months.items()},
            "first": _iso(self.first),
            "last": _iso(self.last),
            "moved_at": _iso(self.moved_at),
            "error": self.error,
        }
        return Document(self.user_id, KIND, self.run_id, data, self.expires_at, self.version)

    @classmethod
    def from_document(cls, document: Document) -> "ImportRun":
        data = dict(document.data)
        for name in ("created_at", "confirmed_at", "moved_at"):
            data[name] = data[name] and datetime.fromisoformat(data[name])
        for name in ("first", "last"):
            data[name] = data[name] and date.fromisoformat(data[name])
        return cls(
            **{
                **data,
                "user_id": document.user_id,
                "run_id": document.id,
                "reading": Reading.from_json(data["reading"]),
                "keep": tuple(data["keep"]),
                "leave": tuple(data["leave"]),
                "sums": sums_from_json(data["sums"]),
                "months": {
                    Month.stored(month): sums_from_json(sums) for month, sums in data["months"].items()
                },
                "expires_at": document.expires_at,
                "version": document.version,
            }
        )


def _iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
