"""A ready household to look at without an account. Each visitor has their own; it disappears by itself."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from secrets import token_hex

from lib.errors import TooMany, Unavailable
from lib.household import Household
from lib.identity.throttle import network
from lib.ids import new_user_id
from lib.periods import today_in
from lib.ports import Store
from lib.records import Document, Expense, User

OWNER, KIND = "-demos", "demo"
LIFE = timedelta(hours=24)
PER_ADDRESS, PER_DAY = 10, 500  # demos an hour from one address, and a day in all
CHUNK = 500
log = logging.getLogger(__name__)


class Demos:
    def __init__(self, store: Store, erase: Callable[[str], None], now: Callable[[], datetime]) -> None:
        self.store, self.erase, self.now = store, erase, now

    def open(self, address: str, **preferences: str) -> User:
        """A new household of three years. `preferences` are fields of User, such as currency and locale.

        Raises:
            TooMany: If that address, or its neighbours by IPv6, have opened many within the hour.
            Unavailable: If a great many people look at the demo today.
        """
        if self.store.count_hit(f"demo {network(address)}", timedelta(hours=1)) > PER_ADDRESS:
            raise TooMany("You have opened the sample household many times. Try again in an hour.", 3600)
        if self.store.count_hit("demos", timedelta(days=1)) > PER_DAY:
            raise Unavailable("Very many people are looking at the sample household. Try again later.")
        user_id, name = new_user_id(), f"demo-{token_hex(4)}"
        # Noted before anything is made, so that a household that was only half made is found and removed too.
        ends = (self.now() + LIFE).isoformat()
        self.store.put_document(Document(OWNER, KIND, user_id, {"ends_at": ends}))
        user = User(
            user_id,
            username=name,
            email=f"{name}@demo.invalid",
            password_hash="!",  # noqa: S106  # no password matches this
            created_at=self.now(),
            display_name="Sample household",
            demo=True,
            **preferences,  # type: ignore[arg-type]  # texts, checked by User
        )
        user = self.store.create_user(user)
        fill(self.store, user, self.now())
        return user

    def tidy(self) -> int:
        """Erase the households whose time is over. Returns how many; one that cannot be erased is tried again next time."""
        over = [
            note
            for note in self.store.list_documents(OWNER, KIND)
            if datetime.fromisoformat(note.data["ends_at"]) <= self.now()
        ]
        return sum(self._erased(note) for note in over)

    def _erased(self, note: Document) -> bool:
        try:
            self.erase(note.id)
            self.store.remove_document(OWNER, KIND, note.id)
        except Exception:  # whatever is wrong with this one, the others go
            log.exception("a sample household cannot be erased")
            return False
        return True


def fill(store: Store, user: User, now: datetime, months: int = 36) -> int:
    """Give `user` sample expenses and budgets, those that are not there yet. Returns how many expenses were added."""
    household = Household(user, today_in(user.time_zone, now), now)
    added = sum(len(store.add_expenses(chunk)) for chunk in _chunks(household.expenses(months)))
    taken = {budget.category for budget in store.list_budgets(user.user_id)}
    for budget in household.budgets(months):
        if budget.category not in taken:
            store.save_budget(budget)
    return added


def _chunks(expenses: Iterator[Expense]) -> Iterator[list[Expense]]:
    while chunk := list(islice(expenses, CHUNK)):
        yield chunk
