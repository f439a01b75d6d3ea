"""What a receipt says, for programs that want to propose it."""

import datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import Field

from lib.receipts.reading.paper import Found, Reading
from web.api.blueprint import bp
from web.api.description import RECEIPTS, described
from web.api.fields import Amount
from web.api.models import Out
from web.context import me, services

Value = TypeVar("Value", str, Decimal, datetime.date)


class FoundOut(Out):
    sure: int = Field(examples=[95])
    """In percent: from 90 on it says so itself, and other lines bear it out; around 50 it is worth a look."""
    line: str = Field(examples=["zu zahlen EUR 24,23"])
    """Where it stands."""


class TotalOut(FoundOut):
    value: Amount = Field(examples=["24.23"])
    currency: str | None = Field(examples=["EUR"])
    """Null where the receipt does not say."""


class DateOut(FoundOut):
    value: datetime.date = Field(examples=["2026-03-02"])


class MerchantOut(FoundOut):
    value: str = Field(examples=["Aldi"])


class ReadingOut(Out):
    total: TotalOut | None
    date: DateOut | None
    merchant: MerchantOut | None

    @classmethod
    def of(cls, found: Reading) -> "ReadingOut":
        currency = found.currency.value if found.currency else None
        return cls(
            total=TotalOut(**_plain(found.total), currency=currency) if found.total else None,
            date=DateOut(**_plain(found.day)) if found.day else None,
            merchant=MerchantOut(**_plain(found.merchant)) if found.merchant else None,
        )


@bp.get("/api/receipts/<id:expense_id>/<id:receipt_id>/reading")
@described(RECEIPTS, {200: ReadingOut})
def read_receipt(expense_id: str, receipt_id: str) -> ReadingOut:
    """What a receipt says: total, date and merchant.

    It is there to be proposed, and nothing of it is saved. What cannot be read is null; all of it where this planner does not
    read receipts of that kind. A picture may take seconds.
    """
    known = list(services.expenses.habits(me()).payees)
    return ReadingOut.of(services.receipt_reader.read(me(), expense_id, receipt_id, known) or Reading())


def _plain(found: Found[Value]) -> dict[str, object]:
    return {"value": found.value, "sure": found.sure, "line": found.line}
