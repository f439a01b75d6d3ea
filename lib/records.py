"""The things the planner keeps.

A record that exists can be stored anywhere: its constructor refuses NUL and other control characters, empty keys, floats,
naive moments and over-long text. Records are immutable; a change is `dataclasses.replace`, saved with the version it read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from lib.categories import NOT_SPENDING, OVERALL, UNCATEGORISED, Categories
from lib.errors import Invalid
from lib.money import MAX_AMOUNT
from lib.periods import FIRST_DAY, LAST_DAY, Month
from lib.storable import amount_of, moment, text

MAX_PAYEE, MAX_DESCRIPTION, MAX_NOTE, MAX_TAG, MAX_TAGS = 100, 500, 2000, 40, 10
MAX_THRESHOLDS = 5
MAX_RECEIPTS, MAX_FILE_NAME = 10, 120
MAX_REASON = 200
WAITING = "waiting"  # the source of a filing that is still to come
RECEIPT_KINDS = ("jpg", "png", "gif", "webp", "pdf")  # extensions of what is kept


def _percentages(values: tuple[int, ...], name: str) -> None:
    if not all(1 <= value <= 100 for value in values):
        raise Invalid("Use a whole percentage from 1 to 100.", name)
    if not 1 <= len(values) <= MAX_THRESHOLDS or list(values) != sorted(set(values)):
        raise Invalid(f"Use one to {MAX_THRESHOLDS} different percentages.", name)


@dataclass(frozen=True, slots=True)
class User:
    user_id: str
    username: str
    email: str
    password_hash: str
    created_at: datetime
    phone: str = ""  # E.164, or empty
    display_name: str = ""
    currency: str = "EUR"  # ISO 4217
    locale: str = "en"  # a CLDR locale with underscores, such as "de_DE": how numbers and dates are written
    time_zone: str = "UTC"  # IANA
    first_weekday: int = 0  # 0 is Monday, 6 Sunday
    theme: str = "auto"  # auto, light or dark
    categories: Categories = field(default_factory=Categories)
    demo: bool = False  # a sample household that disappears by itself
    version: int = 0  # of this record
    revision: int = 0  # goes up with every write of anything that is this user's: what may be cached under it
    unread: int = 0  # notifications; the store's, like `revision`

    def __post_init__(self) -> None:
        text(self.user_id, "user_id", 64, required=True)
        text(self.username, "username", 40, required=True)
        text(self.email, "email", 254, required=True)
        text(self.display_name, "display_name", 80)
        moment(self.created_at, "created_at")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves an expense: a picture or a PDF. Its bytes are among the files, under `lib.file_keys.receipt_key`."""

    receipt_id: str
    extension: str  # one of RECEIPT_KINDS
    name: str  # what the person's file was called, for showing and saving it
    size: int  # bytes
    added_at: datetime
    digest: str = ""  # of what was uploaded: the same file twice is one receipt
    pages: int = 0  # of a PDF
    width: int = 0  # of a picture, in pixels
    height: int = 0
    has_thumbnail: bool = False

    def __post_init__(self) -> None:
        text(self.receipt_id, "receipt_id", 64, required=True)
        text(self.name, "name", MAX_FILE_NAME, required=True)
        text(self.digest, "digest", 64)
        moment(self.added_at, "added_at")
        if self.extension not in RECEIPT_KINDS:
            raise Invalid("A receipt is a picture or a PDF.", "receipt")

    @property
    def is_picture(self) -> bool:
        return self.extension != "pdf"

    def data(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        values = asdict(self) | {"added_at": self.added_at.isoformat()}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Receipt":
        """What `data` made, also when a store gave whole numbers back as Decimals."""
        numbers = {name: int(data[name]) for name in ("size", "pages", "width", "height") if name in data}
        return cls(**{**data, **numbers, "added_at": datetime.fromisoformat(data["added_at"])})


@dataclass(frozen=True, slots=True)
class Filing:
    """Where the planner itself put an expense, or would have: never what a person chose."""

    category: str  # a category's key: that of the expense, or only a guess where the expense has none
    confidence: int  # that this is right, in whole percent
    source: str  # what it goes by, as lib.categorising says it: "rule", "history", "brand"; or WAITING
    reason: str = ""  # in words

    def __post_init__(self) -> None:
        text(self.category, "category", 60, required=True)
        text(self.source, "source", 20, required=True)
        text(self.reason, "reason", MAX_REASON)
        if not 0 <= self.confidence <= 100:
            raise Invalid("A confidence is a percentage.", "confidence")


@dataclass(frozen=True, slots=True)
class Expense:
    """Money that went out, or came in where `money_in` says so (a refund, a salary). `amount` itself is always positive."""

    user_id: str
    expense_id: str
    spent_on: date
    amount: Decimal
    currency: str
    category: str  # a category's key
    created_at: datetime
    money_in: bool = False
    payee: str = ""
    description: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    import_id: str = ""  # the import run that brought it
    receipts: tuple[Receipt, ...] = ()  # in the order they were added
    filing: Filing | None = None  # None: a person chose the category, or nobody has
    updated_at: datetime | None = None
    removed_at: datetime | None = None  # in the trash since
    version: int = 0

    def __post_init__(self) -> None:
        text(self.user_id, "user_id", 64, required=True)
        text(self.expense_id, "expense_id", 64, required=True)
        text(self.category, "category", 60, required=True)
        text(self.payee, "payee", MAX_PAYEE)
        text(self.description, "description", MAX_DESCRIPTION)
        text(self.note, "note", MAX_NOTE)
        amount_of(self.amount, self.currency)
        moment(self.created_at, "created_at")
        if not FIRST_DAY <= self.spent_on <= LAST_DAY:
            raise Invalid(f"Use a date from {FIRST_DAY} to {LAST_DAY}.", "spent_on")
        if len(self.tags) > MAX_TAGS:
            raise Invalid(f"Use up to {MAX_TAGS} tags.", "tags")
        for tag in self.tags:
            text(tag, "tags", MAX_TAG, required=True)
        if len(self.receipts) > MAX_RECEIPTS:
            raise Invalid(f"An expense has up to {MAX_RECEIPTS} receipts.", "receipt")

    @property
    def month(self) -> Month:
        return Month.of(self.spent_on)

    @property
    def is_waiting(self) -> bool:
        """Whether the planner was asked for its category and has not looked yet."""
        return self.filing is not None and self.filing.source == WAITING

    @property
    def is_open(self) -> bool:
        """Whether the planner may file it: no person has chosen its category."""
        return self.filing is not None or self.category == UNCATEGORISED

    @property
    def teaches(self) -> bool:
        """Whether it says where its owner files such things: in a category that they chose, and not in the trash."""
        return not self.is_open and self.removed_at is None

    @property
    def counted(self) -> Decimal:
        """What it adds to its category's total: less than zero when money came in."""
        return -self.amount if self.money_in else self.amount


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What one month holds of one category in one currency: kept by every write, never computed for a page."""

    month: Month
    category: str
    currency: str
    spent: Decimal  # money out less money in
    count: int

    @property
    def is_spending(self) -> bool:
        return self.category not in NOT_SPENDING


class Step(NamedTuple):
    """From `since` on a budget has this amount per month; None ends it."""

    since: Month
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent a month in one category, or in all of them (`category` is OVERALL). One per user and category."""

    user_id: str
    budget_id: str
    category: str
    steps: tuple[Step, ...]  # by time, at most one a month
    created_at: datetime
    alert_thresholds: tuple[int, ...] = (80,)  # percent, ascending, up to MAX_THRESHOLDS
    rollover_since: Month | None = None  # what is left, or overspent, is carried on since that month
    version: int = 0

    def __post_init__(self) -> None:
        text(self.category, "category", 60, required=True)
        _percentages(self.alert_thresholds, "alert_threshold")
        months = [step.since for step in self.steps]
        if months != sorted(set(months)):
            raise Invalid("A budget changes at most once a month.", "amount")
        for step in self.steps:
            if step.amount is not None and not (step.amount.is_finite() and 0 <= step.amount <= MAX_AMOUNT):
                raise Invalid(f"Use an amount from zero to {MAX_AMOUNT:,}.", "amount")

    @property
    def is_overall(self) -> bool:
        return self.category == OVERALL

    @property
    def alert_threshold(self) -> int:
        """The first percentage to tell of: from there on a budget counts as nearly used up."""
        return self.alert_thresholds[0]

    def amount_in(self, month: Month) -> Decimal | None:
        """The amount that holds in `month`; None where there is no budget then."""
        amount = None
        for step in self.steps:
            if step.since > month:
                break
            amount = step.amount
        return amount


@dataclass(frozen=True, slots=True)
class Document:
    """A small thing of one user's: a session, a token, an import run. `data` is JSON; under 100 kB."""

    user_id: str
    kind: str
    id: str
    data: Mapping[str, Any]
    expires_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """Which expenses to look at. Everything that is set must hold."""

    text: str = ""  # every word of it occurs in payee, description, note or tags, whatever case or accents
    categories: tuple[str, ...] = ()  # keys; one of them
    since: date | None = None
    until: date | None = None  # excluded
    least: Decimal | None = None  # amount
    most: Decimal | None = None  # amount, included
    tag: str = ""
    currency: str = ""
    import_id: str = ""
    removed: bool = False  # those in the trash instead of those that count
    sort: str = "newest"  # newest, oldest, largest, smallest

    @property
    def whole_months(self) -> bool:
        """Whether kept totals say what these add up to: whole months, of some categories perhaps."""
        days = [day for day in (self.since, self.until) if day is not None]
        others = replace(self, categories=(), since=None, until=None, currency="", sort="newest")
        return others == Filters() and all(day.day == 1 for day in days)

    @property
    def quickest(self) -> "Filters":
        """The same expenses in the order that has the fewest others among them: by amount where only amounts are limited."""
        by_day = self.since is not None or self.until is not None
        by_amount = self.least is not None or self.most is not None
        return replace(self, sort="largest" if by_amount and not by_day else "newest")


class Page(NamedTuple):
    items: list[Expense]
    cursor: str  # where the next page starts; empty at the end


@dataclass(frozen=True, slots=True)
class Sum:
    """What a filtered list adds up to in one currency."""

    currency: str
    spent: Decimal  # money out less money in, of spending categories only
    received: Decimal  # money in less money out, of Income
    count: int  # of all expenses in the list, those that are neither included


class Email(NamedTuple):
    to: str
    subject: str  # one line
    text: str
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    key: str = ""  # the same for the same letter: a second copy then has the same Message-ID


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way on which a notification goes to its owner."""

    channel: str  # email, sms or webhook
    status: str  # queued, sending, sent, failed; held until quiet hours end, a digest is due or an address is confirmed
    at: datetime  # since when it is that
    due_at: datetime | None = None  # when it is looked at next: to send it, or as its sender died
    tries: int = 0
    reason: str = ""  # why it failed, or is held

    def __post_init__(self) -> None:
        moment(self.at, "at")
        text(self.reason, "reason", 300)


@dataclass(frozen=True, slots=True)
class Notification:
    """What someone is told, once: its id is made from what it is about. It is its own outbox until every delivery has ended."""

    user_id: str
    notification_id: str
    kind: str  # one of lib.alerting.kinds
    subject: str
    message: str
    created_at: datetime
    expires_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)  # JSON, under 20 kB: for its letter
    deliveries: tuple[Delivery, ...] = ()  # at most one a channel
    unread: bool = True  # counts in the user's `unread`
    note: str = ""  # what became of it since, such as that its expense was deleted
    version: int = 0

    def __post_init__(self) -> None:
        text(self.user_id, "user_id", 64, required=True)
        text(self.notification_id, "notification_id", 64, required=True)
        text(self.kind, "kind", 40, required=True)
        text(self.subject, "subject", 200, required=True)
        text(self.message, "message", 2000)
        text(self.note, "note", 300)
        moment(self.created_at, "created_at")
        moment(self.expires_at, "expires_at")

    @property
    def due_at(self) -> datetime | None:
        """When the next of its deliveries is due; None once all have ended."""
        return min((each.due_at for each in self.deliveries if each.due_at), default=None)


class NotificationPage(NamedTuple):
    items: list[Notification]
    cursor: str  # where the next page starts; empty at the end
