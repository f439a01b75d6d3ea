"""No page is wider than the screen it is on, whatever stands in it."""

from tests.browser.conftest import let_in
from tests.browser.places import own_pages, pages, visits

WIDTHS = (320, 375, 768, 1280)
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((element) => element.outerHTML.slice(0, 120));
}"""


def too_wide(context, addresses: list[str]) -> list[str]:
    page, found = context.new_page(), []
    for address in visits(page, addresses):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{address} at {width}: {element}" for element in page.evaluate(TOO_WIDE)]
    return found


def test_strangers_pages_fit(open_context, planner, live):
    assert too_wide(open_context(), pages(planner, live)) == []


def test_newcomers_pages_fit(open_context, planner, live, newcomer):
    assert too_wide(let_in(open_context(), planner, newcomer), pages(planner, live)) == []


def test_residents_pages_fit_with_long_words_and_large_amounts(open_context, planner, live, resident):
    addresses = pages(planner, live) + own_pages(live, resident)
    assert too_wide(let_in(open_context(), planner, resident), addresses) == []
