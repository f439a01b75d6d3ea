"""A store that does not answer is a page in words, also for those it cannot tell from strangers."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from app import create_app
from lib.errors import Unavailable
from lib.records import User
from lib.services import Services
from tests.conftest import Clock
from tests.pages import PageClient


class Away:
    """A store that fails in the calls named, and counts them."""

    def __init__(self, store: Any, *calls: str) -> None:
        self.store, self.calls, self.asked = store, calls, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        return self.fail(name) if name in self.calls else getattr(self.store, name)

    def fail(self, name: str) -> Any:
        def call(*_: Any) -> Any:
            self.asked[name] += 1
            raise Unavailable(part="store")

        return call


def over(store: Any, services: Services, visitor: PageClient) -> PageClient:
    """The same browser, at a planner with that store."""
    broken = create_app(services.settings, replace(services, store=store))
    broken.test_client_class = PageClient
    client = broken.test_client()
    cookie = visitor.get_cookie("planner")
    assert cookie is not None
    client.set_cookie("planner", cookie.value)
    return client  # type: ignore[return-value]


@pytest.mark.parametrize("call", ["get_document", "get_user"])
def test_who_cannot_be_looked_up_reads_so_and_waits_once(
    services: Services, as_alice: PageClient, call: str
) -> None:
    store = Away(services.store, call)
    page = over(store, services, as_alice).page("/dashboard", 503)
    assert "does not answer right now" in page.get_text()
    assert store.asked == {call: 1}


@pytest.mark.parametrize(("address", "status"), [("/", 503), ("/nowhere", 404)])
def test_what_strangers_may_see_fails_in_words_too(
    services: Services, as_alice: PageClient, address: str, status: int
) -> None:
    store = Away(services.store, "get_document")
    over(store, services, as_alice).page(address, status)
    assert store.asked == {"get_document": 1}


class Speaking:
    """A store whose lists fail with words of the inside."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        if name in ("list_expenses", "list_budgets"):
            raise RuntimeError("SELECT chrysanthemum FROM /var/lib/planner")
        return getattr(self.store, name)


def test_of_what_nobody_expected_no_answer_says_anything_of_the_inside(
    services: Services, as_alice: PageClient, alice: User
) -> None:
    token = services.tokens.create(alice, "Shortcut", "read", 30)[1]
    client = over(Speaking(services.store), services, as_alice)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    for answer in (
        client.get("/budget"),
        client.get("/api/expenses", headers={"Authorization": f"Bearer {token}"}),
    ):
        assert answer.status_code == 500
        assert not [
            word
            for word in ("chrysanthemum", "/var/lib", "Error:", "Traceback", ".py")
            if word in answer.text
        ]


def test_the_api_says_it_as_a_problem(services: Services, as_alice: PageClient, alice: User) -> None:
    token = services.tokens.create(alice, "Shortcut", "read", 30)[1]
    client = over(Away(services.store, "get_document"), services, as_alice)
    answer = client.get("/api/expenses", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")


def test_pages_are_shown_while_nothing_can_be_saved(
    services: Services, as_alice: PageClient, clock: Clock
) -> None:
    clock.turn(hours=2)
    store = Away(services.store, "put_document")
    over(store, services, as_alice).page("/settings")
    assert store.asked == {"put_document": 1}


def test_programs_read_while_nothing_can_be_saved(services: Services, alice: User) -> None:
    token = services.tokens.create(alice, "Shortcut", "read", 30)[1]
    broken = replace(services, store=Away(services.store, "put_document"))
    found = broken.tokens.check(token)
    assert found is not None
    assert found[0] == alice
