"""Files for the importer's tests, and what it makes of them with nobody's help."""

from datetime import UTC, date, datetime
from io import BytesIO

from lib.importing.drafts import Draft, Left, RowReader
from lib.importing.reading import Reading, read_file, recognise
from lib.importing.table import Row, Table
from lib.records import User

TODAY = date(2026, 11, 21)


def person(locale: str = "en_US", currency: str = "EUR") -> User:
    joined = datetime(2026, 1, 1, tzinfo=UTC)
    return User("alice", "alice", "alice@example.com", "", joined, locale=locale, currency=currency)


def reading_of(data: bytes | str, user: User | None = None) -> Reading:
    file = BytesIO(data.encode() if isinstance(data, str) else data)
    return read_file(file, recognise(file), user or person(), TODAY)


def entries_of(data: bytes | str, user: User | None = None) -> list[Draft | Left]:
    """Every row, as the guesses alone have it."""
    user = user or person()
    file = BytesIO(data.encode() if isinstance(data, str) else data)
    reading = read_file(file, recognise(file), user, TODAY)
    reader = RowReader(reading.columns, reading.width, user.categories)
    return [reader.read(row) for row in Table(file, reading.layout).rows()]


def payments_of(data: bytes | str, user: User | None = None) -> list[str]:
    """The rows that are payments, in short: "2026-11-20 -45.60 EUR REWE | Einkauf"."""
    drafts = [entry for entry in entries_of(data, user) if isinstance(entry, Draft)]
    return [
        f"{d.spent_on} {'+' if d.money_in else '-'}{d.amount} {d.currency} {d.payee} | {d.description}"
        for d in drafts
    ]


def rows_of(data: bytes | str) -> list[Row]:
    file = BytesIO(data.encode() if isinstance(data, str) else data)
    return list(Table(file, recognise(file)).rows())
