"""One look through a history with what is known by now: what is kept of it while it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lib.records import Document

KIND = "replay"
LOOKING, READY, APPLYING, DONE = "looking", "ready", "applying", "done"
TAKING_BACK, TAKEN_BACK = "taking back", "taken back"
AT_WORK = frozenset({LOOKING, APPLYING, TAKING_BACK})


class Move(NamedTuple):
    """From one category to another, by their keys."""

    before: str
    after: str
    number: int  # of expenses
    examples: tuple[str, ...]  # expenses' ids, the latest first


@dataclass(frozen=True, slots=True)
class Replay:
    user_id: str
    replay_id: str
    created_at: datetime
    expires_at: datetime
    state: str = LOOKING
    total: int = 0  # expenses of the history
    seen: int = 0  # of them, by what is being done at the moment
    moves: tuple[Move, ...] = ()  # the diff, the most frequent first
    changed: int = 0  # expenses that were filed anew; those that it was taken back for, once it was
    cursor: str = ""  # where to go on
    page: int = 0
    version: int = 0

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def changes(self) -> int:
        """How many expenses the diff is about."""
        return sum(move.number for move in self.moves)

    @property
    def percent(self) -> int:
        return min(99, self.seen * 100 // self.total) if self.total else 0

    def document(self) -> Document:
        data = {
            "created_at": self.created_at.isoformat(),
            "state": self.state,
            "total": self.total,
            "seen": self.seen,
            "moves": [[*move[:3], list(move.examples)] for move in self.moves],
            "changed": self.changed,
            "cursor": self.cursor,
            "page": self.page,
        }
        return Document(self.user_id, KIND, self.replay_id, data, self.expires_at, self.version)

    @classmethod
    def from_document(cls, document: Document) -> "Replay":
        data: dict[str, Any] = dict(document.data)
        moves = tuple(Move(before, after, number, tuple(ids)) for before, after, number, ids in data["moves"])
        return cls(
            **{
                **data,
                "user_id": document.user_id,
                "replay_id": document.id,
                "created_at": datetime.fromisoformat(data["created_at"]),
                "expires_at": document.expires_at,
                "moves": moves,
                "version": document.version,
            }
        )


def moves_of(counted: Mapping[tuple[str, str], tuple[int, list[str]]]) -> tuple[Move, ...]:
    found = [Move(before, after, count, tuple(ids)) for (before, after), (count, ids) in counted.items()]
    return tuple(sorted(found, key=lambda move: (-move.number, move.before, move.after)))
