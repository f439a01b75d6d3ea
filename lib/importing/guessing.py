"""What the columns of a file hold, guessed from their names and from what stands in them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lib.importing.amounts import has_decimals
from lib.importing.balances import balances
from lib.importing.dates import ORDERS, read_day
from lib.importing.roles import Role
from lib.importing.sample import Column, columns_of
from lib.importing.table import Row
from lib.importing.words import NOT_A

_BY_NAME, _BY_VALUES = "guessed from its name", "guessed from what is in it"


class _Guesser:
    """Gives roles one after the other, surest first; a column has one role."""

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns
        self.roles: dict[int, Role] = {}
        self.reasons: dict[int, str] = {}

    def give(self, role: Role, column: Column | None, reason: str = "") -> Column | None:
        if column is not None:
            self.roles[column.index] = role
            self.reasons[column.index] = reason or (_BY_NAME if column.named(role) else _BY_VALUES)
        return column

    def free(self, test: Callable[[Column], bool]) -> list[Column]:
        return [c for c in self.columns if c.index not in self.roles and test(c)]

    def best(self, role: Role, test: Callable[[Column], bool], least: float = 0.01) -> Column | None:
        """The free column that passes and whose name fits best, the leftmost of several."""
        found = max(self.free(test), key=lambda c: (c.named(role), -c.index), default=None)
        return found if found is not None and found.named(role) >= least else None

    def best_text(self, role: Role, least: float = 0.01, *, varied: bool = False) -> Column | None:
        """The same for texts: a name that banks use outweighs what stands in it, which may be nothing for now."""
        return self.best(
            role,
            lambda c: (
                (c.are_words or c.are_prose or c.named(role) >= 1)
                and not (c.are_amounts or c.are_days or c.are_currencies)
                and (c.varies or not varied or c.named(role) >= 1)
            ),
            least,
        )


class Roles(NamedTuple):
    roles: tuple[Role, ...]  # by column
    reasons: tuple[str, ...]  # what each role that is not Role.IGNORED rests on
    rises: (
        bool | None
    )  # whether amounts above zero make a balance beside them rise; None where there is no balance


def guess_roles(header: Sequence[str], rows: Sequence[Row]) -> Roles:
    columns = columns_of(header, rows)
    guesser = _Guesser(columns)
    day = guesser.give(Role.DATE, guesser.best(Role.DATE, lambda c: c.are_days, least=0.0))
    money = _give_amounts(guesser)
    guesser.give(Role.CURRENCY, _currency_beside(guesser, money))
    _give_direction(guesser)
    _give_texts(guesser)
    wide = range(len(columns))
    return Roles(
        tuple(guesser.roles.get(i, Role.IGNORED) for i in wide),
        tuple(guesser.reasons.get(i, "") for i in wide),
        _rises(columns, day, money),
    )


def _rises(columns: list[Column], day: Column | None, money: Column | None) -> bool | None:
    for amount, sign in balances(columns).values():
        if money is not None and amount == money.index:
            return (sign > 0) is not (day is not None and _newest_first(day.filled))
    return None


def _newest_first(cells: list[str]) -> bool:
    for order in ORDERS:
        first, last = read_day(cells[0], order), read_day(cells[-1], order)
        if first and last and first != last:
            return first > last
    return False


def _give_amounts(guesser: _Guesser) -> Column | None:
    """One column of amounts, or a pair of which each row fills one."""
    running = balances(guesser.columns)
    explained = {amount for amount, _sign in running.values()}
    usable = guesser.free(
        lambda c: (
            (c.are_amounts or not c.filled)
            and c.index not in running
            and c.named(Role.BALANCE) <= c.named(Role.AMOUNT)
        )
    )
    pair = _pair(usable)  # one of the two may be empty so far
    usable = [c for c in usable if c.filled]
    amount = max(usable, key=lambda c: (c.named(Role.AMOUNT), c.index in explained, -c.index), default=None)
    if amount is not None and amount.named(Role.AMOUNT) >= 1 and len(amount.filled) * 2 > len(amount.cells):
        return guesser.give(Role.AMOUNT, amount)
    if pair:
        guesser.give(Role.IN, pair[1])
        return guesser.give(Role.OUT, pair[0])
    if amount is not None and amount.index in explained:
        return guesser.give(Role.AMOUNT, amount, "guessed: it changes the balance beside it")
    named = amount if amount is not None and amount.named(Role.AMOUNT) else None
    with_cents = [c for c in usable if c.share(has_decimals) > 0.5 and not c.header]
    return guesser.give(Role.AMOUNT, named or next(iter(with_cents), None) or _only(usable))


def _only(usable: list[Column]) -> Column | None:
    return usable[0] if len(usable) == 1 else None


def _pair(usable: list[Column]) -> tuple[Column, Column] | None:
    """The columns of money out and money in, if hardly a row fills both."""
    out = max(usable, key=lambda c: c.named(Role.OUT), default=None)
    into = max(usable, key=lambda c: c.named(Role.IN), default=None)
    if out is None or into is None or out is into or not (out.named(Role.OUT) and into.named(Role.IN)):
        return None
    if not (out.filled or into.filled):
        return None
    both = sum(_is_money(a) and _is_money(b) for a, b in zip(out.cells, into.cells, strict=True))
    return (out, into) if both * 5 <= len(out.cells) else None


def _is_money(cell: str) -> bool:
    return any(c in "123456789" for c in cell)


def _currency_beside(guesser: _Guesser, money: Column | None) -> Column | None:
    """Of the columns of currencies, the one that belongs to the amounts."""
    found = guesser.free(lambda c: c.are_currencies and not set(c.name.split()) & NOT_A[Role.CURRENCY])
    if money is None or not found:
        return None
    by_name = [c for c in found if c.named(Role.CURRENCY) >= 1]
    return min(by_name or found, key=lambda c: (abs(c.index - money.index), c.index))


def _give_direction(guesser: _Guesser) -> None:
    if Role.AMOUNT in guesser.roles.values():
        found = guesser.best(
            Role.DIRECTION, lambda c: c.are_directions and len(set(c.filled)) <= 6, least=0.0
        )
        if found is not None and (found.named(Role.DIRECTION) or len(found.filled) == len(found.cells)):
            guesser.give(Role.DIRECTION, found)


def _give_texts(guesser: _Guesser) -> None:
    guesser.give(Role.CATEGORY, guesser.best_text(Role.CATEGORY))
    guesser.give(Role.TAGS, guesser.best_text(Role.TAGS, least=1))
    guesser.give(Role.REFERENCE, guesser.best(Role.REFERENCE, _could_be_reference, least=0.4))
    guesser.give(Role.PAYEE, guesser.best_text(Role.PAYEE, varied=True))
    text = guesser.give(Role.DESCRIPTION, guesser.best_text(Role.DESCRIPTION))
    if text is not None:
        _give_more_text(guesser, text)
    guesser.give(Role.NOTE if text else Role.DESCRIPTION, guesser.best_text(Role.NOTE, least=0.5))
    if not {Role.PAYEE, Role.DESCRIPTION} & set(guesser.roles.values()):
        _give_texts_by_values(guesser)


def _give_more_text(guesser: _Guesser, text: Column) -> None:
    """Numbered siblings ("Omschrijving-2"), which continue the text."""
    stem = text.name.rstrip("0123456789 ")
    if stem != text.name:
        for column in guesser.free(lambda c: c.name.rstrip("0123456789 ") == stem):
            guesser.give(Role.DESCRIPTION, column)


def _give_texts_by_values(guesser: _Guesser) -> None:
    """Without names: the longest text is the description, the fullest of the others the payee."""
    texts = guesser.free(lambda c: c.are_prose and not c.are_currencies and c.varies)
    longest = max(texts, key=lambda c: sum(map(len, c.filled)) / len(c.filled), default=None)
    guesser.give(Role.DESCRIPTION, longest)
    others = [c for c in texts if c is not longest and c.share(_is_code) < 0.5]
    guesser.give(Role.PAYEE, max(others, key=lambda c: len(c.filled), default=None))


def _is_code(cell: str) -> bool:
    return cell.isupper() and len(cell) < 5


def _could_be_reference(column: Column) -> bool:
    """Different in every row, or it would call different payments the same; and no text for people."""
    if column.named(Role.DESCRIPTION) >= max(1, column.named(Role.REFERENCE)):
        return False
    one_word = column.share(lambda cell: " " not in cell.strip()) > 0.9
    return one_word and len(set(column.filled)) == len(column.filled)
