"""What was learned lately: a short list beside the long document, so that one choice is one small write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lib.categorising.learner import Learner, Lesson, Trace
from lib.ports import Store
from lib.records import Document

KIND, NAME = "learned", "lessons"
MOST_LESSONS = 64  # some 6 kB


class Noted(NamedTuple):
    number: int
    learned: bool  # or taken back
    lesson: Lesson

    def apply(self, learner: Learner) -> None:
        (learner.take if self.learned else learner.take_back)(self.lesson)

    @property
    def values(self) -> list[Any]:
        trace, category, mass = self.lesson
        return [self.number, self.learned, *trace, category, mass]

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Noted":
        number, learned, merchant, more, kind, label, category, mass = values
        return cls(number, learned, Lesson(Trace(merchant, more, kind, label), category, mass))


@dataclass(frozen=True)
class Lessons:
    """Numbered in their order; the long document says up to which number it knows them.

    What is taken back, or learned again, is taken off the list, unless it is `sealed`: those before that number may be in the document by now.
    """

    user_id: str
    following: int = 1  # the next one's number
    sealed: int = 1
    noted: tuple[Noted, ...] = ()
    seen: Mapping[str, int] = field(
        default_factory=dict
    )  # lately.py: what the long document knew before it was told
    seen_until: datetime = datetime.min.replace(tzinfo=UTC)  # when nobody has still to tell of that
    version: int = 0
    is_readable: bool = True  # else everything is to be learned anew

    def after(self, number: int) -> list[Noted]:
        """Those from that number on."""
        return [each for each in self.noted if each.number >= number]

    def with_more(self, forget: Iterable[Lesson], learn: Iterable[Lesson]) -> "Lessons":
        noted, following = list(self.noted), self.following
        for learned, lessons in ((False, forget), (True, learn)):
            for lesson in lessons:
                undone = next((each for each in reversed(noted) if self._undoes(each, lesson, learned)), None)
                if undone is not None:
                    noted.remove(undone)
                else:
                    noted.append(Noted(following, learned, lesson))
                    following += 1
        return replace(self, noted=tuple(noted), following=following)

    def _undoes(self, earlier: Noted, lesson: Lesson, learned: bool) -> bool:
        return earlier.number >= self.sealed and earlier.lesson == lesson and earlier.learned != learned

    def at(self, now: datetime) -> "Lessons":
        """Without what is over by now."""
        return self if now < self.seen_until else replace(self, seen={})

    def seal(self) -> "Lessons":
        return replace(self, sealed=self.following)

    def without(self, number: int) -> "Lessons":
        """Those that the document does not know."""
        return replace(self, noted=tuple(self.after(number)))


def load(store: Store, user_id: str) -> Lessons | None:
    return read(store.get_document(user_id, KIND, NAME))


def read(kept: Document | None) -> Lessons | None:
    """An empty list where it cannot be read: of a version to come, or before."""
    if kept is None:
        return None
    data = kept.data
    try:
        noted = tuple(Noted.of(values) for values in data["noted"])
        until = datetime.fromisoformat(data["until"])
        return Lessons(
            kept.user_id, data["following"], data["sealed"], noted, data["seen"], until, kept.version
        )
    except (KeyError, TypeError, ValueError):
        following = data.get("following", 1)  # its numbers go on
        return Lessons(kept.user_id, following, following, version=kept.version, is_readable=False)


def save(store: Store, lessons: Lessons) -> Lessons:
    """Raises Changed where somebody was quicker."""
    data = {
        "following": lessons.following,
        "sealed": lessons.sealed,
        "noted": [each.values for each in lessons.noted],
        "seen": dict(lessons.seen),
        "until": lessons.seen_until.isoformat(),
    }
    document = Document(lessons.user_id, KIND, NAME, data, version=lessons.version)
    return replace(lessons, version=store.put_document(document).version)
