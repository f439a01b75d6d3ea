"""How many files one person may bring: each costs this machine a second and a place on its disk."""

from datetime import timedelta

from lib.errors import TooMany
from lib.ports import Store
from lib.receipts import direct, waiting
from lib.receipts.direct import NoRoom
from lib.records import MAX_RECEIPTS, User

MOST_WAITING = 300  # in a day, those that were taken away included
A_MINUTE, A_DAY, A_DEMOS_DAY = 60, 300, 20  # files of one person that are looked at, refused ones included
FULL = f"An expense has up to {MAX_RECEIPTS} receipts. Remove one first."
_TOO_FAST = "Many receipts came within this minute. Wait a little, then go on."
_UNSAVED = "Many receipts came today that no expense has. Save those first, or go on tomorrow."


def check_pace(store: Store, user: User, what: str) -> None:
    """Raises TooMany. Strangers may have a sample household: it takes fewer."""
    key, most = f"receipts-{what}-{user.user_id}", A_DEMOS_DAY if user.demo else A_DAY
    if store.count_hit(f"{key}-minute", timedelta(minutes=1)) > A_MINUTE:
        raise TooMany(_TOO_FAST)
    if store.count_hit(f"{key}-day", timedelta(days=1)) > most:
        raise TooMany(f"Up to {most} receipts a day are taken here. Go on tomorrow.", 24 * 3600)


def check_room(store: Store, user: User, there: int) -> None:
    """Raises NoRoom where the expense has enough, `there`, or too many belong to none."""
    if there >= MAX_RECEIPTS:
        raise NoRoom(FULL, "receipt")
    on_their_way = len(waiting.all_of(store, user.user_id)) + len(direct.keys(store, user.user_id))
    if on_their_way >= MOST_WAITING:
        raise NoRoom(_UNSAVED, "receipt")
