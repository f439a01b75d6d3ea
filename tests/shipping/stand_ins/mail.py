"""Takes every letter at 1025 and tells of them at 8025, as far as Mailpit's `/api/v1/messages` does: to whom, and about what."""

import json
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

letters: list[dict[str, Any]] = []


class Keeping:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        subject = str(message_from_bytes(envelope.content)["Subject"])
        letters.append({"To": [{"Address": each} for each in envelope.rcpt_tos], "Subject": subject})
        return "250 OK"


class Telling(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"total": len(letters), "messages": letters}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


Controller(Keeping(), hostname="0.0.0.0", port=1025).start()  # noqa: S104  # a container's only
ThreadingHTTPServer(("", 8025), Telling).serve_forever()
