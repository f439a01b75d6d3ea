"""API Gateway and Lambda between a test's client and the application: each request becomes an event, as AWS writes it, and each
answer what it takes back. TEST_HOME=lambda (or lambda-v1) sends every test of pages that way.
"""

import base64
import json
import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aws_config.gateway import Event, handler_of

FORMATS = {"lambda": "2.0", "lambda-v1": "1.0"}
TEXTS = ("text/", "application/json", "application/xml", "application/javascript")  # what comes as it is
MOST = 6 * 1024 * 1024  # bytes of an event or an answer, which Lambda takes


def behind_the_gateway(application: Any) -> Any:
    """The WSGI application, reached as TEST_HOME says: directly, or through a function."""
    wanted = FORMATS.get(os.environ.get("TEST_HOME", ""))
    return through(application, wanted) if wanted else application


def through(application: Any, version: str) -> Callable[..., Iterable[bytes]]:
    """An application that answers what the function behind API Gateway answers."""
    handle = handler_of(application)

    def ask(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        event = json.dumps(event_of(environ, version))
        assert len(event) <= MOST, "API Gateway hands over no more than 6 MB"
        answer = json.loads(json.dumps(handle(json.loads(event), None)))
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", headers_in(answer))
        body = answer["body"].encode()
        return [base64.b64decode(body) if answer["isBase64Encoded"] else body]

    return ask


def event_of(environ: dict[str, Any], version: str) -> Event:
    """The request as API Gateway tells of it to a function."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    kind = environ.get("CONTENT_TYPE", "")
    is_text = kind.startswith(TEXTS)
    sent = body.decode(errors="replace") if is_text else base64.b64encode(body).decode()
    carried = {"isBase64Encoded": bool(body) and not is_text, **({"body": sent} if body else {})}
    tell = _second if version == "2.0" else _first
    return {"version": version, **tell(environ, _headers(environ), _path(environ)), **carried}


def headers_in(answer: Event) -> list[tuple[str, str]]:
    """What a browser is sent, of an answer in either format."""
    several = answer.get("multiValueHeaders") or {}
    return [
        *(answer.get("headers") or {}).items(),
        *((name, value) for name, values in several.items() for value in values),
        *(("set-cookie", cookie) for cookie in answer.get("cookies", [])),
    ]


def _second(environ: dict[str, Any], headers: dict[str, str], path: str) -> Event:
    cookies = headers.pop("cookie", "")
    method = environ["REQUEST_METHOD"]
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": environ["REMOTE_ADDR"]}
    return {
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        **({"cookies": cookies.split("; ")} if cookies else {}),
        "headers": headers,
        "requestContext": {"apiId": "api", "stage": "$default", "requestId": "REQUEST-1", "http": http},
    }


def _first(environ: dict[str, Any], headers: dict[str, str], path: str) -> Event:
    pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    several = {name: [value for each, value in pairs if each == name] for name, _ in pairs}
    return {
        "resource": "$default",
        "path": path,
        "httpMethod": environ["REQUEST_METHOD"],
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": several or None,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {
            "apiId": "api",
            "stage": "$default",
            "requestId": "REQUEST-1",
            "identity": {"sourceIp": environ["REMOTE_ADDR"]},
        },
    }


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """In small letters, with what API Gateway adds of the way it came."""
    named = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    claimed = named.pop("x-forwarded-for", "")
    came = f"{claimed}, {environ['REMOTE_ADDR']}".removeprefix(", ")
    return {**named, "x-forwarded-for": came, "x-forwarded-port": "443", "x-forwarded-proto": "https"}


def _path(environ: dict[str, Any]) -> str:
    """Decoded, but for "%25"."""
    return str(environ["PATH_INFO"].encode("latin-1").decode(errors="replace")).replace("%", "%25")
