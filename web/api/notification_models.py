"""Notifications as the API takes and gives them."""

from typing import Annotated, Literal

from pydantic import Field

from lib.identity.profile import MOST_EMAIL, MOST_PHONE
from lib.records import Delivery, Notification
from web.api.fields import Moment, Whole, Words, YesOrNo
from web.api.models import In, Out

MOST_IDS = 200
NotificationId = Annotated[str, Words(64, 1), Field(examples=["01976f3a52be7d02a1f4c8e5b6d3a901"])]


class NotificationQuery(In):
    unread: YesOrNo = False
    """Only those that were not read yet."""
    cursor: Annotated[str, Words(500)] = ""
    """The `next_cursor` of the page before."""
    limit: Annotated[int, Whole(1, 200, in_address=True)] = 50
    """How many at most."""


class DeliveryOut(Out):
    """On which way it went to you, and how far it has come."""

    delivery_method: Literal["email", "sms", "webhook"]
    status: Literal["queued", "sending", "sent", "failed", "held"]
    """Held until your quiet hours end, the digest is due or the address is confirmed."""
    updated_at: Moment = Field(examples=["2026-11-21T12:00:00Z"])
    """Since when it is that."""
    reason: str = Field(examples=["Goes out when your quiet hours end."])
    """Why it failed or is held, in words."""

    @classmethod
    def of(cls, found: Delivery) -> "DeliveryOut":
        return cls.model_validate(
            {
                "delivery_method": found.channel,
                "status": found.status,
                "updated_at": found.at,
                "reason": found.reason,
            }
        )


class NotificationOut(Out):
    id: NotificationId
    type: str = Field(examples=["budget_exceeded"])
    subject: str = Field(examples=["Groceries is €12.40 over budget"])
    message: str = Field(examples=["You have spent €412.40 of €400 in November 2026."])
    note: str = Field(examples=["The expense was deleted on 21 Nov 2026."])
    """What became of it since; mostly empty."""
    created_at: Moment = Field(examples=["2026-11-21T12:00:00Z"])
    unread: bool
    deliveries: list[DeliveryOut]
    """None where it is only kept in the planner."""

    @classmethod
    def of(cls, found: Notification) -> "NotificationOut":
        return cls(
            id=found.notification_id,
            type=found.kind,
            subject=found.subject,
            message=found.message,
            note=found.note,
            created_at=found.created_at,
            unread=found.unread,
            deliveries=[DeliveryOut.of(each) for each in found.deliveries],
        )


class NotificationList(Out):
    notifications: list[NotificationOut]
    next_cursor: str | None
    """Where the next page starts; null at the end. A page may be short and yet not be the last."""
    unread: int
    """How many there are that were not read, on all pages together."""


class ReadIn(In):
    ids: list[NotificationId] = Field(
        min_length=1, max_length=MOST_IDS, examples=[["01976f3a52be7d02a1f4c8e5b6d3a901"]]
    )
    """Of notifications that were seen. Those that are not yours, or are gone, are passed over."""


class ReadOut(Out):
    read: int
    """How many of them had not been read before."""


class SubscribeIn(In):
    """What to confirm; nothing: the e-mail address."""

    email: Annotated[str, Words(MOST_EMAIL, 1)] | None = Field(None, examples=["maria@example.com"])
    """The account's own address, as it is."""
    phone: Annotated[str, Words(MOST_PHONE, 1)] | None = Field(None, examples=["+4930123456"])
    """The number that SMS are to go to; it becomes the account's."""
