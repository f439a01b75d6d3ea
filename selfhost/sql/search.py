"""Looking for text, and SQLite's index for it.

`search_text` of an expense holds what it is found by, folded (`lib.search`). PostgreSQL looks in it through a trigram index of its
own. SQLite's is an FTS5 table of every run of three letters. Triggers take out what goes and change what changes; what is added
is put in by `taking_in`, all of it in one statement, which is five times as quick as a trigger for each row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, text

from selfhost.sql.tables import expenses

FEW = 1000  # candidates that are quicker to look at one by one than the list is to walk
FEW_TO_SUM = 20_000  # the same for a sum, which walks the whole list
MOST_RUNS = 20  # runs of letters that stand in for a word too short for the index


class Sought(NamedTuple):
    """How to find some words: those that `match` asks the index for there, the others by looking at each text."""

    words: Sequence[str] = ()
    match: str | None = None

    @property
    def values(self) -> dict[str, str]:
        values = {f"word{number}": _like(word) for number, word in enumerate(self.words)}
        return values if self.match is None else values | {"match": self.match}


def find(connection: Connection, words: Sequence[str], few: int = FEW) -> Sought:
    """The quickest way to those `words`; `few` says up to how many candidates the index is quicker than a walk."""
    if not words or connection.dialect.name != "sqlite":
        return Sought(words)
    terms = {word: _term(connection, word) for word in words}
    match = " AND ".join(term for term in terms.values() if term is not None)
    if not match or connection.scalar(_CANDIDATES, {"match": match, "enough": few + 1}) > few:
        return Sought(words)
    return Sought([word for word, term in terms.items() if term is None], match)


def holding(number: int) -> ColumnElement[bool]:
    """Holds where the text contains word `number` of `Sought.values`."""
    return expenses.c.search_text.like(bindparam(f"word{number}"), escape="\\")


def candidate() -> ColumnElement[bool]:
    """Holds for what the index found."""
    return expenses.c.row.in_(text(_FOUND).columns(expenses.c.row))


def owner(indexed: bool) -> ColumnElement[Any]:
    """The expense's owner. A plus keeps SQLite from walking all that is theirs where the index has found a few rows."""
    return literal_column("+expenses.user_id") if indexed else expenses.c.user_id


_FOUND = "SELECT rowid AS row FROM expenses_text WHERE expenses_text MATCH :match"
_CANDIDATES = text(f"SELECT count(*) FROM ({_FOUND} LIMIT :enough)")  # noqa: S608  # our own text
_RUNS = text(
    "SELECT term FROM expenses_text_runs WHERE term >= :word AND term < :word || char(0x10ffff) LIMIT :enough"
)
_LAST = text("SELECT coalesce(max(row), 0) FROM expenses")
_TAKE_IN = text(
    "INSERT INTO expenses_text (rowid, search_text) SELECT row, search_text FROM expenses WHERE row > :last"
)


def _term(connection: Connection, word: str) -> str | None:
    """What finds `word` in the index; None where too much begins with it.

    A word of one or two letters begins a run of three wherever it occurs, as every text ends in two spaces.
    """
    if len(word) >= 3:
        return _quoted(word)
    runs = connection.scalars(_RUNS, {"word": word, "enough": MOST_RUNS + 1}).all()
    if len(runs) > MOST_RUNS:
        return None
    return "(" + " OR ".join(_quoted(run) for run in runs or [word]) + ")"


def _quoted(run: str) -> str:
    return '"' + run.replace('"', '""') + '"'


def _like(word: str) -> str:
    r"""`word` as what LIKE takes literally, anywhere: 5% is %5\%%."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


@contextmanager
def taking_in(connection: Connection) -> Iterator[None]:
    """Put into the index what is added within."""
    if connection.dialect.name != "sqlite":
        yield
        return
    last = connection.scalar(_LAST)
    yield
    connection.execute(_TAKE_IN, {"last": last})
