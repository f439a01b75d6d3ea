"""The PDF as its readers have it: looked at with Poppler, which is not what made it."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.demo import fill
from lib.periods import Month
from lib.reporting.pdf import fonts
from lib.reporting.periods import custom_period, month_period, week_period, year_period
from lib.writing.formats import money
from tests.engines import program
from tests.unit.report_samples import NOW, expense, pdf_of, text_of

OCTOBER = month_period(Month(2026, 10))
HOSTILE = '<b>bold</b> & </para> <img src="file:///etc/passwd"/> %PDF ) Tj (\\'
pytestmark = pytest.mark.slow


def facts(pdf: bytes, folder) -> dict[str, str]:
    """What `pdfinfo` says of it."""
    file = folder / "facts.pdf"
    file.write_bytes(pdf)
    said = subprocess.run([program("pdfinfo"), str(file)], check=True, capture_output=True, text=True)
    assert not said.stderr
    return dict(re.findall(r"^([\w ]+):\s+(.*)$", said.stdout, re.MULTILINE))


def settled(text: str) -> str:
    """Text without what tells one space from another, and the yen's sign as it is drawn."""
    return re.sub(r"\s+", " ", text.replace("\u2066", "").replace("\u2069", "").replace("￥", "¥"))


@pytest.mark.parametrize(
    ("locale", "currency", "paper"),
    [("de_DE", "EUR", "A4"), ("en_US", "USD", "letter"), ("ja_JP", "JPY", "A4")],
)
@pytest.mark.parametrize("period", [OCTOBER, year_period(2025)], ids=["month", "year"])
def test_its_figures_are_those_of_the_data(
    services, alice, report_of, tmp_path, locale, currency, paper, period
):
    alice = services.store.save_user(replace(alice, locale=locale, currency=currency))
    fill(services.store, alice, NOW)
    report = report_of(services.store, alice, period)
    pdf = pdf_of(report)
    text = settled(text_of(pdf, tmp_path))
    rows = [report.spent, report.income, *(row.spent for row in report.categories)]
    rows += [row.left for row in report.budgets] + [row.spent for row in report.payees]
    assert len(rows) > 20
    for amount in rows:
        assert settled(money(amount, currency, locale)) in text
    listed = [settled(money(each.amount, currency, locale)) for each in report.expenses]
    assert all(amount in text for amount in listed)
    if period == OCTOBER:
        page = services.budgets.month(alice, Month(2026, 10), date(2026, 11, 21))
        assert report.spent == page.spent
    said = facts(pdf, tmp_path)
    assert paper in said["Page size"]
    assert said["Title"] == f"{report.title}: spending report"
    assert f"Page 1 of {said['Pages']}" in text
    assert f"Page {said['Pages']} of {said['Pages']}" in text


def test_a_month_that_goes_on_has_not_changed_from_a_whole_one(services, alice, report_of, tmp_path):
    made = [expense(alice, date(2026, month, 3), 10 * month) for month in (9, 10, 11)]
    over = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    running = report_of(services.store, alice, month_period(Month(2026, 11)))
    text = settled(text_of(pdf_of(running), tmp_path))
    assert "The month before Change Groceries" in over
    assert "+€10.00" in over
    assert "Beside the whole of the month before: no change is given while this time goes on." in text
    assert "Groceries 1 100% €110.00 €100.00 All spending" in text
    assert "+€10.00" not in text


def test_a_weeks_months_are_those_before_and_none_stands_for_the_week(services, alice, report_of, tmp_path):
    made = [
        expense(alice, date(2026, *day), amount)
        for day, amount in (((9, 3), 70), ((10, 2), 800), ((10, 13), 145), ((10, 30), 2000))
    ]
    week = report_of(services.store, alice, week_period(alice, date(2026, 10, 13)), made)
    text = settled(text_of(pdf_of(week), tmp_path))
    chart = text[text.index("The months before") : text.index("Largest expenses")]
    assert "Whole months, up to the one that these days begin in." in chart
    assert "€70 Sep" in chart
    assert "Oct" not in chart
    month = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER)), tmp_path))
    assert "Strong: what this report is about." in month


def test_days_that_begin_within_a_month_are_not_shown_as_all_of_it(services, alice, report_of, tmp_path):
    made = [expense(alice, date(2026, *day), 100) for day in ((7, 1), (7, 20), (8, 2), (10, 1))]
    report = report_of(services.store, alice, custom_period(date(2026, 7, 15), date(2026, 10, 31)), made)
    text = settled(text_of(pdf_of(report), tmp_path))
    chart = text[text.index("Each month") : text.index("In short")]
    assert chart.count("€100") == 3
    assert "€200" not in chart


def test_a_year_within_its_budget_is_not_called_nearly_used(services, alice, report_of, tmp_path):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 9))
    made = [expense(alice, date(2026, month, 2), amount) for month, amount in ((9, 150), (10, 40))]
    text = settled(text_of(pdf_of(report_of(services.store, alice, year_period(2026), made)), tmp_path))
    assert "47% within" in text
    assert "nearly used" not in text


def test_an_expense_of_which_only_the_category_is_known_is_called_that(services, alice, report_of, tmp_path):
    made = [expense(alice, date(2026, 10, 3), "15.50"), expense(alice, date(2026, 10, 4), 2, payee="Bakery")]
    text = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    assert text.count("Oct 3, 2026 Groceries Groceries €15.50") == 2  # among the largest, and among all
    assert text.count("Oct 4, 2026 Bakery Groceries €2.00") == 2


def test_markup_is_text(services, alice, report_of, tmp_path):
    made = [expense(alice, date(2026, 10, 3), "12.50", payee=HOSTILE, description="\n\t=cmd|' /C calc'!A0")]
    text = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    assert HOSTILE in text


def test_names_of_the_whole_of_europe_are_embedded_and_the_rest_is_shown_as_a_square(
    services, alice, report_of, tmp_path
):
    names = "Łódź Žižkov Ærø · Ψωμί · Хлеб і вода · ქართული · ร้าน"
    made = [
        expense(alice, date(2026, 10, 3), 1, payee=names),
        expense(alice, date(2026, 10, 4), 2, payee="コンビニ 便利店"),
        expense(alice, date(2026, 10, 5), 3, payee="Pizza 🍕 مطعم"),
    ]
    pdf = pdf_of(report_of(services.store, alice, OCTOBER, made))
    text = settled(text_of(pdf, tmp_path))
    assert "Łódź Žižkov Ærø · Ψωμί · Хлеб і вода · ქართული" in text
    assert "コンビニ 便利店" in text
    assert f"Pizza {fonts.NONE} {fonts.NONE * 4}" in text
    (tmp_path / "fonts.pdf").write_bytes(pdf)
    listed = subprocess.run(
        [program("pdffonts"), str(tmp_path / "fonts.pdf")], check=True, capture_output=True, text=True
    ).stdout
    ours = [line for line in listed.splitlines() if "Noto" in line or "Fira" in line]
    assert ours
    assert all(line.split()[-5] == "yes" for line in ours), listed  # embedded
    assert "Helvetica" not in text


def test_an_empty_month_is_one_page(services, alice, report_of, tmp_path):
    pdf = pdf_of(report_of(services.store, alice, month_period(Month(2026, 3))))
    assert facts(pdf, tmp_path)["Pages"] == "1"
    assert "Nothing was spent in this time." in text_of(pdf, tmp_path)


def test_a_long_table_says_its_columns_on_every_page(services, alice, report_of, tmp_path):
    made = [
        expense(
            alice, date(2026, 10, 1 + n % 31), Decimal(n + 1) / 100, payee=f"Shop {n}", description="x" * 400
        )
        for n in range(150)
    ]
    text = text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path)
    pages = [page for page in text.split("\f") if re.search(r"Shop \d+ · x+", page)]
    assert len(pages) > 2
    assert all(re.search(r"What\s+Category\s+Amount", page) for page in pages)
    assert all("…" in page for page in pages)


def test_it_has_bookmarks_a_language_and_pictures_of_every_page(services, alice, report_of, tmp_path):
    fill(services.store, alice, NOW)
    pdf = pdf_of(report_of(services.store, alice, OCTOBER))
    for mark in (b"(Where it went)", b"(All expenses)", b"(Budgets against spending)", b"/Lang (en)"):
        assert mark in pdf
    (tmp_path / "look.pdf").write_bytes(pdf)
    look = [program("pdftoppm"), "-r", "20", "-png", str(tmp_path / "look.pdf"), str(tmp_path / "page")]
    said = subprocess.run(look, check=True, capture_output=True, text=True)
    assert not said.stderr
    assert len(list(tmp_path.glob("page-*.png"))) == int(facts(pdf, tmp_path)["Pages"])


def test_figures_of_any_length_stay_whole(services, alice, report_of, tmp_path):
    alice = services.store.save_user(replace(alice, locale="de_DE"))
    most = Decimal("999999999.99")
    made = [
        expense(alice, date(2026, 10, n + 1), most, payee=f"Shop {n}", category="Housing") for n in range(9)
    ]
    made.append(expense(alice, date(2026, 10, 20), most, category="Income", money_in=True))
    text = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    assert text.count("8.999.999.999,91 €") >= 3  # the cover, its category, and all spending
    assert not re.search(r"\d…", text)


def test_what_no_font_has_is_said_at_the_end(services, alice, report_of, tmp_path):
    plain = [expense(alice, date(2026, 10, 3), 1, payee="Bäcker")]
    assert "no font" not in text_of(pdf_of(report_of(services.store, alice, OCTOBER, plain)), tmp_path)
    made = [expense(alice, date(2026, 10, 4), 2, payee="مخبز")]
    text = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    assert f"{fonts.NONE} stands for a letter or sign that no font of this document has." in text


def test_long_names_of_categories_are_told_apart(services, alice, report_of, tmp_path):
    names = [f"Rindfleischetikettierungsüberwachung {number:03d}"[:40] for number in range(3)]
    categories = alice.categories
    for name in names:
        categories = categories.added(name)
    alice = services.store.save_user(replace(alice, categories=categories))
    made = [expense(alice, date(2026, 10, 3), "123456789.99", name) for name in names]
    text = settled(text_of(pdf_of(report_of(services.store, alice, OCTOBER, made)), tmp_path))
    assert all(text.count(name) >= 2 for name in names)  # as a bar, and in the table
