"""A real browser in front of the real processes. Whatever a page complains about on the way fails its test."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lib.demo import fill
from lib.expenses import ExpenseDraft
from lib.records import User
from lib.services import Services
from tests.aws.deployed import FILING, REPORTS
from tests.browser.on_aws import planner_on_aws
from tests.engines import program
from tests.live import PASSWORD, Planner, Visitor
from tests.shipping.container import Contained
from tests.shipping.proxied import Proxied

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HERE = Path(__file__).parent
PATIENCE = 30_000  # milliseconds until a page that does not do what it should is given up
expect.set_options(timeout=PATIENCE)
HOMES: dict[str, Callable[[Path], AbstractContextManager[Planner]]] = {
    "": lambda folder: nullcontext(Planner(folder)),
    "aws": partial(planner_on_aws, functions=(FILING, REPORTS)),
    "image": lambda folder: nullcontext(Contained(folder).built()),
    "nginx": lambda folder: nullcontext(Proxied(folder)),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    where = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=ARGUMENTS, timeout=4 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """At home on this machine; where TEST_HOME says so, on AWS under the role that it has there, in its container, or behind
    nginx."""
    folder = tmp_path_factory.mktemp("planner") / "data"
    folder.mkdir()
    with HOMES[os.environ.get("TEST_HOME", "")](folder) as planner:
        yield planner.start()
        planner.stop()


@pytest.fixture(scope="session")
def live(planner: Planner) -> Services:
    """The services behind the pages, to make things and to look."""
    return planner.services()


@pytest.fixture
def open_context(
    chromium: Browser, planner: Planner, live: Services
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser windows that share nothing. Errors on their consoles and requests to other hosts fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    files = live.files.origin or planner.address

    def look_at(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None
        )
        page.on(
            "request", lambda r: None if is_ours(r.url) else complaints.append(f"{page.url} asks {r.url}")
        )

    def is_ours(address: str) -> bool:
        return address.startswith((planner.address, files, "data:", "about:", "blob:"))

    def make(**options: object) -> BrowserContext:
        size = {"width": 1280, "height": 900}
        # The emulated AWS has a certificate that only its own tests know.
        usual = {
            "base_url": planner.address,
            "viewport": size,
            "reduced_motion": "reduce",  # who looks at colours or sizes does not look into the middle of a change
            "ignore_https_errors": files != planner.address,
        }
        context = chromium.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE)
        context.on("page", look_at)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    # A page that is an error by intention is reported by the browser as one; and a test that looks into a receipt's own page is
    # a script there, where none may run.
    meant = ("the server responded with a status of 4", f"Blocked script execution in '{files}/")
    assert [c for c in complaints if not any(words in c for words in meant)] == []


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A stranger's browser."""
    return open_context().new_page()


@pytest.fixture
def today(live: Services) -> date:
    """As the test begins, where time is UTC."""
    return live.now().date()


def in_utc(live: Services, username: str) -> None:
    """Have somebody who came by a page live there: where they do is guessed by the browser's language or clock."""
    user = live.store.find_user_by_username(username)
    assert user is not None
    live.store.save_user(replace(user, time_zone="UTC"))


def let_in(context: BrowserContext, planner: Planner, user: User) -> BrowserContext:
    """Sign `user` in without typing."""
    visitor = Visitor(planner.address)
    given = {"csrf_token": visitor.token("/login"), "login": user.username, "password": PASSWORD}
    assert visitor.post("/login", given).status_code in (302, 303)
    cookies = [
        {"name": c.name, "value": c.value, "url": planner.address, "httpOnly": True}
        for c in visitor.http.cookies
    ]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


@pytest.fixture(scope="session")
def newcomer(live: Services) -> User:
    """Someone who has just come: nothing in any list."""
    return live.accounts.register("newcomer", "newcomer@example.com", PASSWORD)


@pytest.fixture(scope="session")
def resident(live: Services) -> User:
    """Someone with three years of expenses, and with texts and amounts as long as they may be."""
    user = live.accounts.register("resident", "resident@example.com", PASSWORD)
    fill(live.store, user, live.now())
    long = ExpenseDraft(
        Decimal("123456789.99"),
        "EUR",
        "Groceries",
        live.now().date(),
        payee="Lebensmittelfachgeschäftsinhaberin" * 2,
        description="Donaudampfschifffahrtsgesellschaftskapitän" * 10,
        note="ein langer Satz " * 60,
        tags=("Rindfleischetikettierungsüberwachungsauf",),
    )  # fmt: skip
    live.expenses.add_expense(user, long, "long")
    trashed = live.expenses.add_expense(user, long, "trashed")
    live.expenses.delete_expenses(user, [trashed.expense_id])
    return user
