"""What requests add to the metrics, and the page that Prometheus reads."""

from dataclasses import replace

import pytest

from app import create_app
from aws_config.embedded_metrics import EVERY, EmbeddedMetrics
from lib.metrics import NO_METRICS
from tests.doubles import Recorded
from tests.pages import PageClient

TOKEN = "a-long-and-random-text"


@pytest.fixture
def recorded():
    return Recorded()


@pytest.fixture
def services(services, recorded):
    return replace(services, metrics=recorded)


@pytest.fixture
def watched(services):
    """A planner whose operator has set a token."""
    settings = services.settings.model_copy(
        update={"metrics_token": type(services.settings.secret_key)(TOKEN)}
    )
    app = create_app(settings, replace(services, settings=settings))
    app.test_client_class = PageClient
    return app.test_client()


def test_every_answer_is_timed_by_its_rule_and_counted_by_its_class(as_alice, recorded):
    recorded.all.clear()
    as_alice.get("/expenses/no-such-expense")
    as_alice.get("/nowhere/at/all")
    as_alice.get("/dashboard")
    assert [(name, by) for name, _, by in recorded.all] == [
        ("Latency", "/expenses/<expense_id>"),
        ("Requests", "4xx"),
        ("Latency", "(none)"),
        ("Requests", "4xx"),
        ("Latency", "/dashboard"),
        ("Requests", "2xx"),
    ]
    assert all(0 < value < 60_000 for name, value, _ in recorded.all if name == "Latency")


def test_what_programs_ask_every_few_seconds_does_not_hide_what_people_meet(client, recorded):
    """Neither that, nor what pages are made up with: a hundred of those would make any page in twenty a quick one."""
    asset = client.application.extensions["assets"].address("css/style.css")
    recorded.all.clear()
    for path, status in {"/health": 200, "/health/ready": 200, "/metrics": 404, asset: 200}.items():
        with client.get(path) as answer:
            assert answer.status_code == status
    assert recorded.all == []
    client.get("/healthy")  # no such page: somebody's mistake
    assert [(name, by) for name, _, by in recorded.all] == [("Latency", "(none)"), ("Requests", "4xx")]


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_where_nobody_comes_any_more_who_asks_for_health_has_the_last_counts_written(services, path):
    lines: list[str] = []
    metrics = EmbeddedMetrics("web", write=lines.append)
    client = create_app(services.settings, replace(services, metrics=metrics)).test_client()
    client.get("/nowhere")
    client.get(path)
    assert lines == []
    metrics._since -= EVERY
    client.get(path)
    assert [line for line in lines if '"Class":"4xx"' in line]


def test_who_signs_in_and_who_is_refused_is_counted_not_named(client, alice, recorded):
    client.post_form("/login", {"login": "alice", "password": "wrong horse battery"})
    client.post_form("/login", {"login": "", "password": ""})  # no try
    client.post_form("/login", {"login": "alice", "password": "correct horse battery"})
    counts = recorded.counts()
    assert (counts["SignInsRefused", ""], counts["SignInsAccepted", ""]) == (1, 1)
    assert {by for _, _, by in recorded.all} == {"", "/login", "2xx", "3xx", "4xx"}


def test_who_tries_too_often_is_refused_too(client, alice, recorded):
    for _ in range(12):
        client.post_form("/login", {"login": "alice", "password": "wrong horse battery"})
    assert recorded.counts()["SignInsRefused", ""] == 12


def test_what_nobody_expected_is_an_error(services, as_alice, recorded):
    class Fails:
        def __getattr__(self, name):
            if name == "list_budgets":
                raise RuntimeError
            return getattr(services.store, name)

    broken = create_app(services.settings, replace(services, store=Fails()))
    broken.config["PROPAGATE_EXCEPTIONS"] = False
    other = broken.test_client()
    other.set_cookie("planner", as_alice.get_cookie("planner").value)
    recorded.all.clear()
    assert other.get("/budget").status_code == 500
    assert recorded.counts()["Errors", ""] == 1
    assert recorded.counts()["Requests", "5xx"] == 1


def test_what_is_answered_without_a_page_because_that_fails_too_counts_once(app, recorded):
    def fails():
        raise ValueError("no page at all")

    app.context_processor(fails)
    with pytest.raises(ValueError, match="no page"):
        app.test_client().get("/login")
    counts = recorded.counts()
    assert {by: count for (name, by), count in counts.items() if name == "Requests"} == {"5xx": 1}


def test_without_a_token_there_is_no_such_page(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_with_it_prometheus_reads_what_there_is(watched):
    answer = watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.text) == (200, "planner_errors_total 0.0\n")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_nobody_else_does(watched, given):
    answer = watched.get("/metrics", headers={"Authorization": given} if given else {})
    assert answer.status_code == 401
    assert "planner_errors" not in answer.text


def test_where_nothing_can_be_read_there_is_no_such_page(services):
    settings = services.settings.model_copy(
        update={"metrics_token": type(services.settings.secret_key)(TOKEN)}
    )
    app = create_app(settings, replace(services, settings=settings, metrics=NO_METRICS))
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 404
