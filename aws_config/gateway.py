"""A WSGI application behind API Gateway: its events become requests, answers become what it takes.

apig-wsgi does the translating. Decided here is what is not a visitor's to say (who they are, how they came), and what
becomes of an answer that is larger than Lambda hands over.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from apig_wsgi import make_lambda_handler

Event = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
LARGEST = 6_000_000  # bytes of an answer as JSON; Lambda hands over 6 MiB
ESCAPED = 6  # as many times as long a character can be in JSON
# What a proxy in front would say. There is none: API Gateway says in the event who asks, and hands on whatever a visitor
# wrote under these names.
FORWARDED = {
    *("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
    *("HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX"),
}
TOO_LARGE = {
    "statusCode": 413,
    "headers": {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"},
    "isBase64Encoded": False,
    "body": "This is more than can be sent at once here. Ask for less of it, such as a single year.\n",
}


def handler_of(application: Application) -> Callable[[Event, Any], Event]:
    """What Lambda calls with events of API Gateway, in format 1.0 or 2.0."""
    translate = make_lambda_handler(_as_it_came(application), binary_support=True)

    def handle(event: Event, context: Any) -> Event:
        answer = translate(_with_path_encoded(event), context)
        fits = len(answer["body"]) * ESCAPED < LARGEST or len(json.dumps(answer)) < LARGEST
        return answer if fits else dict(TOO_LARGE)

    return handle


def _with_path_encoded(event: Event) -> Event:
    """API Gateway decodes a path, all but "%25". What translates it decodes it byte by byte: letters have to be bytes again."""
    name = "rawPath" if event.get("version") == "2.0" else "path"
    return {**event, name: quote(event[name], safe="/%:@!$&'()*+,;=~")}


def _as_it_came(application: Application) -> Application:
    """The same application, told by API Gateway alone who asks and how they came."""

    def ask(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said = environ["apig_wsgi.request_context"]
        true = {name: value for name, value in environ.items() if name not in FORWARDED}
        true["REMOTE_ADDR"] = (said.get("http") or said["identity"])["sourceIp"]
        true["wsgi.url_scheme"], true["SERVER_PORT"] = "https", "443"  # it listens to nothing else

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            return start_response(status, _each_once(headers), exc_info)

        return application(true, start)

    return ask


def _each_once(headers: Headers) -> Headers:
    """Format 2.0 has room for one value a name, cookies apart; several are one, with commas between them."""
    merged: dict[str, tuple[str, str]] = {}
    cookies = [header for header in headers if header[0].lower() == "set-cookie"]
    for name, value in headers:
        first = merged.get(name.lower())
        merged[name.lower()] = (name, f"{first[1]}, {value}" if first else value)
    merged.pop("set-cookie", None)
    return [*merged.values(), *cookies]
