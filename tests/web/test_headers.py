"""What every answer carries for the browser, and what cookies are called where there is HTTPS."""

import base64
import hashlib
from typing import Any

import pytest
from flask import Flask

from app import create_app
from lib.records import User
from lib.services import Services
from lib.settings import Settings
from tests.conftest import PASSWORD
from tests.pages import PageClient

HTTPS = {"base_url": "https://budget.example"}
ADDRESSES = [
    "/login",
    "/",
    "/settings",
    "/nothing/here",
    "/api/expenses",
    "/openapi.json",
    "/health",
    "/robots.txt",
]


@pytest.fixture
def secure(settings: Settings, services: Services) -> PageClient:
    """The planner behind HTTPS."""
    app = create_app(settings.model_copy(update={"base_url": "https://budget.example"}), services)
    app.test_client_class = PageClient
    return app.test_client()  # type: ignore[return-value]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_what_browsers_may_do_with_it(client: PageClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    wanted = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert {name: policy[name] for name in wanted} == wanted
    assert not [sources for sources in policy.values() if "unsafe" in sources or "*" in sources]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_over_https_browsers_are_told_to_stay_there(
    secure: PageClient, client: PageClient, address: str
) -> None:
    told = secure.get(address, **HTTPS).headers["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get(address).headers


def test_over_https_cookies_are_this_hosts_alone(secure: PageClient, alice: User) -> None:
    def post(form: dict[str, Any]) -> list[str]:
        page = secure.page("/login", **HTTPS)
        token = page.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
        headers = {"Referer": "https://budget.example/login"}
        return secure.post(
            "/login", data={"csrf_token": token, **form}, headers=headers, **HTTPS
        ).headers.getlist("Set-Cookie")

    cookies = {line.partition("=")[0]: line for line in post({"login": "alice", "password": PASSWORD})}
    assert set(cookies) == {"__Host-planner", "__Secure-planner-browser"}
    for line in cookies.values():
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(line.split("; "))
    assert "Path=/;" in f"{cookies['__Host-planner']};"
    assert "Domain" not in cookies["__Host-planner"]
    assert secure.get("/settings", **HTTPS).status_code == 200


def test_files_that_are_opened_by_themselves_can_do_nothing(secure: PageClient, client: PageClient) -> None:
    style = secure.page("/login", **HTTPS).find("link", rel="stylesheet")["href"]  # type: ignore[index]
    with secure.get(str(style), **HTTPS) as answer, client.get(str(style)) as by_http:
        headers = answer.headers
        assert "Strict-Transport-Security" not in by_http.headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_cookie_is_signed_with_sha_256(app: Flask) -> None:
    client = app.test_client()
    client.get("/login")
    cookie = client.get_cookie("planner")
    assert cookie is not None
    signature = cookie.value.rpartition(".")[2]
    assert (
        len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == hashlib.sha256().digest_size
    )


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_that_nothing_here_needs_do_nothing(app: Flask, method: str) -> None:
    assert app.test_client().open("/login", method=method).status_code == 405
