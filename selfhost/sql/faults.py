"""What a database says when it cannot, in the program's words: by its code, never by its message."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from lib.errors import Invalid, PlannerError, Unavailable

_SENTENCES = {
    "busy": "The planner is busy saving other things. Nothing of this was saved; try again in a moment.",
    "full": "The planner's disk is full. Nothing of this was saved, what was saved before is safe. Make room, then try again.",
    "disk": "The planner cannot reach its data right now. Nothing of this was saved; try again in a moment.",
    "away": "The planner's database does not answer. Nothing of this was saved; try again in a moment.",
}
_SQLITE = {  # primary result codes: https://www.sqlite.org/rescode.html
    5: "busy",  # SQLITE_BUSY
    6: "busy",  # SQLITE_LOCKED
    8: "disk",  # SQLITE_READONLY
    10: "disk",  # SQLITE_IOERR
    11: "disk",  # SQLITE_CORRUPT
    13: "full",  # SQLITE_FULL
    14: "disk",  # SQLITE_CANTOPEN
    26: "disk",  # SQLITE_NOTADB
}
_POSTGRESQL = {  # SQLSTATE, or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html
    "40001": "busy",  # serialization failure
    "40P01": "busy",  # deadlock
    "55P03": "busy",  # lock not available
    "57014": "busy",  # cancelled by a time limit
    "53100": "full",
    "53": "busy",  # too many connections, out of memory
    "08": "away",
    "57P": "away",  # shutting down, starting up
    "58": "disk",
    "25006": "disk",  # read-only
}


def unavailable(why: str) -> Unavailable:
    return Unavailable(_SENTENCES[why], part="store")


_TOO_LARGE = (
    275,
    "22003",
)  # SQLITE_CONSTRAINT_CHECK, which holds totals to whole numbers; numeric value out of range


def _code(error: DBAPIError) -> int | str | None:
    code: int | str | None = getattr(error.orig, "sqlite_errorcode", None)
    return getattr(error.orig, "sqlstate", None) if code is None else code


def _reason(error: DBAPIError) -> str | None:
    """Which of the sentences says why it cannot be done now; None where another try would not help."""
    match _code(error):
        case int() as code:
            return _SQLITE.get(code & 0xFF)
        case str() as state:
            return next((_POSTGRESQL[s] for s in (state, state[:3], state[:2]) if s in _POSTGRESQL), None)
    # A server that refuses the connection has no SQLSTATE to say so with.
    return "away" if error.connection_invalidated or isinstance(error, OperationalError) else None


def is_busy(error: DBAPIError) -> bool:
    return _reason(error) == "busy"


def _refusal(error: DBAPIError) -> PlannerError | None:
    if (why := _reason(error)) is not None:
        return unavailable(why)
    code = _code(error)
    if code in _TOO_LARGE:
        return Invalid("These amounts are larger than can be added up.", "amount")
    if code is None and isinstance(error, DataError):  # psycopg does not even send a NUL
        return _unstorable()
    return None


def _unstorable() -> Invalid:
    return Invalid("This contains characters that cannot be kept. Remove them.")


@contextmanager
def translated() -> Iterator[None]:
    """Put into our words what will pass (a lock, a full disk, a server that is away) and what can never be kept."""
    try:
        yield
    except NoConnectionFree as error:
        raise unavailable("busy") from error
    except UnicodeEncodeError as error:
        raise _unstorable() from error
    except DBAPIError as error:
        if (refusal := _refusal(error)) is None:
            raise
        raise refusal from error
