"""The page of an import's columns, where each choice is shown at once, used faster than it is answered."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import let_in

STATEMENT = b"Datum;Text;Kommentar;Betrag\n20.11.2026;REWE;Einkauf;-45,60\n19.11.2026;Kino;Abend;-12,00\n"


@pytest.fixture
def columns(open_context, planner, newcomer) -> Page:
    """A file that was just uploaded; nothing of it comes in."""
    page = let_in(open_context(), planner, newcomer).new_page()
    page.goto("/import")
    page.get_by_label("File").set_input_files(
        {"name": "bank.csv", "mimeType": "text/csv", "buffer": STATEMENT}
    )
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/columns")
    return page


def sent_forms(page: Page) -> list[Request]:
    sent: list[Request] = []
    page.on("request", lambda r: sent.append(r) if r.method == "POST" and r.is_navigation_request() else None)
    return sent


def pressed_before_the_answer(page: Page, button: str) -> None:
    """Change a choice, and press the button twice after the server has taken the choice and before the page knows."""

    def slow(route: Route) -> None:
        if route.request.method != "POST" or route.request.is_navigation_request():
            route.continue_()
            return
        answer = route.fetch()
        page.get_by_role("button", name=button).dblclick()
        route.fulfill(response=answer)

    page.route("**/columns", slow)
    page.get_by_label("Kommentar").select_option("note")


def test_a_button_pressed_before_a_choice_is_answered_waits_for_it(columns):
    sent = sent_forms(columns)
    pressed_before_the_answer(columns, "Check all rows")
    columns.wait_for_url("**/check")
    expect(columns.get_by_role("button", name=re.compile("^Import 2"))).to_be_visible()
    expect(columns.get_by_text("Someone changed this")).to_have_count(0)
    assert len(sent) == 1


def test_the_other_way_of_reading_waits_too_and_keeps_what_was_chosen(columns):
    columns.get_by_text("The file looks wrong?").click()
    columns.get_by_label("Line that names the columns").fill("0")
    sent = sent_forms(columns)
    pressed_before_the_answer(columns, "Read it so")
    expect(columns.get_by_text("without names")).to_be_visible()
    assert len(sent) == 1


def test_a_second_choice_made_before_the_first_is_answered_counts_too(columns):
    looks: list[Route] = []

    def slow(route: Route) -> None:
        looks.append(route)
        if len(looks) > 1:
            route.continue_()
            return
        answer = route.fetch()
        columns.locator("[name=positive][value=out]").evaluate("radio => radio.click()")
        route.fulfill(response=answer)

    columns.route("**/columns", slow)
    columns.get_by_label("Kommentar").select_option("note")
    expect(columns.locator("[name=positive][value=out]")).to_be_checked()
    columns.get_by_role("button", name="Check all rows").click()
    columns.wait_for_url("**/check")
    expect(columns.locator("main")).to_contain_text(re.compile(r"Money in\s*€57.60"))
