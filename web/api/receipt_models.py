"""Receipts as the API takes and gives them."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from lib.file_keys import receipt_key
from lib.receipts.direct import Invitation
from lib.receipts.handler import LINK_LASTS
from lib.receipts.kinds import TYPES
from lib.records import Expense, Receipt, User
from web.api.fields import FileIn, Id, Moment, Words, YesOrNo
from web.api.models import In, Out
from web.context import services

KEY = "receipts/7f3c/0195f3a2c4d17b3e9f00a1b2c3d4e5f6-0195f3a2c4d1a1b2c3d4e5f67b3e9f00.jpg"
Key = Annotated[str, Words(200, 1), Field(examples=[KEY])]


class ReceiptForm(In):
    """A file: JPG, PNG, GIF, WEBP, HEIC or PDF, by what is in it, with up to 10 MiB."""

    receipt: FileIn | None = None
    """The file; under this name or as `file`."""
    file: FileIn | None = None
    """The file; under this name or as `receipt`."""


class UploadForm(ReceiptForm):
    expense_id: Id | None = Field(None, examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    """The expense that it is for. If that is there it has the receipt at once, else as soon as it is attached."""
    wait: YesOrNo = False
    """Whether it waits to be attached although the expense is there: for forms that may not be saved."""


class PresignIn(In):
    extension: Literal["jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "pdf"] = Field(examples=["jpg"])
    """Of the file that will be sent."""
    expense_id: Id | None = Field(None, examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    """The expense that it is for, if that is there already: it must then be yours."""


class AttachIn(In):
    expense_id: Id = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    key: Key
    """Of what was uploaded."""


class ReceiptOut(Out):
    id: str = Field(examples=["0195f3a2c4d1a1b2c3d4e5f67b3e9f00"])
    key: str = Field(examples=[KEY])
    """What it is called where files are kept."""
    name: str = Field(examples=["receipt.jpg"])
    extension: str = Field(examples=["jpg"])
    """Of what is kept: HEIC becomes JPG."""
    content_type: str = Field(examples=["image/jpeg"])
    size: int = Field(examples=[347670])
    """Bytes."""
    pages: int | None = Field(examples=[None])
    """Of a PDF."""
    width: int | None = Field(examples=[896])
    """Of a picture, in pixels."""
    height: int | None = Field(examples=[2316])
    has_thumbnail: bool
    added_at: Moment

    @classmethod
    def of(cls, receipt: Receipt, user: User, expense_id: str) -> "ReceiptOut":
        return cls(
            id=receipt.receipt_id,
            key=receipt_key(user.user_id, expense_id, receipt.receipt_id, receipt.extension),
            name=receipt.name,
            extension=receipt.extension,
            content_type=TYPES[receipt.extension],
            size=receipt.size,
            pages=receipt.pages or None,
            width=receipt.width or None,
            height=receipt.height or None,
            has_thumbnail=receipt.has_thumbnail,
            added_at=receipt.added_at,
        )


class LinkOut(Out):
    url: str = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    """Where it is to be seen or saved, without a token."""
    expires_in: int = Field(examples=[int(LINK_LASTS.total_seconds())])
    """Seconds until the address ends."""


class UploadedOut(LinkOut):
    key: str = Field(examples=[KEY])
    """What to attach it by, or an expense's `receipt_url`."""
    thumbnail_url: str | None = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    expense_id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    attached: bool
    """Whether an expense has it. If not, it waits for a day, then it is removed."""
    receipt: ReceiptOut

    @classmethod
    def of(cls, receipt: Receipt, user: User, expense_id: str, *, attached: bool) -> "UploadedOut":
        found = ReceiptOut.of(receipt, user, expense_id)
        return cls(
            key=found.key,
            url=_url(user, expense_id, receipt),
            expires_in=seconds(LINK_LASTS),
            thumbnail_url=_thumbnail_url(user, expense_id, receipt),
            expense_id=expense_id,
            attached=attached,
            receipt=found,
        )


class LinkedReceipt(ReceiptOut):
    url: str = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    thumbnail_url: str | None = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])


class ReceiptList(Out):
    url: str | None = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    """Of the first; null where there is none."""
    expires_in: int = Field(examples=[int(LINK_LASTS.total_seconds())])
    """Seconds until the addresses end."""
    receipts: list[LinkedReceipt]
    """In the order they were added."""
    version: int
    """The expense's."""

    @classmethod
    def of(cls, expense: Expense, user: User) -> "ReceiptList":
        found = [
            LinkedReceipt(
                **ReceiptOut.of(each, user, expense.expense_id).model_dump(),
                url=_url(user, expense.expense_id, each),
                thumbnail_url=_thumbnail_url(user, expense.expense_id, each),
            )
            for each in expense.receipts
        ]
        url = found[0].url if found else None
        return cls(url=url, expires_in=seconds(LINK_LASTS), receipts=found, version=expense.version)


class FormUpload(Out):
    url: str = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    fields: dict[str, str]
    """What goes in front of the file, which is called `file`."""


class PresignedOut(Out):
    key: str = Field(examples=["receipts/7f3c/0195f3a2c4d17b3e9f00a1b2c3d4e5f6.jpg"])
    """What to attach it by."""
    url: str = Field(examples=["/files/WzE3OTUz.c2lnbmVk"])
    """Where to PUT the file, with `content_type` as its Content-Type."""
    content_type: str = Field(examples=["image/jpeg"])
    form: FormUpload
    """Where to POST it instead; there a file that is too large is refused at once."""
    max_size: int = Field(examples=[10485760])
    """Bytes."""
    expires_in: int = Field(examples=[3600])
    """Seconds until both ways end."""

    @classmethod
    def of(cls, invited: Invitation, extension: str) -> "PresignedOut":
        return cls(
            key=invited.put.key,
            url=invited.put.url,
            content_type=TYPES[extension],
            form=FormUpload(url=invited.form.url, fields=dict(invited.form.fields)),
            max_size=invited.most,
            expires_in=seconds(invited.lasts),
        )


def seconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds())


def _url(user: User, expense_id: str, receipt: Receipt) -> str:
    return services.receipts.link(user, expense_id, receipt)


def _thumbnail_url(user: User, expense_id: str, receipt: Receipt) -> str | None:
    return (
        services.receipts.link(user, expense_id, receipt, thumbnail=True) if receipt.has_thumbnail else None
    )
