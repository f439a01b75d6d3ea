"""The API's description in a browser: Swagger UI under our own policy, and trying it out for real."""

import json

import pytest
from playwright.sync_api import Page, expect

from lib.records import Filters
from tests.browser.conftest import let_in

ADD = "#operations-Expenses-add_expense"


@pytest.fixture
def docs(open_context, planner, live) -> Page:
    """The page, opened by someone who is signed in. Errors on its console fail the test."""
    user = live.accounts.register("scripter", "scripter@example.com", "correct horse battery")
    page = let_in(open_context(), planner, user).new_page()
    page.goto("/docs")
    yield page
    live.accounts.erase(user.user_id)


def test_a_request_can_be_tried_out(docs, live):
    docs.click(f"{ADD} .opblock-summary-control")
    docs.click(f"{ADD} .try-out__btn")
    docs.fill(f"{ADD} .body-param__text", json.dumps({"amount": "12.50", "category": "Groceries"}))
    docs.click(f"{ADD} .execute")
    expect(docs.locator(f"{ADD} .live-responses-table .response-col_status").last).to_contain_text("201")
    user = live.store.find_user_by_username("scripter")
    assert [e.category for e in live.store.list_expenses(user.user_id, Filters()).items] == ["Groceries"]


def test_every_operation_is_there(docs):
    described = docs.request.get("/openapi.json").json()["paths"]
    operations = [method for path in described.values() for method in path if method != "parameters"]
    assert len(operations) > 15
    expect(docs.locator(".opblock")).to_have_count(len(operations))
