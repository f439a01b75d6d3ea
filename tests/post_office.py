"""A real mail server on this machine, that hangs up on whoever is still connected when it closes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.engines import free_port

TURNS = 10  # of the loop: letting somebody in who was at the door, and hanging up, take three each


class PostOffice(Controller):
    """`box` says what becomes of the mail, as aiosmtpd's handlers do."""

    def __init__(self, box: object, port: int | None = None, **how: Any) -> None:
        super().__init__(box, hostname="127.0.0.1", port=port or free_port(), ready_timeout=60, **how)
        self._counters: list[SMTP] = []

    def factory(self) -> SMTP:
        counter: SMTP = super().factory()
        self._counters.append(counter)
        return counter

    def stop(self, no_assert: bool = False) -> None:
        """aiosmtpd leaves lines open on which the other side has not said goodbye yet."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=60)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        assert self.server is not None
        for door in (
            self.server.sockets
        ):  # nobody else comes in; closed, it would lose who is between door and counter
            self.loop.remove_reader(door.fileno())
        for _ in range(TURNS):
            for counter in self._counters:
                if counter.transport:
                    counter.transport.abort()  # type: ignore[attr-defined]
            await asyncio.sleep(0)


@contextmanager
def post_office(box: object, port: int | None = None, **how: Any) -> Iterator[PostOffice]:
    server = PostOffice(box, port, **how)
    server.start()
    try:
        yield server
    finally:
        if server.loop.is_running():  # else it has been closed on purpose
            server.stop()
