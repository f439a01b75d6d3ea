"""The list: what it shows, what it adds up to, how it is filtered and paged."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.records import Filters

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20), payee="REWE")


@pytest.fixture
def add(services, alice):
    """Add lunches of alice's, with changes."""

    def add(**changes: Any):
        return services.expenses.add_expense(alice, replace(LUNCH, **changes), new_id())

    return add


def rows(page: BeautifulSoup) -> list[str]:
    """The titles of the expenses shown."""
    return [row.find("a").get_text() for row in page.select(".x-day li")]


def summary(page: BeautifulSoup) -> str:
    return " ".join(page.select_one(".x-sum p").get_text().split())


def headings(page: BeautifulSoup) -> list[str]:
    return [" ".join(heading.get_text(" ").split()) for heading in page.select(".x-day h2")]


def test_an_empty_account_is_shown_the_ways_in(as_alice):
    page = as_alice.page("/expenses")
    assert "Your expenses will be here" in page.get_text()
    assert page.find("a", {"class": "door", "href": "/expenses/new"})


def test_expenses_stand_under_their_days_newest_first(as_alice, add):
    add(spent_on=date(2026, 11, 21), payee="Today's")
    add(spent_on=date(2026, 11, 20), payee="Yesterday's")
    add(spent_on=date(2026, 11, 19), payee="First", amount=Decimal(1))
    add(spent_on=date(2026, 11, 19), payee="Second", amount=Decimal(2))
    page = as_alice.page("/expenses")
    assert rows(page) == ["Today's", "Yesterday's", "Second", "First"]
    assert headings(page) == [
        "Today, Saturday, November 21, 2026 €12.50",
        "Yesterday, Friday, November 20, 2026 €12.50",
        "Thursday, November 19, 2026 €3.00",
    ]


def test_money_in_is_marked_with_a_sign_and_a_word(as_alice, add):
    add(payee="Back", money_in=True)
    add(payee="Salary", category="Income", amount=Decimal(2000))
    texts = {
        row.find("a").get_text(): row.find("b").get_text(" ")
        for row in as_alice.page("/expenses").select(".x-day li")
    }
    assert texts == {"Back": "+€12.50 Money back", "Salary": "+€2,000.00 Received"}


def test_the_sum_keeps_income_and_other_currencies_apart(as_alice, add):
    add(amount=Decimal(10))
    add(amount=Decimal(3), money_in=True)
    add(amount=Decimal(500), category="Transfers")
    add(amount=Decimal(2000), category="Income")
    add(amount=Decimal(4), currency="CHF")
    page = as_alice.page("/expenses")
    assert summary(page) == "5 expenses: €7.00 + CHF 4.00 · received €2,000.00"
    assert headings(page) == ["Yesterday, Friday, November 20, 2026 €7.00 + CHF 4.00"]


@pytest.mark.parametrize(
    ("query", "shown", "words"),
    [
        ({"q": "rewe"}, ["REWE"], "1 expense with “rewe”: €12.50 · Show all"),
        ({"q": "MULLER"}, ["Café Müller"], "1 expense with “MULLER”: €4.00 · Show all"),
        ({"category": "Travel"}, ["Bahn"], "1 expense in Travel: €80.00 · Show all"),
        (
            {"category": ["Travel", "Groceries"]},
            ["REWE", "Bahn"],
            "2 expenses in Groceries or Travel: €92.50 · Show all",
        ),
        ({"category": "Uncategorised"}, ["?"], "1 expense without a category: €1.00 · Show all"),
        ({"month": "2026-10"}, ["Bahn"], "1 expense in October 2026: €80.00 · Show all"),
        ({"from": "2026-11-01", "to": "2026-11-30"}, ["REWE", "Café Müller", "?"], "3 expenses in November 2026: €17.50"),
        ({"from": "2026-11-20", "to": "2026-11-20"}, ["REWE"], "1 expense on Nov 20, 2026: €12.50 · Show all"),
        ({"from": "2026-10-03", "to": "2026-11-18"}, ["?", "Bahn"], "2 expenses from Oct 3, 2026 to Nov 18, 2026: €81.00"),
        ({"from": "2026-11-20"}, ["REWE"], "1 expense since Nov 20, 2026: €12.50 · Show all"),
        ({"to": "2026-10-31"}, ["Bahn"], "1 expense until Oct 31, 2026: €80.00 · Show all"),
        ({"min": "12.50"}, ["REWE", "Bahn"], "2 expenses of €12.50 or more: €92.50 · Show all"),
        ({"max": "3+1"}, ["Café Müller", "?"], "2 expenses of up to €4: €5.00 · Show all"),
        ({"min": "2", "max": "20"}, ["REWE", "Café Müller"], "2 expenses of €2 to €20: €16.50 · Show all"),
        ({"tag": "Trip"}, ["Bahn"], "1 expense tagged “Trip”: €80.00 · Show all"),
        ({"q": "rewe", "category": "Groceries", "month": "2026-11"}, ["REWE"], "1 expense in Groceries in November 2026 with “rewe”"),
    ],
)  # fmt: skip
def test_every_filter_is_an_address_and_said_in_words(as_alice, add, query, shown, words):
    add()
    add(payee="Café Müller", category="Food & Dining", amount=Decimal(4), spent_on=date(2026, 11, 19))
    add(payee="?", category="Uncategorised", amount=Decimal(1), spent_on=date(2026, 11, 18))
    add(payee="Bahn", category="Travel", amount=Decimal(80), spent_on=date(2026, 10, 3), tags=("Trip",))
    page = as_alice.page("/expenses?" + urlencode(query, doseq=True))
    assert rows(page) == shown
    assert summary(page).startswith(words)
    assert page.find("a", string="Show all")["href"] == "/expenses"


def test_an_empty_value_hides_no_other_of_its_name(as_alice, add):
    add(payee="REWE")
    add(category="Travel", payee="Bahn")
    page = as_alice.look(as_alice.get("/expenses?category=&category=Travel", follow_redirects=True))
    assert rows(page) == ["Bahn"]


@pytest.mark.parametrize("typed", ["00000000-key-of-this-form", 'name="key" value="x"'])
def test_no_address_can_set_the_forms_key(as_alice, typed):
    pages = [as_alice.page("/expenses?" + urlencode({"q": typed})) for _ in range(2)]
    assert len({page.find("input", {"name": "key"})["value"] for page in pages}) == 2
    assert {page.find("input", {"name": "q"})["value"] for page in pages} == {typed}


def test_a_form_can_be_reached_from_anywhere(as_alice):
    as_alice.look(as_alice.get("/expenses/new", headers={"Referer": "http://[::1"}))


def test_when_nothing_matches_that_is_said_with_a_way_out(as_alice, add):
    add()
    page = as_alice.page("/expenses?q=nowhere&month=2026-11")
    assert "No expenses in November 2026 with “nowhere”" in page.find("main").get_text()
    assert page.find("a", string="Show all")["href"] == "/expenses"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("month=2026-13", "such as 2026-11"),
        ("month=0001-01", "such as 2026-11"),
        ("from=never", "2026-11-21"),
        ("to=9999-12-31", "2026-11-21"),
        ("from=2026-11-02&to=2026-11-01", "not before the first"),
        ("min=abc", "such as"),
        ("min=NaN", "such as"),
        ("max=-1", "without a minus"),
        ("min=5&max=4", "not below the other"),
        ("category=Nonsense", "one of your categories"),
        ("tag=" + "x" * 41, "40 characters"),
        ("currency=EURO", "three letters"),
        ("sort=random", "newest, oldest"),
        ("q=" + "x" * 201, "200 characters"),
        ("q=" + "+".join(f"w{n}" for n in range(21)), "20 words"),
        ("q=%00", "cannot be shown"),
        ("cursor=nonsense", "Start again at its first page"),
    ],
)
def test_a_filter_that_cannot_be_used_is_said_and_the_list_still_shown(as_alice, add, query, words):
    add()
    page = as_alice.page(f"/expenses?{query}")
    assert words in page.find("main").get_text()
    assert rows(page) == ["REWE"]


def test_filters_stay_filled_in(as_alice, add):
    add()
    page = as_alice.page("/expenses?q=re&min=1&category=Groceries&sort=largest&tag=")
    assert page.find("input", {"name": "q"})["value"] == "re"
    assert page.find("input", {"name": "min"})["value"] == "1"
    assert [box["value"] for box in page.select("[name=category][type=checkbox][checked]")] == ["Groceries"]
    assert page.find("option", {"value": "largest"}).has_attr("selected")


def test_sorted_by_amount_each_row_says_its_day(as_alice, add):
    add(payee="Small", amount=Decimal(1))
    add(payee="Large", amount=Decimal(100))
    add(payee="Middle", amount=Decimal(10), spent_on=date(2026, 10, 3))
    page = as_alice.page("/expenses?sort=largest")
    assert rows(page) == ["Large", "Middle", "Small"]
    assert [time.get_text() for time in page.select(".x-day time")] == [
        "Nov 20, 2026",
        "Oct 3, 2026",
        "Nov 20, 2026",
    ]


def test_a_month_leads_to_the_months_beside_it_with_the_other_filters_kept(as_alice, add):
    add()
    page = as_alice.page("/expenses?month=2026-11&category=Groceries")
    assert page.find("a", rel="prev")["href"] == "/expenses?month=2026-10&category=Groceries"
    assert page.find("a", rel="next")["href"] == "/expenses?month=2026-12&category=Groceries"


def walk(client: Any, address: str, words: str) -> list[BeautifulSoup]:
    pages = [client.page(address)]
    while link := next((a for a in pages[-1].select(".pager a") if words in a.get_text()), None):
        pages.append(client.page(link["href"]))
    return pages


def test_older_and_newer_pages_follow_each_other(as_alice, add):
    for number in range(130):
        add(payee=f"No {number:03}", spent_on=date(2026, 11, 20) - timedelta(days=number // 3))
    there = walk(as_alice, "/expenses?category=Groceries", "Older")
    assert [len(rows(page)) for page in there] == [50, 50, 30]
    assert len({title for page in there for title in rows(page)}) == 130
    newer = there[-1].select_one(".pager a")
    back = walk(as_alice, newer["href"], "Newe")
    assert [rows(page) for page in back] == [rows(page) for page in reversed(there[:-1])]


def test_a_day_that_goes_over_the_pages_border_has_its_whole_sum_on_both(as_alice, add):
    for _ in range(60):
        add(amount=Decimal(1))
    add(spent_on=date(2026, 11, 19), amount=Decimal(5))
    first, second = walk(as_alice, "/expenses", "Older")
    assert headings(first) == ["Yesterday, Friday, November 20, 2026 €60.00"]
    assert headings(second) == [
        "Yesterday, Friday, November 20, 2026 €60.00",
        "Thursday, November 19, 2026 €5.00",
    ]


def test_the_list_shows_at_once_what_was_just_changed(services, alice, as_alice, add):
    lunch = add()
    assert "1 expense: €12.50" in summary(as_alice.page("/expenses"))
    add(amount=Decimal(1))
    assert "2 expenses: €13.50" in summary(as_alice.page("/expenses"))
    services.expenses.delete_expenses(alice, [lunch.expense_id])
    assert "1 expense: €1.00" in summary(as_alice.page("/expenses"))


def test_a_renamed_category_renames_its_history(services, alice, as_alice, add):
    add()
    as_alice.page("/expenses")
    renamed = alice.categories.changed("Groceries", name="Lebensmittel <b>", icon="basket", colour=1)
    services.store.save_user(replace(services.store.get_user(alice.user_id), categories=renamed))
    assert as_alice.page("/expenses").select_one(".x-day li p").get_text() == "Lebensmittel <b>"


def test_the_list_of_another_person_is_empty(as_bob, add):
    lunch = add()
    assert "Your expenses will be here" in as_bob.page("/expenses").get_text()
    assert lunch.expense_id not in as_bob.get("/expenses?q=rewe").text


NASTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE expenses; --",
    "{{ 7 * 7 }} ${7*7} %s %d",
    "=HYPERLINK(\"http://evil.example\")",
    "٢٣ ريال عشاء ‏",
    "עִבְרִית",
    "👩‍👩‍👧 🏳️‍🌈 ½ ﷽",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "‮reversed‬",
    "ﬁ ſ İ ı ß ẞ",
    "100% _under_ \\back",
    "a" * 100,
    "null",
    "１２３",
    "&amp; &#39; &lt;",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_odd_words_are_kept_found_shown_and_sent_back_unchanged(services, as_alice, alice, text):
    as_alice.post_form(
        "/expenses/new", {"amount": "1", "category": "Other", "payee": text, "note": text, "tags": "t"}
    )
    (expense,) = services.store.list_expenses(alice.user_id, Filters()).items
    assert (expense.payee, expense.note) == (text, text)
    page = as_alice.page("/expenses?" + urlencode({"q": text}))
    assert rows(page) == [text]
    assert page.find("input", {"name": "q"})["value"] == text
    form = as_alice.page(f"/expenses/{expense.expense_id}")
    assert form.find("input", {"name": "payee"})["value"] == text
    assert form.find("textarea", {"name": "note"}).get_text().lstrip("\r\n") == text
