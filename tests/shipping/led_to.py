"""A proxy that leads whoever asks for a host of AWS's to an emulator: names, certificates and sign-ins are as they are there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer


class _Way(StreamRequestHandler):
    def handle(self) -> None:
        method, host, _ = self.rfile.readline().split()
        while self.rfile.readline().strip():
            pass
        assert isinstance(self.server, _Proxy)
        self.server.asked.add(host.decode())
        assert method == b"CONNECT"
        with socket.create_connection(("127.0.0.1", self.server.port)) as there:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(there, self.connection))
            back.start()
            _pass_on(self.connection, there)
            back.join()


class _Proxy(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Way)
        self.port, self.asked = port, set[str]()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def led_to(port: int) -> Iterator[tuple[str, set[str]]]:
    """The proxy's address, and the hosts that were asked for so far."""
    with _Proxy(port) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}", proxy.asked
        proxy.shutdown()
