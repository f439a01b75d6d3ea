"""Letters of every kind in a browser, which is what most mail programs are: readable by all, and of any width."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.unit.alert_samples import letters

LETTERS = {name: each for name, each in letters().items() if not name.endswith(("-us", "-ja"))}
# What is about whole pages: a letter is shown within its reader's mail program, which has these.
OPTIONS = {"rules": {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}}
DARK, LIGHT = "dark", "light"


@pytest.fixture(params=[(LIGHT, 320), (DARK, 320), (LIGHT, 700), (DARK, 700)], ids=lambda p: f"{p[0]}-{p[1]}")
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    scheme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert asked == [], "a letter asks nobody for anything"


def test_axe_finds_nothing(page: Page) -> None:
    axe, found = Axe(), []
    for name, email in LETTERS.items():
        page.set_content(email.html)
        for rule in axe.run(page, options=OPTIONS).response["violations"]:
            found += [f"{name}: {rule['id']}: {node['html'][:200]}" for node in rule["nodes"]]
    assert found == []


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    wide = []
    for name, email in LETTERS.items():
        page.set_content(email.html)
        wide += [f"{name}: {text}" for text in page.evaluate(TOO_WIDE)]
    assert wide == []


def test_what_is_to_be_pressed_is_large_enough_for_a_thumb(page: Page) -> None:
    for name, email in LETTERS.items():
        page.set_content(email.html)
        box = page.locator("a.go").bounding_box()
        assert box, name
        assert box["height"] >= 44, name


def test_dark_letters_are_dark(page: Page) -> None:
    page.set_content(LETTERS["threshold-de"].html)
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    grounds = page.evaluate(
        "['.paper', '.card'].map(s => getComputedStyle(document.querySelector(s)).backgroundColor)"
    )
    assert grounds == (
        ["rgb(17, 20, 22)", "rgb(25, 29, 32)"] if is_dark else ["rgb(247, 247, 244)", "rgb(255, 255, 255)"]
    )


# Anything that ends to the right of the window, or is cut off within what holds it.
TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5 || e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).display !== "inline")
  .map(e => e.outerHTML.slice(0, 120))"""
