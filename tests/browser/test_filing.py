"""Expenses that file themselves, as people meet it: while typing, in an import, in review, by rules, over the past."""

import re
from decimal import Decimal
from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.records import Expense, Filters, User
from lib.services import Services
from tests.browser.conftest import let_in
from tests.browser.test_axe import complaints
from tests.live import PASSWORD, wait_until

KNOWN = {
    "REWE": "Groceries",
    "Netflix": "Subscriptions",
    "Shell": "Transport",
    "IKEA": "Shopping",
    "McDonald's": "Food & Dining",
}
UNKNOWN = {
    "Zorblatt": "Education",
    "Quuxly": "Health",
    "Frobnitz": "Travel",
    "Wibbleton": "Personal Care",
    "Plimsoe": "Gifts & Donations",
}
SHOPS = KNOWN | UNKNOWN
LINES = 300
WORK = 30_000  # milliseconds that the worker may take


@pytest.fixture
def person(live: Services) -> User:
    name = f"f{token_hex(6)}"
    return live.accounts.register(name, f"{name}@example.com", PASSWORD)


@pytest.fixture(params=[True, False], ids=["with-a-script", "without"])
def scripted(request) -> bool:
    return bool(request.param)


@pytest.fixture
def page(open_context, planner, person) -> Page:
    return let_in(open_context(), planner, person).new_page()


@pytest.fixture
def either(open_context, planner, person, scripted) -> Page:
    """A page with a script, and one without."""
    return let_in(open_context(java_script_enabled=scripted), planner, person).new_page()


def add(live: Services, user: User, payee: str, category: str = UNCATEGORISED) -> Expense:
    draft = ExpenseDraft(Decimal("12.50"), user.currency, category, live.now().date(), payee)
    return live.expenses.add_expense(user, draft, token_hex(8))


def everything(live: Services, user: User) -> list[Expense]:
    return live.store.list_expenses(user.user_id, Filters(), limit=LINES + 10).items


def statement() -> bytes:
    """300 lines of ten shops, as cards write them."""
    shops, cities = list(SHOPS), ("BERLIN", "KOELN", "WIEN")
    rows = [
        f"{1 + n % 28:02d}.10.2026;{shops[n % len(shops)].upper()} {1000 + n * 7} {cities[n % 3]};-{3 + n % 60},{n % 100:02d};EUR"
        for n in range(LINES)
    ]
    return "\n".join(["Datum;Empfänger;Betrag;Währung", *rows]).encode()


class Clicks:
    """Does what a person does with a page, and counts how often they reach for it."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, button: Locator) -> None:
        self.count += 1
        button.click()

    def choose(self, select: Locator, category: str) -> None:
        self.count += 1
        select.select_option(label=category)

    def bring(self, page: Page) -> None:
        """A file, up to the step where it is checked."""
        page.goto("/import")
        self.count += 1
        page.get_by_label("A CSV file").set_input_files(
            {"name": "bank.csv", "mimeType": "text/csv", "buffer": statement()}
        )
        self.click(page.get_by_role("button", name="Go on"))
        self.click(page.get_by_role("button", name="Check all rows"))
        page.wait_for_url("**/check")

    def confirm(self, page: Page) -> None:
        self.click(page.get_by_role("button", name=f"Import {LINES} expenses"))
        expect(page.get_by_text("Came in", exact=True)).to_be_visible(timeout=WORK)


def shop_of(words: str) -> str:
    return next(shop for shop in SHOPS if shop.upper() in words.upper())


def test_300_lines_take_four_clicks_and_one_for_each_shop_the_planner_does_not_know(either, live, person):
    clicks = Clicks()
    clicks.bring(either)
    unsure = either.locator("#categories > .r-groups > li")
    asked = [shop_of(title) for title in unsure.locator("h4").all_inner_texts()]
    assert set(asked) <= set(SHOPS)
    for number, shop in enumerate(asked):
        select = unsure.nth(number).locator("select")
        if select.locator("option:checked").inner_text() != SHOPS[shop]:
            clicks.choose(select, SHOPS[shop])
    clicks.confirm(either)
    assert clicks.count <= 4 + len(UNKNOWN)
    filed = everything(live, person)
    assert len(filed) == LINES
    assert [each.payee for each in filed if each.category != SHOPS[shop_of(each.payee)]] == []


def test_300_lines_left_to_review_take_one_more_click(page, live, person):
    """Four to bring them in, a choice for each shop that is guessed wrong, and one that files what is on the page."""
    clicks = Clicks()
    clicks.bring(page)
    clicks.confirm(page)
    page.goto("/expenses/review")
    groups = page.locator(".r-group")
    for number, title in enumerate(groups.locator("h3").all_inner_texts()):
        select, wanted = groups.nth(number).locator("select"), SHOPS[shop_of(title)]
        if select.locator("option:checked").inner_text() != wanted:
            clicks.choose(select, wanted)
    assert complaints(page) == []
    clicks.click(page.get_by_role("button", name=re.compile("^File these")))
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    assert clicks.count <= 5 + len(UNKNOWN)
    assert {shop_of(e.payee): e.category for e in everything(live, person)} == SHOPS


def test_review_by_keyboard(page, live, person):
    """Enter where the planner says where it belongs; where it only guesses, first an arrow to what is right."""
    for payee in ("Shell 1", "SHELL 2", "Zorblatt 1", "ZORBLATT 2", "Quuxly"):
        add(live, person, payee)
    page.goto("/expenses/review")
    focused, group = page.locator(":focus"), page.locator(".r-group:has(:focus)")
    page.locator(".r-group").first.locator("[name=do], select").last.focus()
    for left in (2, 1, 0):
        title = group.locator("h3").inner_text()
        if group.locator("option:checked").inner_text() == "Leave it for now":
            select = group.locator("select")
            if (
                focused.evaluate("it => it.tagName") != "SELECT"
            ):  # only where it was not led there: at the first
                page.keyboard.press("Shift+Tab")
            expect(select).to_be_focused()
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")
        assert (focused.get_attribute("name"), "Shell" in title or "SHELL" in title) in (
            ("do", True),
            ("do", False),
        )
        page.keyboard.press("Enter")
        expect(page.locator(".r-group")).to_have_count(left)
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    assert all(each.filing is None and each.category != UNCATEGORISED for each in everything(live, person))


def test_what_is_left_at_leave_it_for_now_is_not_filed_with_the_rest(either, live, person):
    for payee in ("Shell", "Zorblatt 42"):
        add(live, person, payee)
    either.goto("/expenses/review")
    left = [
        shop_of(group.locator("h3").inner_text())
        for group in either.locator(".r-group").all()
        if group.locator("option:checked").inner_text() == "Leave it for now"
    ]
    assert left == ["Zorblatt"]
    either.get_by_role("button", name="File these as chosen").click()
    expect(either.locator(".r-group")).to_have_count(1)
    found = {each.payee: (each.category, each.filing) for each in everything(live, person)}
    assert found == {"Shell": ("Transport", None), "Zorblatt 42": (UNCATEGORISED, None)}


def test_one_answer_files_look_alikes_and_is_taken_back(either, live, person):
    for payee in ("Zorblatt 1", "ZORBLATT 2"):
        add(live, person, payee)
    either.goto("/expenses/review")
    either.get_by_label("Category for").select_option("Education")
    either.get_by_role("button", name="File both").click()
    expect(either.locator(".toast-note")).to_contain_text("Filed 2 expenses under Education")
    assert {each.category for each in everything(live, person)} == {"Education"}
    either.get_by_role("button", name="Undo").click()
    expect(either.locator(".r-group")).to_have_count(1)
    assert {each.category for each in everything(live, person)} == {UNCATEGORISED}


def test_a_correction_is_learned_at_once(page, live, person):
    wrong = add(live, person, "Zorblatt 17")
    page.goto(f"/expenses/{wrong.expense_id}")
    page.get_by_label("Category", exact=True).select_option("Education")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/expenses")
    page.goto("/expenses/new")
    page.get_by_label("Payee").fill("ZORBLATT 99 BERLIN")
    hint = page.locator("[data-expense-suggest]")
    expect(hint).to_contain_text("Education? You filed ZORBLATT")
    assert complaints(page) == []
    hint.get_by_role("button", name="Use it").press("Enter")
    expect(page.get_by_label("Payee")).to_be_focused()
    chosen = page.locator("[name=category]:checked, [name=other_category]")
    assert "Education" in [chosen.nth(n).input_value() for n in range(chosen.count())]
    page.get_by_label("Amount").fill("5")
    page.keyboard.press("Enter")
    page.wait_for_url("**/expenses")
    assert {each.category for each in everything(live, person)} == {"Education"}


def test_a_suggestion_gives_way_to_what_is_chosen_by_hand(page, live, person):
    add(live, person, "Zorblatt", "Education")
    page.goto("/expenses")
    page.locator("#add [name=payee]").fill("ZORBLATT 3")
    hint = page.locator("#add [data-expense-suggest]")
    expect(hint).to_contain_text("Education?")
    page.locator("#add [name=other_category]").select_option("Travel")
    expect(hint).to_be_empty()


def test_what_is_left_to_the_planner_is_filed_and_explained(either, live, person):
    either.goto("/expenses/new")
    either.get_by_label("Amount").fill("60")
    either.get_by_label("Another category").select_option("Let the planner choose")
    either.get_by_label("Payee").fill("Shell")
    either.get_by_role("button", name="Save", exact=True).click()
    either.wait_for_url("**/expenses")
    wait_until(lambda: not everything(live, person)[0].is_waiting, "the worker to file it")
    either.goto("/expenses")
    either.get_by_role("link", name="why?").click()
    expect(either.locator("#why")).to_contain_text("Filed by itself under Transport")
    either.get_by_role("button", name="That is right").click()
    expect(either.get_by_role("link", name="why?")).to_have_count(0)
    assert [(each.category, each.filing) for each in everything(live, person)] == [("Transport", None)]


def test_a_rule_is_tried_then_added_then_applied_to_the_past_and_taken_back(either, live, person):
    for payee in ("Kiosk am Eck", "Kiosk am Markt", "Zorblatt"):
        add(live, person, payee)
    mine = add(live, person, "Kiosk am Bahnhof", "Travel")
    either.goto("/settings/rules/new")
    either.get_by_label("Text").fill("kiosk")
    either.get_by_label("File it under").select_option("Gifts & Donations")
    either.get_by_role("button", name="Look what it would change").click()
    expect(either.get_by_text("It fits 3 of your 4 expenses")).to_contain_text(
        "would file 2 of them elsewhere"
    )
    either.get_by_role("button", name="Add rule").click()
    either.get_by_role("button", name="Look what would change").click()
    move = either.locator(".a-move", has_text="Gifts & Donations")
    expect(move).to_contain_text("2", timeout=WORK)
    either.get_by_role("button", name=re.compile(r"^Change \d+ expense")).click()
    expect(either.get_by_role("heading", name=re.compile("filed anew"))).to_be_visible(timeout=WORK)
    kiosks = {e.payee: e.category for e in everything(live, person) if "Kiosk" in e.payee}
    assert kiosks.pop(mine.payee) == "Travel"
    assert set(kiosks.values()) == {"Gifts & Donations"}
    either.get_by_role("button", name="Take it back").click()
    expect(either.get_by_role("heading", name="Taken back")).to_be_visible(timeout=WORK)
    assert {e.category for e in everything(live, person)} == {"Travel", UNCATEGORISED}


def test_a_pattern_that_cannot_be_used_is_said_at_its_field(either):
    either.goto("/settings/rules/new")
    either.get_by_role("radio", name="regular expression").check(force=True)
    either.get_by_label("Text").fill("(rent")
    either.get_by_label("File it under").select_option("Housing")
    either.get_by_role("button", name="Add rule").click()
    expect(either.locator("#pattern-help")).to_contain_text("missing )")
    expect(either.get_by_label("Text")).to_have_value("(rent")
