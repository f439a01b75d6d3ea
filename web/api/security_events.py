"""What happened to the security of the account."""

from typing import Annotated

from pydantic import Field

from lib.identity.events import SecurityEvent, What
from web.api.blueprint import bp
from web.api.description import ACCOUNT, described
from web.api.fields import Moment, Whole, Words
from web.api.models import In, Out
from web.context import me, services


class SecurityEventQuery(In):
    cursor: Annotated[str, Words(500)] = ""
    """The `next_cursor` of the page before."""
    limit: Annotated[int, Whole(1, 200, in_address=True)] = 50
    """How many at most."""


class SecurityEventOut(Out):
    id: str = Field(examples=["01976f3a52be7d02a1f4c8e5b6d3a901"])
    type: What = Field(examples=["signed-in"])
    text: str = Field(examples=["Signed in"])
    """What happened, in words."""
    at: Moment = Field(examples=["2026-11-22T04:10:00Z"])
    """When; the last time, where `count` is more than one."""
    first_at: Moment = Field(examples=["2026-11-22T04:10:00Z"])
    count: int = Field(examples=[1])
    """How often that day: wrong passwords and saved files are counted, everything else stands by itself."""
    browser: str | None = Field(examples=["Firefox on Linux"])
    """What it was done with; null for what the planner did by itself."""
    network: str | None = Field(examples=["203.0.113.x"])
    """Roughly where from, the last time: the end of the address is not kept."""
    about: str | None = Field(examples=["Spreadsheet"])
    """A token's name, a device, a webhook's host."""

    @classmethod
    def of(cls, event: SecurityEvent) -> "SecurityEventOut":
        return cls(
            id=event.event_id,
            type=event.what,
            text=event.words,
            at=event.at,
            first_at=event.since,
            count=event.count,
            browser=event.browser or None,
            network=event.place or None,
            about=event.about or None,
        )


class SecurityEventList(Out):
    events: list[SecurityEventOut]
    next_cursor: str | None
    """Where the next page starts; null at the end."""


@bp.get("/api/security-events")
@described(ACCOUNT, {200: SecurityEventList}, problems=(409,))
def list_security_events(query: SecurityEventQuery) -> SecurityEventList:
    """Who came into your account from where, and what was changed about it: the newest first, a year back.

    They come in pages: ask again with `cursor` set to the `next_cursor` of the answer, until that is null.
    """
    page = services.events.page(me(), query.cursor, query.limit)
    return SecurityEventList(
        events=[SecurityEventOut.of(event) for event in page.items], next_cursor=page.cursor or None
    )
