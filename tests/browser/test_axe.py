"""axe finds nothing on any page: for strangers, newcomers and residents, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import let_in
from tests.browser.places import own_pages, pages, visits

OPTIONS = {"rules": {"target-size": {"enabled": True}}}


def complaints(page: Page) -> list[str]:
    """What axe has to say of the page as it is now, a line each."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:150]}" for rule in found for node in rule["nodes"]
    ]


def findings(context: BrowserContext, addresses: list[str]) -> list[str]:
    page = context.new_page()
    return [f"{address}: {each}" for address in visits(page, addresses) for each in complaints(page)]


@pytest.fixture(params=[("light", 1280), ("dark", 375)], ids=lambda p: f"{p[0]}-{p[1]}")
def context(request, open_context) -> BrowserContext:
    scheme, width = request.param
    return open_context(color_scheme=scheme, viewport={"width": width, "height": 900})


def test_strangers_pages(context, planner, live):
    assert findings(context, pages(planner, live)) == []


def test_newcomers_pages(context, planner, live, newcomer):
    addresses = [address for address in pages(planner, live) if address != "/logout"]
    assert findings(let_in(context, planner, newcomer), addresses) == []


def test_residents_pages(context, planner, live, resident):
    addresses = pages(planner, live) + own_pages(live, resident)
    assert findings(let_in(context, planner, resident), addresses) == []
