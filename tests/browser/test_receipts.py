"""Receipts with a script and without: chosen, dropped, sent, seen, kept, opened, refused."""

import base64
from decimal import Decimal
from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from lib.expenses import ExpenseDraft
from lib.records import Filters, User
from tests.browser.conftest import let_in
from tests.browser.test_axe import complaints, findings
from tests.engines import program
from tests.live import PASSWORD
from tests.papers import pdf, photo

PHOTO = {"name": "lunch.jpg", "mimeType": "image/jpeg", "buffer": photo()}
BILL = {
    "name": "bill.pdf",
    "mimeType": "application/pdf",
    "buffer": pdf("Bakery Krume", "2 March 2026", "Total EUR 24.23"),
}
PROGRAM = {"name": "setup.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(500)}
DROP = """([content, name]) => {
    const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
    const brought = new DataTransfer();
    brought.items.add(new File([bytes], name, { type: "image/jpeg" }));
    for (const kind of ["dragover", "drop"])
        document.querySelector("main").dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: brought }));
}"""


@pytest.fixture
def person(live) -> User:
    name = f"r{token_hex(6)}"
    return live.accounts.register(name, f"{name}@example.com", PASSWORD)


@pytest.fixture
def page(open_context, planner, person) -> Page:
    page = let_in(open_context(), planner, person).new_page()
    page.goto("/expenses/new")
    return page


def choose(page: Page, *files: dict[str, object]) -> None:
    page.get_by_label("Choose files").set_input_files(list(files))


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name)


def picture(page: Page, name: str) -> None:
    """Waits until the row's picture is there, and is one."""
    shown = row(page, name).locator("img")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("complete", True)
    expect(shown).not_to_have_js_property("naturalWidth", 0)


def fill(page: Page, amount: str = "24.23") -> None:
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Another category").select_option("Groceries")
    page.get_by_label("Payee").fill("Krume")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_photograph_is_seen_kept_listed_and_opened(page):
    choose(page, PHOTO)
    picture(page, "lunch.jpg")
    expect(page.locator(".rc-said")).to_contain_text("lunch.jpg")
    fill(page)
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()
    page.get_by_role("link", name="Krume").click()
    picture(page, "lunch.jpg")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="lunch.jpg").click()
    expect(opened.value.locator("img")).to_have_js_property("naturalWidth", 600)


def test_a_file_is_dropped_anywhere_on_the_page(page):
    page.evaluate(DROP, [base64.b64encode(photo()).decode(), "dropped.jpg"])
    picture(page, "dropped.jpg")
    fill(page)
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()


def test_what_is_refused_says_why_and_the_rest_goes_on(page):
    choose(page, PROGRAM, BILL)
    expect(row(page, "setup.jpg")).to_contain_text("PDF")
    expect(row(page, "bill.pdf")).to_contain_text("Use €24.23")
    row(page, "setup.jpg").get_by_role("button", name="Remove").click()
    expect(row(page, "setup.jpg")).to_have_count(0)
    expect(page.get_by_label("Choose files")).to_be_focused()
    fill(page)
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()


def test_what_was_refused_is_said_again_before_it_is_saved_without(page, live, person):
    choose(page, PROGRAM, BILL)
    expect(row(page, "setup.jpg")).to_contain_text("PDF")
    expect(row(page, "bill.pdf")).to_contain_text("kept when you save")
    fill(page)
    save(page)
    expect(page.locator(".rc-said")).to_contain_text("Not saved yet: setup.jpg cannot be kept.")
    expect(row(page, "setup.jpg").get_by_role("button", name="Remove")).to_be_focused()
    assert live.store.list_expenses(person.user_id, Filters()).items == []
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()


def test_what_is_refused_while_saving_waits_is_said_and_not_saved(page, live, person):
    held: list[Route] = []
    page.route("**/api/receipts/upload", lambda route: held.append(route))
    with page.expect_request("**/api/receipts/upload"):
        choose(page, PROGRAM)
    fill(page)
    save(page)
    expect(page.locator(".rc-said")).to_contain_text("as soon as")
    held[0].fulfill(content_type="application/json", body='{"detail": "That is no receipt."}')
    expect(page.locator(".rc-said")).to_contain_text("Not saved yet: setup.jpg cannot be kept.")
    assert live.store.list_expenses(person.user_id, Filters()).items == []


def test_what_is_too_large_is_not_even_sent(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    choose(page, {**PHOTO, "buffer": bytes(10 * 2**20 + 1)})
    expect(row(page, "lunch.jpg")).to_contain_text("up to 10 MB")
    assert asked == []


def test_without_a_connection_it_is_tried_again(chromium, planner, person):
    with chromium.new_context(base_url=planner.address, ignore_https_errors=True) as window:
        page = let_in(window, planner, person).new_page()  # one whose console may complain
        page.goto("/expenses/new")
        page.route("**/api/receipts/upload", lambda route: route.abort())
        choose(page, PHOTO)
        expect(row(page, "lunch.jpg")).to_contain_text("no connection")
        page.unroute("**/api/receipts/upload")
        row(page, "lunch.jpg").get_by_role("button", name="Try again").click()
        picture(page, "lunch.jpg")


def test_saving_waits_for_what_is_on_its_way(page):
    held = []
    page.route("**/api/receipts/upload", lambda route: held.append(route))
    with page.expect_request("**/api/receipts/upload"):
        choose(page, PHOTO)
    fill(page)
    save(page)
    expect(page.locator(".rc-said")).to_contain_text("as soon as")
    held[0].continue_()
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()


def test_removing_can_be_taken_back_until_it_is_saved(page, live, person):
    choose(page, PHOTO, BILL)
    picture(page, "lunch.jpg")
    expect(row(page, "bill.pdf")).to_contain_text("kept when you save")
    for name in ("lunch.jpg", "bill.pdf", "lunch.jpg"):
        row(page, name).get_by_role("checkbox").click(force=True)
    fill(page)
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()
    (expense,) = live.store.list_expenses(person.user_id, Filters()).items
    assert [receipt.name for receipt in expense.receipts] == ["lunch.jpg"]


def test_what_it_says_is_filled_in_when_asked_for_and_never_over_what_was_typed(page):
    choose(page, BILL)
    offer = page.get_by_role("button", name="Use €24.23")
    expect(offer).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_value("")
    page.get_by_label("Amount").fill("20")
    offer.click()
    expect(page.locator(".rc-said")).to_contain_text("What you typed stays: amount")
    expect(page.get_by_label("Amount")).to_have_value("20")
    expect(page.get_by_label("Which day")).to_have_value("2026-03-02")
    expect(page.get_by_role("radio", name="Another day")).to_be_checked()
    expect(page.get_by_label("Payee")).to_have_value("Bakery Krume")


def test_a_photograph_is_read_where_tesseract_is(page):
    program("tesseract")
    words = "BAKERY KRUME\n\nBread  20.00\nRolls   4.23\n\nTOTAL EUR 24.23\n\n02.03.2026"
    choose(page, {**PHOTO, "buffer": photo(900, 1200, words)})
    expect(page.get_by_role("button", name="Use €24.23")).to_be_visible(timeout=25_000)


def test_one_is_read_after_the_other_and_none_is_dropped(page):
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 3:
            return route.continue_()
        return route.fulfill(content_type="text/html", body="<button class='btn' data-read>Read it</button>")

    page.route("**/reading", busy)
    rolls = {**BILL, "name": "rolls.pdf", "buffer": pdf("Bakery Krume", "3 March 2026", "Total EUR 4.23")}
    choose(page, BILL, rolls)
    expect(row(page, "rolls.pdf").get_by_role("button", name="Use €4.23")).to_be_visible()
    assert [asked.count(each) for each in dict.fromkeys(asked)] == [2, 2]
    row(page, "bill.pdf").get_by_role("button", name="Read it").click()
    expect(row(page, "bill.pdf").get_by_role("button", name="Use €24.23")).to_be_visible()


def test_no_two_are_read_at_once(page):
    held: list[Route] = []
    page.route("**/reading", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/reading"):
        choose(page, BILL, {**BILL, "name": "rolls.pdf", "buffer": pdf("Bakery Krume", "Total EUR 4.23")})
    expect(row(page, "rolls.pdf")).to_contain_text("kept when you save")
    expect(row(page, "rolls.pdf")).to_contain_text("Waiting to be read…")
    assert len(held) == 1
    held[0].continue_()
    expect(row(page, "rolls.pdf").get_by_role("button", name="Use €4.23")).to_be_visible()


def test_a_wrong_offer_is_replaced_by_another_and_back(page):
    rolls = {**BILL, "name": "rolls.pdf", "buffer": pdf("Market Hall", "3 March 2026", "Total EUR 4.23")}
    choose(page, BILL, rolls)
    right = row(page, "rolls.pdf").get_by_role("button", name="Use €4.23, ")
    wrong = row(page, "bill.pdf").get_by_role("button", name="Use €24.23, ")
    expect(right).to_be_visible()
    for button, other, day in ((wrong, right, "02"), (right, wrong, "03"), (wrong, right, "02")):
        button.click()
        expect(button).to_be_hidden()
        expect(other).to_be_visible()
        expect(page.locator(".rc-said")).to_have_text("Filled in: amount, day, payee.")
        expect(page.get_by_label("Which day")).to_have_value(f"2026-03-{day}")
    expect(page.get_by_label("Amount")).to_have_value("24.23")
    page.get_by_label("Amount").fill("20")
    right.click()
    expect(page.locator(".rc-said")).to_contain_text("What you typed stays: amount.")
    expect(page.get_by_label("Amount")).to_have_value("20")


def test_another_amount_than_the_typed_one_is_offered_instead(page):
    page.get_by_label("Amount").fill("20")
    choose(page, BILL)
    page.get_by_role("button", name="Use €24.23 instead").click()
    expect(page.get_by_label("Amount")).to_have_value("24.23")


def test_a_phone_offers_its_camera(open_context, planner, person):
    phone = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}
    page = let_in(open_context(**phone), planner, person).new_page()
    page.goto("/expenses/new")
    camera = page.get_by_label("Take a photo")
    assert camera.get_attribute("capture") == "environment"
    box = page.locator(".rc-photo").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    camera.set_input_files(PHOTO)
    picture(page, "lunch.jpg")


def test_a_file_that_is_taken_away_while_it_is_sent_is_not_kept(page, live, person):
    held = []
    page.route("**/api/receipts/upload", lambda route: held.append(route))
    choose(page, PHOTO)
    row(page, "lunch.jpg").get_by_role("button", name="Remove").click()
    expect(page.get_by_label("Choose files")).to_be_focused()
    fill(page)
    save(page)
    expect(page.get_by_role("link", name="Krume")).to_be_visible()
    (expense,) = live.store.list_expenses(person.user_id, Filters()).items
    assert expense.receipts == ()


def test_everything_works_by_keyboard(page):
    choose(page, PHOTO)
    picture(page, "lunch.jpg")
    page.get_by_label("Choose files").focus()
    page.keyboard.press("Shift+Tab")
    remove = row(page, "lunch.jpg").get_by_role("checkbox", name="Remove lunch.jpg")
    expect(remove).to_be_focused()
    page.keyboard.press("Space")
    expect(row(page, "lunch.jpg").get_by_text("Undo")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="lunch.jpg")).to_be_focused()


def test_without_a_script_the_form_brings_it(open_context, planner, person):
    page = let_in(open_context(java_script_enabled=False), planner, person).new_page()
    page.goto("/expenses/new")
    choose(page, PHOTO)
    page.get_by_label("Payee").fill("Krume")
    save(page)  # without an amount
    expect(row(page, "lunch.jpg").locator("img")).to_be_visible()
    fill(page)
    save(page)
    expect(page.get_by_role("img", name="1 receipt")).to_be_visible()


def test_far_too_much_without_a_script_is_said_on_a_page(open_context, planner, person, tmp_path):
    large = tmp_path / "film.jpg"
    large.write_bytes(bytes(40 * 2**20))
    page = let_in(open_context(java_script_enabled=False), planner, person).new_page()
    page.goto("/expenses/new")
    fill(page)
    page.get_by_label("Choose files").set_input_files(large)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Too large")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_in_any_state(open_context, planner, live, person, scheme, width):
    draft = ExpenseDraft(Decimal(5), "EUR", "Groceries", live.now().date(), "Krume")
    expense = live.expenses.add_expense(person, draft, "axe")
    context = let_in(open_context(color_scheme=scheme, viewport={"width": width, "height": 900}), planner, person)  # fmt: skip
    page = context.new_page()
    page.goto(f"/expenses/{expense.expense_id}")
    choose(page, PHOTO, BILL, PROGRAM)
    expect(row(page, "setup.jpg")).to_contain_text("PDF")
    for words in ("Waiting to be read…", "Reading it…"):
        expect(page.get_by_text(words)).to_have_count(0)
    picture(page, "lunch.jpg")
    row(page, "bill.pdf").get_by_role("checkbox").click(force=True)
    assert complaints(page) == []
    row(page, "setup.jpg").get_by_role("button", name="Remove").click()
    save(page)
    assert findings(context, [f"/expenses/{expense.expense_id}", "/expenses"]) == []
