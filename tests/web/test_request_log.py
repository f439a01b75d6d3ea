"""The line that each request leaves, and the id by which people and operators speak of it."""

import logging
import re
from dataclasses import replace

import pytest

from app import create_app
from tests.conftest import signed_in
from tests.logged import logged
from tests.pages import PageClient


def behind(services, proxies):
    """A planner with so many proxies in front."""
    settings = services.settings.model_copy(update={"proxies": proxies})
    app = create_app(settings, replace(services, settings=settings))
    app.test_client_class = PageClient
    return app.test_client()


def lines(log):
    return log.about(logger="planner.request")


def test_a_request_leaves_one_line_that_says_how_it_went(client):
    with logged() as log:
        answer = client.get("/login?next=/expenses")
    [line] = lines(log)
    assert (line["method"], line["route"], line["status"], line["user"]) == ("GET", "/login", 200, "-")
    assert 0 < line["ms"] < 10_000
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", line["request_id"])


def test_the_route_is_the_rule_never_the_address(as_alice):
    with logged() as log:
        as_alice.get("/expenses/abcdef?x=y")
        as_alice.get("/no/such/page")
    assert [line["route"] for line in lines(log)] == ["/expenses/<expense_id>", "(none)"]


def test_every_line_of_a_request_says_whose_it_is(app, services, alice, bob):
    with logged() as log:
        signed_in(app, alice).page("/dashboard")
        signed_in(app, bob).page("/dashboard")
        app.test_client().get("/login")
    names = {user.username: services.pseudonyms.of(user.user_id) for user in (alice, bob)}
    seen = [(line["route"], line["user"]) for line in lines(log) if line["message"].startswith("GET /dash")]
    assert seen == [("/dashboard", names["alice"]), ("/dashboard", names["bob"])]
    assert lines(log)[-1]["user"] == "-"  # nothing is left of who came before


def test_who_signs_in_is_said_from_then_on(client, services, alice):
    with logged() as log:
        client.post_form("/login", {"login": "alice", "password": "wrong"})
        client.post_form("/login", {"login": "alice", "password": "correct horse battery"})
    said = [line["user"] for line in lines(log) if line["method"] == "POST"]
    assert said == ["-", services.pseudonyms.of(alice.user_id)]


def test_an_error_page_and_its_line_have_the_same_id(client):
    with logged() as log:
        answer = client.get("/nowhere")
    found = answer.headers["X-Request-ID"]
    assert f"<code>{found}</code>" in answer.text
    assert lines(log)[0]["request_id"] == found
    problem = client.get("/api/nowhere")
    assert problem.json["request_id"] == problem.headers["X-Request-ID"] != found


OURS = "[0-9a-f]{16}"


@pytest.mark.parametrize("given", ["0af7651916cd43dd8448eb211c80319c", "a-b_C-12"])
def test_what_a_proxy_of_ours_calls_a_request_stands_beside_our_id(services, given):
    with logged() as log:
        answer = behind(services, 1).get("/nowhere", headers={"X-Request-ID": given})
    [line] = lines(log)
    assert re.fullmatch(OURS, line["request_id"])
    assert (line["request_id"], line["proxy_id"]) == (answer.headers["X-Request-ID"], given)
    assert given not in answer.text


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, "has spaces in it", "<script>alert(1)", "line\tbreak", "é" * 10, "{jndi:x}:y"],
)
def test_what_is_no_id_is_not_taken(services, given):
    with logged() as log:
        answer = behind(services, 1).get("/nowhere", headers={"X-Request-ID": given})
    assert re.fullmatch(OURS, answer.headers["X-Request-ID"])
    assert "proxy_id" not in lines(log)[0]


def test_visitors_do_not_name_requests_themselves(client):
    with logged() as log:
        answer = client.get("/nowhere", headers={"X-Request-ID": "0af7651916cd43dd8448eb211c80319c"})
    assert re.fullmatch(OURS, answer.headers["X-Request-ID"])
    assert "proxy_id" not in lines(log)[0]


def test_what_the_thread_says_afterwards_belongs_to_nobody(as_alice):
    with logged() as log:
        as_alice.page("/dashboard")
        logging.getLogger("gunicorn.error").warning("Invalid request")
    said = log.lines[-1]
    assert [said[name] for name in ("message", "request_id", "route", "user")] == ["Invalid request", *"---"]


def test_where_even_the_page_of_an_error_fails_the_address_is_not_repeated(app):
    def fails():
        raise ValueError("what is shown")

    app.context_processor(fails)
    with logged() as log, pytest.raises(ValueError, match="shown"):
        app.test_client().get("/password/reset/a-secret-token")
    assert log.about(level="ERROR", route="/password/reset/<token>")
    assert log.found(["a-secret-token"]) == set()


def test_why_a_form_is_refused_is_said_in_the_log(client):
    with logged() as log:
        answer = client.post("/register", data={"csrf_token": "forged"})
    assert answer.status_code == 400
    assert "open too long" in answer.text
    [line] = log.about(logger="web.errors")
    assert line["message"] == "form refused: The CSRF session token is missing."
    assert line["request_id"] == answer.headers["X-Request-ID"]


def test_who_comes_by_another_address_than_its_own_is_told_the_right_one(services):
    """Over plain HTTP the browser sends no cookie back, and no form would ever work."""
    settings = services.settings.model_copy(update={"base_url": "https://budget.example"})
    client = create_app(settings, replace(services, settings=settings)).test_client()
    answer = client.post("/register", data={"csrf_token": "forged"})
    assert answer.status_code == 400
    assert "https://budget.example: open it there" in answer.text
    answer = client.post("/register", data={"csrf_token": "forged"}, base_url="https://budget.example")
    assert "open too long" in answer.text
