"""The application behind API Gateway: in both forms of its events it answers what it answers directly, and is told by nobody but
API Gateway who asks.
"""

import base64
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from aws_config import gateway
from aws_config.gateway import Event, handler_of
from tests.gateway import event_of, headers_in, through

each_format = pytest.mark.parametrize("version", ["1.0", "2.0"])
PIXEL = b"\x89PNG\r\n\x1a\n\x00\xff\xfe"


class Echo:
    """An application that remembers what it was told, and answers as it is told."""

    def __init__(self, body: bytes = b"", *headers: tuple[str, str]) -> None:
        self.told: dict[str, Any] = {}
        text = [] if "Content-Type" in dict(headers) else [("Content-Type", "text/plain")]
        self.body, self.headers = body, [*text, *headers]
        self.is_closed = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.told = {**environ, "sent": environ["wsgi.input"].read()}
        start_response("200 OK", self.headers)
        return self

    def __iter__(self) -> Any:
        return iter([self.body])

    def close(self) -> None:
        self.is_closed = True


def request(version: str, path: str = "/", body: bytes = b"", **named: str) -> Event:
    """An event; `named` as in an environ, such as HTTP_COOKIE."""
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "budget.example",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **named,
    }
    return event_of(environ, version)


@each_format
def test_who_asks_is_what_api_gateway_says_and_not_what_a_visitor_writes(version):
    echo = Echo()
    claims = {
        "HTTP_X_FORWARDED_FOR": "203.0.113.1",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PREFIX": "/evil",
        "HTTP_FORWARDED": "for=203.0.113.1",
    }
    handler_of(echo)(request(version, **claims), None)
    assert echo.told["REMOTE_ADDR"] == "192.0.2.7"
    assert echo.told["HTTP_HOST"] == "budget.example"
    assert not [name for name in echo.told if "FORWARDED" in name]


@each_format
def test_whoever_writes_http_came_by_https_all_the_same(version):
    echo, event = Echo(), request(version)
    for headers in filter(None, (event["headers"], event.get("multiValueHeaders"))):
        headers["x-forwarded-proto"] = "http" if headers is event["headers"] else ["http"]
    handler_of(echo)(event, None)
    assert echo.told["wsgi.url_scheme"] == "https"


@each_format
@pytest.mark.parametrize("path", ["/", "/kategorien/Bücher", "/a b/c+d", "/100%", "/%41", "/日本/é"])
def test_paths_arrive_as_they_were_meant(version, path):
    echo = Echo()
    handler_of(echo)(request(version, path), None)
    assert echo.told["PATH_INFO"].encode("latin-1").decode() == path


@each_format
@pytest.mark.parametrize("query", ["", "q=B%C3%BCcher+%26+mehr&q=2&leer=", "month=2026-11"])
def test_queries_arrive_as_they_were_meant(version, query):
    echo = Echo()
    handler_of(echo)(request(version, QUERY_STRING=query), None)
    assert echo.told["QUERY_STRING"] == query


@each_format
@pytest.mark.parametrize(
    ("kind", "body"),
    [("image/png", PIXEL), ("application/json", '{"payee": "Café"}'.encode()), ("", b"a=1")],
)
def test_bodies_arrive_byte_by_byte(version, kind, body):
    echo = Echo()
    handler_of(echo)(request(version, "/", body, CONTENT_TYPE=kind), None)
    assert (echo.told["sent"], echo.told["CONTENT_LENGTH"]) == (body, str(len(body)))


@each_format
def test_bytes_are_answered_as_bytes(version):
    answer = handler_of(Echo(PIXEL, ("Content-Type", "image/png")))(request(version), None)
    assert answer["isBase64Encoded"]
    assert base64.b64decode(answer["body"]) == PIXEL


@each_format
def test_what_is_compressed_is_bytes_though_its_type_is_a_text(version):
    answer = handler_of(Echo(PIXEL, ("Content-Encoding", "br")))(request(version), None)
    assert base64.b64decode(answer["body"]) == PIXEL


@each_format
def test_several_cookies_come_and_go(version):
    echo = Echo(b"", ("Set-Cookie", "planner=1; Path=/"), ("Set-Cookie", "planner-browser=2; Path=/login"))
    answer = handler_of(echo)(request(version, HTTP_COOKIE="a=1; b=2"), None)
    assert {each.strip() for each in echo.told["HTTP_COOKIE"].split(";")} == {"a=1", "b=2"}
    left = [value for name, value in headers_in(answer) if name.lower() == "set-cookie"]
    assert left == ["planner=1; Path=/", "planner-browser=2; Path=/login"]


@each_format
def test_a_header_that_comes_twice_keeps_both_values(version):
    echo = Echo(b"", ("Vary", "Cookie"), ("vary", "Accept-Encoding"))
    answer = handler_of(echo)(request(version), None)
    assert [value for name, value in headers_in(answer) if name.lower() == "vary"] == [
        "Cookie, Accept-Encoding"
    ]


@each_format
@pytest.mark.parametrize(("byte", "times"), [(b"x", 1), (b"\x01", 5)])
def test_what_lambda_cannot_hand_over_is_refused_in_words(version, byte, times):
    """A byte of some kinds is several characters of JSON."""
    echo = Echo(byte * (gateway.LARGEST // times))
    answer = handler_of(echo)(request(version), None)
    assert (answer["statusCode"], "Ask for less" in answer["body"]) == (413, True)
    assert len(json.dumps(answer)) < 1000
    assert echo.is_closed


@each_format
def test_what_lambda_just_hands_over_comes_whole(version):
    body = b"x" * (gateway.LARGEST - 1000)
    answer = handler_of(Echo(body))(request(version), None)
    assert (answer["statusCode"], len(answer["body"])) == (200, len(body))
    assert len(json.dumps(answer)) < gateway.LARGEST


@each_format
def test_pages_and_statics_answer_what_they_answer_directly(version, app):
    """Headers, cookies and bytes, but for those that differ from one request to the next."""
    direct, page = app.wsgi_app, "/login"
    found = {}
    for name, wsgi in {"direct": direct, "through": through(direct, version)}.items():
        app.wsgi_app = wsgi
        client = app.test_client()
        said = [
            client.get(path, base_url="https://budget.example") for path in (page, "/robots.txt", "/nowhere")
        ]
        sheet = said[0].text.split('rel="stylesheet" href="')[1].split('"')[0]
        said.append(client.get(sheet, headers={"Accept-Encoding": "br"}, base_url="https://budget.example"))
        found[name] = [_comparable(each) for each in said]
    assert found["direct"] == found["through"]
    assert found["direct"][3]["headers"]["content-encoding"] == "br"


def _comparable(answer: Any) -> dict[str, Any]:
    once = {"x-request-id", "set-cookie", "content-length", "date"}
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in once}
    form = b'name="csrf_token"'
    data = answer.data.replace(answer.headers.get("X-Request-ID", "-").encode(), b"")
    answer.close()
    return {
        "status": answer.status_code,
        "headers": headers,
        "cookies": len(answer.headers.getlist("Set-Cookie")),
        "body": len(data) if form in data else data,
    }
