"""One POST over HTTP: it ends in time however slowly the other side writes, goes where it was told and no further, and of
the answer only the status is read.

Libraries for HTTP look a name up by themselves, follow redirects and proxies, and wait anew for every byte.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

PATIENCE = 10  # seconds for connecting and sending, and again for the answer
MOST_BYTES = 65_536  # of an answer's head
FAILURES = (OSError, HTTPException)  # what the other side, or the way to it, can do to us
_SAFE = "/%:=&?~+!$,;'@()*[]"  # stays in a path as it is
_COME_AGAIN = frozenset({408, 425, 429})


class Unanswered(OSError):
    """The whole request went out, and no answer came that can be read: it may have been taken."""


class Target(NamedTuple):
    """Where to: what a web address says."""

    is_tls: bool
    host: str  # a name or an address, small and in ASCII: as a certificate has it
    port: int
    path: str  # with the query

    @property
    def header(self) -> str:
        """The request's Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take a web address apart. Raises ValueError where it is none, or holds a user, a fragment, or what no address holds."""
    if any(char.isspace() or not char.isprintable() or char in '\\<>"^`{|}' for char in url):
        raise ValueError("characters that no address has")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no address of http or https")
    if "@" in parts.netloc or "#" in url:
        raise ValueError("a user or a fragment")
    is_tls = parts.scheme == "https"
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    path = quote(parts.path or "/", safe=_SAFE) + (
        f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    )
    port = parts.port if parts.port is not None else (443 if is_tls else 80)
    return Target(is_tls, host.lower(), port, path)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine sees them. Raises OSError where it finds none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError("no name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def post(
    target: Target,
    addresses: Sequence[str],
    body: bytes,
    headers: Mapping[str, str],
    *,
    tls: ssl.SSLContext,
    patience: float = PATIENCE,
    answer: float = PATIENCE,
) -> int:
    """Send `body` and return the answer's status.

    Args:
        addresses: Of the target's host, tried in order; no name is looked up here.
        patience: Seconds for everything up to the request's last byte.
        answer: Seconds for the answer to it.

    Raises:
        Unanswered: The request is out, and what then came, or did not come, says nothing.
        OSError, HTTPException: `FAILURES`, of which that is one: nobody takes it in time, or proves to be the host.
    """
    until = time.monotonic() + patience
    with closing(_Line(_connected(target, addresses, until, tls), until)) as line:
        connection = HTTPConnection(target.host, target.port)
        connection.auto_open = 0  # it never connects by itself
        connection.sock = line  # it has what is used of a socket
        fixed = {"Host": target.header, "Connection": "close", "User-Agent": "Smart-Budget-Planner"}
        connection.request("POST", target.path, body, {**fixed, **headers})
        line.wait(answer)
        try:
            return connection.getresponse().status
        except FAILURES as error:
            raise Unanswered(type(error).__name__) from error


def is_for_good(status: int) -> bool:
    """Whether a status says that the same request will never be taken."""
    return 400 <= status < 500 and status not in _COME_AGAIN


def _connected(target: Target, addresses: Sequence[str], until: float, tls: ssl.SSLContext) -> socket.socket:
    problem: OSError = OSError("there is no address")
    for number, address in enumerate(addresses):
        try:
            line = socket.create_connection((address, target.port), _left(until) / (len(addresses) - number))
        except OSError as error:
            problem = error
            continue
        try:
            line.settimeout(_left(until))
            return tls.wrap_socket(line, server_hostname=target.host) if target.is_tls else line
        except BaseException:
            line.close()
            raise
    raise problem


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


class _Line:
    """What `http.client` uses of a socket, with one end of time for all of it and a most of what is read."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until

    def wait(self, patience: float) -> None:
        """As long as that from now on."""
        self._until = time.monotonic() + patience

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(_left(self._until))
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Answer(self._line, self._until))

    def close(self) -> None:
        self._line.close()


class _Answer(io.RawIOBase):
    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until, self._read = line, until, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(_left(self._until))
        count = self._line.recv_into(buffer)
        self._read += count
        if self._read > MOST_BYTES:
            raise HTTPException("an answer without end")
        return count
