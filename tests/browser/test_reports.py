"""A report in a browser: asked for, it comes by itself, is seen, and says in its PDF what was spent."""

import re
import subprocess
from datetime import date
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import in_utc
from tests.engines import program
from tests.live import PASSWORD

SOON = 30_000  # milliseconds
by_script = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])


@pytest.fixture
def person(open_context, live, script: bool) -> Page:
    """Someone who has spent 15.50 today."""
    page: Page = open_context(java_script_enabled=script).new_page()
    name = f"r{token_hex(6)}"
    page.goto("/register")
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")
    in_utc(live, name)
    page.goto("/expenses/new")
    page.get_by_label("Amount").fill("12.50+3")
    page.get_by_label("Another category").select_option("Groceries")
    page.get_by_label("Payee").fill("Corner shop")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Corner shop").first).to_be_visible()
    return page


def make(page: Page, today: date) -> None:
    page.goto("/reports")
    page.get_by_label("Month", exact=True).last.select_option(f"{today:%Y-%m}")
    page.get_by_label("Also all expenses as CSV").check()
    page.get_by_role("button", name="Make the report").click()


def downloaded(page: Page, kind: str, today: date, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile(f"^Download .* as {kind}")).click()
    assert started.value.suggested_filename == f"report-{today:%Y-%m}.{kind.lower()}"
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


@by_script
def test_a_report_comes_by_itself_and_its_pdf_says_what_was_spent(
    person: Page, today: date, tmp_path: Path
) -> None:
    make(person, today)
    expect(person.get_by_role("heading", name="It is ready")).to_be_visible(timeout=SOON)
    pdf = downloaded(person, "PDF", today, tmp_path)
    said = subprocess.run(
        [program("pdftotext"), "-layout", pdf, "-"], check=True, capture_output=True, text=True
    )
    assert re.search(r"Corner shop\s+Groceries\s+\S*15[.,]50", said.stdout), said.stdout
    assert "Corner shop" in downloaded(person, "CSV", today, tmp_path).read_text("utf-8-sig")


@pytest.mark.parametrize("script", [True])
def test_its_first_page_is_seen_in_the_list(person: Page, today: date) -> None:
    make(person, today)
    expect(person.get_by_role("heading", name="It is ready")).to_be_visible(timeout=SOON)
    person.goto("/reports")
    picture = person.locator("img.r-page")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")


@pytest.mark.parametrize("script", [True])
def test_a_report_is_deleted_and_brought_back(person: Page, today: date) -> None:
    make(person, today)
    expect(person.get_by_role("heading", name="It is ready")).to_be_visible(timeout=SOON)
    person.get_by_role("button", name=re.compile("^Delete")).click()
    expect(person.locator(".r-list")).to_have_count(0)
    person.get_by_role("button", name="Undo").click()
    expect(person.locator(".r-list > li")).to_have_count(1)
