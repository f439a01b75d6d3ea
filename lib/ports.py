"""What the planner needs from the world, in its own words. Adapters in `selfhost/` and `aws_config/` are these.

Whatever the vendor, a failing adapter raises `Unavailable(part=…)`, and `check()` raises it when the port cannot work now.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal, NamedTuple, Protocol

from lib.periods import Month
from lib.receipts.reading.paper import Paper
from lib.records import (
    Budget,
    Document,
    Email,
    Expense,
    Filters,
    MonthTotal,
    Notification,
    NotificationPage,
    Page,
    Sum,
    User,
)

BATCH = 25  # expenses that every store changes in one transaction


class Store(Protocol):
    """Records. Every method is one transaction: it happens wholly or not at all, and is seen by whoever reads next.

    More than BATCH expenses at once may be several transactions, one after the other, each with its totals. Cut off between
    two, the first are done and the others are not, and the same call again does the rest. Lists may then follow a moment later,
    and `revision` goes on until they have, so that nothing kept under it is behind for long.

    Saving needs the version that was read and gives back the record with the new one; a stale version raises `Changed`,
    and so does saving what is gone. Every write of something that is a user's makes that user's `revision` larger.
    """

    def check(self) -> None: ...

    def create_user(self, user: User) -> User:
        """Add a user with version 1. Raises Taken (field "username" or "email") when either is in use, whatever its case."""

    def get_user(self, user_id: str) -> User | None: ...
    def find_user_by_username(self, username: str) -> User | None: ...
    def find_user_by_email(self, email: str) -> User | None: ...

    def save_user(self, user: User) -> User:
        """Also claims a changed username or e-mail (Taken). `revision` and `unread` are the store's, not taken from `user`."""

    def erase_user(self, user_id: str) -> bool:
        """Remove the user and everything that is theirs, from every table. Nothing of theirs can be written any more.

        Returns:
            Whether that was surely all. Where lists were behind (see `settled`) something may be left that they did not
            show; the same call again, when they have followed, removes it. Also true where there is no such user.
        """

    def each_user(self, segment: int = 0, segments: int = 1, after: str = "") -> Iterator[User]:
        """Every user once, or those of one of several segments that have all of them together: for work that is shared out.

        The order is the store's own and stays: `after`, a user's id that was seen, goes on behind it, also when they are gone.
        """

    def add_expenses(self, expenses: Sequence[Expense]) -> list[str]:
        """Add expenses of one user with version 1, their totals with them.

        Returns:
            The ids that were new. An id that is already there, in the trash or not, is left as it is: so a repeated
            request or a resumed import adds nothing twice.
        """

    def get_expense(self, user_id: str, expense_id: str) -> Expense | None:
        """Also finds one in the trash."""

    def get_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[Expense]:
        """Those that are there, also in the trash, in the order of their ids as given, each once."""

    def save_expenses(self, expenses: Sequence[Expense]) -> list[Expense]:
        """Save changed expenses of one user, their totals with them. Changed, before anything is saved, if one is stale, in the
        trash or gone; up to BATCH are saved all or none whatever happens in between."""

    def remove_expenses(self, user_id: str, expense_ids: Sequence[str], at: datetime) -> list[str]:
        """Put expenses into the trash and take them out of the totals. Returns the ids that were not there already."""

    def restore_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[str]:
        """Bring expenses back from the trash. Returns the ids that were in it."""

    def purge_expenses(self, removed_before: datetime, user_id: str = "") -> int:
        """Delete for good what went into the trash before that moment, of one user or of all. Returns how many."""

    def list_expenses(self, user_id: str, filters: Filters, cursor: str = "", limit: int = 50) -> Page:
        """Those that match, in the order of `filters.sort`.

        "newest" is by day (the trash: by when it was removed), within it the last added first; "largest" by amount likewise.
        "oldest" is by day and "smallest" by amount, within it the first added first: the exact reverse, from the same index.

        `cursor` is what an earlier page gave, for the same filters. Raises Invalid for one that is not. A store that has to
        look through very much for what matches may give a shorter page, even an empty one, with a cursor to go on from.
        """

    def sum_expenses(self, user_id: str, filters: Filters) -> list[Sum] | None:
        """What all expenses that match add up to, a row per currency, largest count first.

        None from a store that would have to look through very much for it; never of `filters.whole_months`, which are kept.
        """

    def month_totals(self, user_id: str, since: Month, until: Month) -> list[MonthTotal]:
        """Kept totals of the months from `since` to `until` (excluded), by month and category; none that count nothing."""

    def settled(self, user_id: str) -> bool:
        """Whether lists show all that was written, also after many writes at once. Who works through a list to its end, and
        acts on there being no more, asks before. Only stores whose indexes lag say no, for half a minute."""

    def repair_totals(self, user_id: str) -> list[str]:
        """Recompute the totals from the expenses, and say in a line each what differed: nothing, ever."""

    def save_budget(self, budget: Budget) -> Budget:
        """Add (version 0) or save. Raises Changed where the category has one already that was not read."""

    def list_budgets(self, user_id: str) -> list[Budget]:
        """All, by category."""

    def remove_budget(self, user_id: str, budget_id: str) -> bool:
        """Whether there was one."""

    def add_notification(self, notification: Notification) -> bool:
        """Add it with version 1, and one more to the user's `unread` where it is. Nothing happens where its id is there already,
        whatever became of that one, or the user is not. Returns whether it was new: true for exactly one of several callers."""

    def get_notification(self, user_id: str, notification_id: str) -> Notification | None:
        """None also when it has expired, as everywhere."""

    def save_notification(self, notification: Notification) -> Notification:
        """Save what became of it: `deliveries` and `note`. Raises Changed. Whether it was read is not taken from it."""

    def list_notifications(self, user_id: str, cursor: str = "", limit: int = 50) -> NotificationPage:
        """Newest first. Raises Invalid for a cursor that is none."""

    def read_notifications(self, user_id: str, notification_ids: Sequence[str]) -> int:
        """Note that up to BATCH were read, and so many less in the user's `unread`. Returns how many were unread. Their versions
        stay as they are, so that who is sending one is not disturbed."""

    def due_notifications(self, at: datetime, limit: int = 100) -> list[tuple[str, str]]:
        """User and id of those that were due at that moment, the longest due first. May be a moment behind."""

    def get_document(self, user_id: str, kind: str, id: str) -> Document | None:
        """None also when it has expired."""

    def get_documents(self, user_id: str, kind: str, ids: Sequence[str]) -> list[Document]:
        """Those of up to 100 that are there and have not expired, in the order of their ids as given, each once."""

    def put_document(self, document: Document) -> Document:
        """Add (version 0; Changed if there is one that has not expired) or save. Documents do not touch `revision`."""

    def list_documents(self, user_id: str, kind: str) -> list[Document]:
        """Those that have not expired, by id."""

    def each_document(self, user_id: str) -> Iterator[Document]:
        """All of one owner's, of every kind, that have not expired: for moving to another home."""

    def remove_document(self, user_id: str, kind: str, id: str) -> bool:
        """Whether it was there and had not expired: true for exactly one of several callers."""

    def purge_documents(self) -> int:
        """Delete expired documents, notifications and rate counters. Returns how many: none where the database does so by itself."""

    def count_hit(self, key: str, window: timedelta) -> int:
        """Count one more hit on `key` in the current window, and say how many there are with it."""


class StoredFile(NamedTuple):
    key: str
    size: int  # bytes
    changed_at: datetime


class Upload(NamedTuple):
    """Where a browser may send one file itself: by a form whose `fields` go in front of the file, or by PUT where it has none."""

    key: str
    url: str
    fields: Mapping[str, str]


class Files(Protocol):
    """Bytes under a key such as "imports/<user>/<id>.csv". Keys are ours, never a person's file name."""

    def check(self) -> None: ...

    @property
    def origin(self) -> str:
        """Where links and uploads lead that leave our own pages' origin, such as "https://files.s3.amazonaws.com"; or empty."""

    def put(self, key: str, data: BinaryIO) -> None:
        """Keep everything from `data`, in the place of what was there; wholly or not at all."""

    def open(self, key: str, most: int | None = None) -> BinaryIO:
        """A seekable stream to close after use. Raises NotFound, and TooLarge where there are more than `most` bytes."""

    def remove(self, key: str) -> None:
        """Nothing happens if it is not there."""

    def list(self, prefix: str) -> list[str]:
        """Keys below a prefix that ends in "/", in order."""

    def head(self, key: str) -> StoredFile:
        """What is known of a file without reading it. Raises NotFound."""

    def link(self, key: str, lasts: timedelta, name: str, *, inline: bool) -> str:
        """A link that whoever has it can follow for so long, to see the file in place or save it as `name`."""

    def upload_link(self, key: str, most: int, lasts: timedelta) -> Upload:
        """Where a browser may PUT a file of the key's type. Not every home can bound its size: look at it afterwards."""

    def upload_form(self, key: str, most: int, lasts: timedelta) -> Upload:
        """Where a form may POST a file of the key's type with 1 to `most` bytes, and no other."""


class Queue(Protocol):
    """Work for later. At least once: whoever does it must be able to do it twice."""

    def check(self) -> None: ...
    def send(self, task: str, *arguments: str) -> None: ...
    def send_expense_message(self, expense: Expense) -> None:
        """Have an expense put into a category, by whoever does that here: the task "categorise" of the worker, or a function."""

    def send_notification(self, message: Mapping[str, str]) -> None:
        """Have a notification delivered: `user_id` and `notification_id` say which, and whoever delivers reads the rest there.

        A queue whose messages others read as well carries all of `message`: also `user_email`, `message`, `subject`,
        `notification_type` and `timestamp`.
        """


class Subscription(NamedTuple):
    """How an address comes to hear alerts: "link" where the planner itself confirms it with a link in a letter, else as the
    message service has it: "pending" until its own letter is answered, "confirmed", or "gone"."""

    ref: str  # what to name it by later; empty where the message service keeps none
    state: Literal["link", "pending", "confirmed", "gone"]


BY_LINK = Subscription("", "link")


class Messenger(Protocol):
    """What leaves the planner. Sending raises Unavailable when it may be tried again, Invalid when never, and Uncertain when it
    was handed over whole and no answer came: it may have gone."""

    def check(self) -> None: ...
    def send_email(self, email: Email) -> None:
        """Hand over one letter to the one address it is for."""

    @property
    def sms_works(self) -> bool:
        """Whether anything is set up here that sends SMS."""

    @property
    def sms_stops(self) -> bool:
        """Whether who answers an SMS with STOP gets no more."""

    def send_sms(self, phone: str, text: str) -> None:
        """Hand over one SMS. Invalid (field "stopped") also for who answered one with STOP, and where `sms_works` is not so.

        Args:
            phone: In E.164's form, such as "+4915112345678".
            text: 1 to 1600 characters; the phone gets as many SMS as they take.
        """

    def send_alert(self, user_id: str, email: Email, subscription: str) -> None:
        """Hand over an alert, by the way that alerts take: as a letter, or to that subscription (its `ref`), which gets its
        subject and text. Invalid also where the subscription is not confirmed, or gone."""

    def subscribe(self, user_id: str, address: str) -> Subscription:
        """Have the address asked whether it wants this user's alerts. Asked again, it is the same subscription."""

    def status(self, ref: str) -> Subscription:
        """How a subscription is now, which only its address decides."""

    def unsubscribe(self, ref: str) -> None:
        """No more alerts by it. Nothing happens if it is gone, or `ref` is empty."""

    def forget(self, address: str) -> None:
        """Drop whatever is still kept for that e-mail address, whose account is erased. Nothing happens if there is none."""


class Functions(Protocol):
    """Work that a process of its own does while somebody waits for the answer."""

    def check(self) -> None: ...
    def invoke(self, function: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Have one function, such as "report-generator-function", do what `request` says, and wait for its answer.

        What goes there and what comes back are JSON objects. The work is never started twice: whoever asks again, starts it again.
        Raises Crashed when it failed, took too long or gave no object, Uncertain when that is not known, and Unavailable when it
        is not there or has not begun; neither that nor the log says anything of what the request held.
        """


class PictureReader(Protocol):
    """What reads text in pictures. An installation may have none: then nobody is offered what stands on a photograph."""

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        """How the picture is seen, the likeliest way first; whoever needs no other stops there.

        Args:
            picture: JPEG, PNG, GIF or WEBP, in a file with a descriptor.
            locale: Of the person, who mostly buys where it is spoken.

        Raises:
            Overwhelmed: When it broke or needed more than its bounds; Unavailable when it may work later.
        """
