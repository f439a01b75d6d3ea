"""Where an import's rows go: shown by look-alikes before anything is stored, and changed with one answer each."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.records import Expense, Filters, User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient
from tests.web.test_imports import send, uploaded
from web import import_view

BANK = (
    "Date;Payee;Amount;Currency\n2026-11-03;ZORBLATT 17;-12.50;EUR\n2026-11-04;Zorblatt 18;-3.20;EUR\n"
    "2026-11-05;Netflix.com;-9.99;EUR\n2026-11-06;Employer;2000.00;EUR\n"
)


@pytest.fixture
def client(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


@pytest.fixture
def run(client: PageClient) -> str:
    """The address of a run that waits to be checked."""
    address = uploaded(client, BANK)
    send(client, f"{address}/columns")
    return address


def row_of(page: BeautifulSoup, title: str) -> Any:
    return next(row for row in page.select(".r-group") if title in row.h4.get_text())


def numbered(page: BeautifulSoup, title: str) -> str:
    return str(row_of(page, title).select_one("select")["name"])


def brought(services: Services, user: User) -> dict[str, Expense]:
    services.queue.run(services)  # type: ignore[attr-defined]
    return {each.payee: each for each in services.expenses.list_expenses(user, Filters()).items}


def test_look_alikes_are_one_row_with_why(client, run):
    row = row_of(client.page(f"{run}/check"), "ZORBLATT")
    words = " ".join(row.get_text().split())
    assert "2 rows" in words
    assert row.select_one(".chip")
    assert row.select_one("option")["value"] == ""  # nothing chosen: as the planner has it


def test_one_answer_is_for_all_that_look_alike_and_is_learned(services, client, alice, run):
    name = numbered(client.page(f"{run}/check"), "ZORBLATT")
    send(client, f"{run}/check", **{name: "Education"})
    found = brought(services, alice)
    assert {found[payee].category for payee in ("ZORBLATT 17", "Zorblatt 18")} == {"Education"}
    assert found["ZORBLATT 17"].filing is None
    assert services.filing.memory.learner(alice).total == 2


def test_what_is_left_is_filed_by_itself_and_teaches_nothing(services, client, alice, run):
    send(client, f"{run}/check")
    found = brought(services, alice)
    assert found["Netflix.com"].category == "Subscriptions"
    assert all(each.filing is not None for each in found.values())
    assert services.filing.memory.learner(alice).total == 0


def test_saying_that_they_are_right_makes_them_the_persons_own(services, client, alice, run):
    shown = client.page(f"{run}/check").select("#categories > .r-groups > li")
    now = {row.h4.get_text(): row.select_one("[name^=now-]") for row in shown}
    send(client, f"{run}/check", right="1")
    found = brought(services, alice)
    own = {payee: each["value"] for payee, each in now.items() if each}
    assert own
    assert {payee: found[payee].category for payee in own} == own
    assert {payee for payee, each in found.items() if each.filing is None} == set(
        own
    )  # what was in front of them


def test_an_answer_has_to_be_one_of_the_persons_categories(services, client, alice, run):
    name = numbered(client.page(f"{run}/check"), "ZORBLATT")
    answer = send(client, f"{run}/check", **{name: "Nonsense"})
    assert "one of your categories" in client.look(answer, 400).get_text()
    assert brought(services, alice) == {}


def test_very_many_groups_are_counted_beyond_those_that_can_be_changed_here(client):
    names = [f"{chr(97 + n // 26) * 4}{chr(97 + n % 26) * 5}" for n in range(import_view.MOST_GROUPS + 7)]
    rows = [f"2026-11-03;{name};-{number + 1}.00;EUR" for number, name in enumerate(names)]
    address = uploaded(client, "\n".join(["Date;Payee;Amount;Currency", *rows]))
    send(client, f"{address}/columns")
    page = client.page(f"{address}/check")
    assert len(page.select(".r-group")) == import_view.MOST_GROUPS
    assert "And 7 more groups" in page.get_text()
