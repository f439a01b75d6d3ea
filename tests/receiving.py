"""A web server that takes what is posted to it, on this machine: it answers as told, well or badly."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import NamedTuple


class Request(NamedTuple):
    line: str  # such as "POST /alerts HTTP/1.1"
    headers: dict[str, str]  # names in small letters
    body: bytes


class Receiver:
    """One request a connection. `answer` is sent as it is, a chunk after the other with `pause` seconds between them."""

    def __init__(self, answer: bytes, tls: ssl.SSLContext | None, pause: float) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.answer, self.pause, self._tls = answer, pause, tls
        self._ended = Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = Thread(target=self._serve)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        while True:
            line, _ = self._listening.accept()
            with line:
                if self._ended.is_set():
                    return
                self.connections += 1
                line.settimeout(20)
                with suppress(OSError):  # whoever called has hung up, as is their right
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        with self._tls.wrap_socket(line, server_side=True) if self._tls else line as secured:
            self.requests.append(_read(secured))
            if not self.pause:
                secured.sendall(self.answer)
                return
            for byte in self.answer:
                secured.sendall(bytes([byte]))
                if self._ended.wait(self.pause):
                    return


def _read(line: socket.socket) -> Request:
    with line.makefile("rb") as stream:
        first = stream.readline().decode().strip()
        headers: dict[str, str] = {}
        while text := stream.readline().decode().strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        return Request(first, headers, stream.read(int(headers.get("content-length", "0"))))


def saying(status: int, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", "Content-Length: 0", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def receiver(
    answer: bytes = saying(204), tls: ssl.SSLContext | None = None, pause: float = 0
) -> Iterator[Receiver]:
    server = Receiver(answer, tls, pause)
    server.start()
    try:
        yield server
    finally:
        server.stop()
