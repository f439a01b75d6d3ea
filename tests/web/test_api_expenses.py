"""Expenses by the API: what goes in comes out, finds its filters, and is nobody else's."""

from dataclasses import replace

import pytest

from tests.web.programs import Program

WHOLE = {
    "date": "2026-11-03",
    "amount": "12.50",
    "currency": "EUR",
    "category": "Groceries",
    "money_in": False,
    "payee": "REWE",
    "description": "Weekly shopping",
    "note": "two\nlines",
    "tags": ["home", "week 45"],
}


def listed(program: Program, query: str = "") -> list[str]:
    return [expense["payee"] for expense in program.ask("GET", f"/api/expenses{query}")["expenses"]]


def test_what_is_added_comes_back_as_it_was(program):
    added = program.answer("POST", "/api/expenses", 201, json=WHOLE)
    expense = added.json
    assert {name: expense[name] for name in WHOLE} == WHOLE
    assert (expense["category_key"], expense["version"], expense["updated_at"]) == ("Groceries", 1, None)
    assert expense["created_at"] == "2026-11-21T12:00:00Z"
    found = program.answer("GET", added.headers["Location"])
    assert found.json == expense
    assert found.headers["ETag"] == added.headers["ETag"] == '"1"'
    assert program.ask("GET", "/api/expenses")["expenses"] == [expense]


def test_the_least_one_has_to_say(program):
    expense = program.ask("POST", "/api/expenses", 201, json={"amount": 5, "category": "other"})
    assert (expense["date"], expense["amount"], expense["currency"]) == ("2026-11-21", "5.00", "EUR")
    assert (expense["category"], expense["tags"], expense["payee"]) == ("Other", [], "")


def test_today_is_the_persons_own(program, services, alice, clock):
    services.accounts.save_profile(alice, time_zone="Pacific/Auckland")
    assert program.add()["date"] == "2026-11-22"


def test_income_comes_in_unless_said_otherwise(program):
    assert program.add(category="Income")["money_in"] is True
    assert program.add(category="Income", money_in=False)["money_in"] is False
    assert program.add(category="Groceries", money_in=True)["money_in"] is True


@pytest.mark.parametrize(
    ("currency", "amount", "saved"),
    [
        ("EUR", "0.01", "0.01"),
        ("EUR", 12.5, "12.50"),
        ("EUR", "9999999999.99", "9999999999.99"),
        ("EUR", "3.1000", "3.10"),
        ("JPY", 1200, "1200"),
        ("JPY", "1200.00", "1200"),
        ("KWD", "1.005", "1.005"),
        ("EUR", 0.1, "0.10"),
    ],
)
def test_amounts_are_exact(program, currency, amount, saved):
    expense = program.add(amount=amount, currency=currency)
    assert expense["amount"] == saved
    assert program.ask("GET", f"/api/expenses/{expense['id']}")["amount"] == saved


@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "1.005"), ("JPY", 0.5), ("EUR", 0.30000000000000004)]
)
def test_more_decimals_than_the_currency_has_do_not_fit(program, currency, amount):
    what = {"amount": amount, "category": "Other", "currency": currency}
    problem = program.ask("POST", "/api/expenses", 409, json=what)
    assert problem["errors"][0]["field"] == "amount"
    assert listed(program) == []


def test_the_same_key_adds_once(program):
    first = program.answer("POST", "/api/expenses", 201, json=WHOLE, headers={"Idempotency-Key": "monday-1"})
    again = program.answer("POST", "/api/expenses", 201, json=WHOLE, headers={"Idempotency-Key": "monday-1"})
    assert again.json == first.json
    program.answer("POST", "/api/expenses", 201, json=WHOLE, headers={"Idempotency-Key": "monday-2"})
    assert len(listed(program)) == 2


def test_a_key_of_another_expense_is_refused(program):
    key = {"Idempotency-Key": "1"}
    first = program.ask("POST", "/api/expenses", 201, json=WHOLE, headers=key)
    problem = program.ask("POST", "/api/expenses", 409, json=WHOLE | {"amount": "99"}, headers=key)
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert program.ask("GET", "/api/expenses")["expenses"] == [first]


def test_a_request_that_is_sent_again_after_midnight_is_the_same(program, clock):
    key, what = {"Idempotency-Key": "1"}, {"amount": "5", "category": "Other"}
    first = program.ask("POST", "/api/expenses", 201, json=what, headers=key)
    clock.turn(days=1)
    assert program.ask("POST", "/api/expenses", 201, json=what, headers=key) == first


def test_a_request_that_is_sent_again_after_a_change_is_answered_with_the_change(program):
    key = {"Idempotency-Key": "1"}
    first = program.ask("POST", "/api/expenses", 201, json=WHOLE, headers=key)
    changed = program.ask(
        "PUT", f"/api/expenses/{first['id']}", json=WHOLE | {"amount": "7.00", "version": 1}
    )
    assert program.ask("POST", "/api/expenses", 201, json=WHOLE, headers=key) == changed


def test_a_key_is_ones_own(program, bobs_program):
    mine = program.answer("POST", "/api/expenses", 201, json=WHOLE, headers={"Idempotency-Key": "1"}).json
    bobs = bobs_program.answer(
        "POST", "/api/expenses", 201, json=WHOLE, headers={"Idempotency-Key": "1"}
    ).json
    assert mine["id"] != bobs["id"]


def test_a_key_of_what_was_deleted_since_is_refused(program):
    key = {"Idempotency-Key": "1"}
    expense = program.ask("POST", "/api/expenses", 201, json=WHOLE, headers=key)
    program.answer("DELETE", f"/api/expenses/{expense['id']}", 204)
    assert "deleted" in program.ask("POST", "/api/expenses", 409, json=WHOLE, headers=key)["detail"]


def test_a_category_goes_by_name_or_key_and_keeps_its_key(program, services, alice):
    renamed = alice.categories.changed("Groceries", name="Lebensmittel", icon="basket", colour=1)
    services.store.save_user(replace(alice, categories=renamed))
    for name in ("lebensmittel", "Groceries"):
        expense = program.add(category=name)
        assert (expense["category"], expense["category_key"]) == ("Lebensmittel", "Groceries")
    assert len(listed(program, "?category=Lebensmittel")) == 2


def test_a_merged_category_counts_as_the_other(program, services, alice):
    program.add(category="Groceries", payee="before")
    services.store.save_user(replace(alice, categories=alice.categories.merged("Groceries", "Food & Dining")))
    assert program.add(category="Groceries", payee="after")["category"] == "Food & Dining"
    assert set(listed(program, "?category=Food+%26+Dining")) == {"before", "after"}
    keys = [category["key"] for category in program.ask("GET", "/api/categories")["categories"]]
    assert len(keys) == 17
    assert "Groceries" not in keys


@pytest.mark.parametrize("name", ["Grocery", "*", " ", "=1+1", "🙂", "x" * 60])
def test_a_category_that_one_does_not_have_does_not_fit(program, name):
    for method, address, more in [
        ("POST", "/api/expenses", {"json": {"amount": 1, "category": name}}),
        ("GET", "/api/expenses", {"query_string": {"category": name}}),
    ]:
        problem = program.ask(method, address, 409, **more)
        assert problem["errors"][0]["field"] == "category"


@pytest.fixture
def many(program) -> Program:
    for number, (payee, category, tags) in enumerate(
        [
            ("Café Müller", "Food & Dining", ["Holiday"]),
            ("REWE", "Groceries", []),
            ("Aldi", "Groceries", ["party", "holiday"]),
            ("Nobody knows", "Uncategorised", []),
        ],
        1,
    ):
        program.add(
            payee=payee, category=category, tags=tags, amount=f"{number}0.00", date=f"2026-11-0{number}"
        )
    program.add(payee="New York", currency="USD", amount="15.00", date="2026-10-31", category="Travel")
    return program


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "Nobody knows, Aldi, REWE, Café Müller, New York"),
        ("?sort=oldest", "New York, Café Müller, REWE, Aldi, Nobody knows"),
        ("?sort=largest", "Nobody knows, Aldi, REWE, New York, Café Müller"),
        ("?sort=smallest", "Café Müller, New York, REWE, Aldi, Nobody knows"),
        ("?search=cafe+MULLER", "Café Müller"),
        ("?search=party", "Aldi"),
        ("?search=nothing", ""),
        ("?category=groceries", "Aldi, REWE"),
        ("?category=Groceries&category=Travel", "Aldi, REWE, New York"),
        ("?uncategorised=true", "Nobody knows"),
        ("?uncategorised=true&category=Travel", "Nobody knows, New York"),
        ("?start_date=2026-11-02&end_date=2026-11-03", "Aldi, REWE"),
        ("?end_date=2026-10-31", "New York"),
        ("?end_date=2199-12-31&start_date=1970-01-01&limit=1", "Nobody knows"),
        ("?start_date=2026-11-03&end_date=2026-11-02", ""),
        ("?min_amount=15&max_amount=20.00", "REWE, New York"),
        ("?min_amount=15.01&max_amount=20.00", "REWE"),
        ("?tag=holiday", "Aldi"),
        ("?tag=holi", ""),
        ("?currency=USD", "New York"),
        ("?search=a&category=Groceries&tag=party&min_amount=30&start_date=2026-11-01", "Aldi"),
    ],
)
def test_filters(many, query, found):
    assert ", ".join(listed(many, query)) == found


def test_pages_follow_each_other_and_end(many):
    seen, address = [], "/api/expenses?limit=2"
    for _ in range(3):
        page = many.ask("GET", address)
        seen += [expense["payee"] for expense in page["expenses"]]
        address = f"/api/expenses?limit=2&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert seen == listed(many)


def test_a_cursor_of_another_list_does_not_fit(many):
    cursor = many.ask("GET", "/api/expenses?limit=2")["next_cursor"]
    for query in (f"sort=oldest&cursor={cursor}", f"search=e&cursor={cursor}", "cursor=abc", "cursor=%00é"):
        assert many.ask("GET", f"/api/expenses?{query}", 409 if "%00" not in query else 400)["errors"]


def test_totals_are_said_when_asked_for(many):
    assert many.ask("GET", "/api/expenses")["totals"] is None
    many.add(amount="1000", category="Income", date="2026-11-09")
    assert many.ask("GET", "/api/expenses?totals=true&limit=1")["totals"] == [
        {"currency": "EUR", "spent": "100.00", "received": "1000.00", "count": 5},
        {"currency": "USD", "spent": "15.00", "received": "0.00", "count": 1},
    ]


def test_a_change_replaces_everything(program):
    old = program.add(**WHOLE)
    new = {"amount": "99.00", "category": "Travel", "date": "2026-10-02", "currency": "USD", "version": 1}
    changed = program.answer("PUT", f"/api/expenses/{old['id']}", json=new)
    assert changed.headers["ETag"] == '"2"'
    assert {name: changed.json[name] for name in new} == new | {"version": 2}
    assert (changed.json["payee"], changed.json["tags"]) == ("", [])
    assert changed.json["created_at"] == old["created_at"]
    assert program.ask("GET", f"/api/expenses/{old['id']}") == changed.json


def test_the_second_of_two_who_change_the_same_version_is_told(program):
    old = program.add(**WHOLE)
    address, mine, theirs = (
        f"/api/expenses/{old['id']}",
        WHOLE | {"version": 1},
        WHOLE | {"version": 1, "payee": "x"},
    )
    program.ask("PUT", address, json=theirs)
    assert "changed this" in program.ask("PUT", address, 409, json=mine)["detail"]
    program.ask("PUT", address, 412, json=mine, headers={"If-Match": '"1"'})
    assert program.ask("GET", address)["payee"] == "x"


def test_if_match_is_held(program):
    old = program.add(**WHOLE)
    address, change = f"/api/expenses/{old['id']}", WHOLE | {"version": 1}
    for etag in ('"2"', "1", 'W/"1"', '"', "x"):
        program.ask("PUT", address, 412, json=change, headers={"If-Match": etag})
    program.ask("PUT", address, json=change, headers={"If-Match": '"1"'})
    program.ask("PUT", address, json=change | {"version": 2}, headers={"If-Match": "*"})


def test_a_deleted_expense_is_gone_until_it_is_restored(program):
    expense = program.add(**WHOLE)
    address = f"/api/expenses/{expense['id']}"
    program.answer("DELETE", address, 204)
    assert listed(program) == []
    assert listed(program, "?trash=true") == ["REWE"]
    program.ask("GET", address, 404)
    program.ask("PUT", address, 404, json=WHOLE | {"version": 1})
    program.ask("DELETE", address, 404)
    restored = program.ask("POST", f"{address}/restore")
    assert restored["version"] > expense["version"]
    assert listed(program) == ["REWE"]
    program.ask("POST", f"{address}/restore", 404)


def test_what_is_alices_is_not_there_for_bob(program, bobs_program):
    expense = program.add(**WHOLE)
    trashed = program.add(**WHOLE)
    program.answer("DELETE", f"/api/expenses/{trashed['id']}", 204)
    for method, id, more in [
        ("GET", expense["id"], ""),
        ("PUT", expense["id"], ""),
        ("DELETE", expense["id"], ""),
        ("POST", trashed["id"], "/restore"),
    ]:
        bobs_program.ask(method, f"/api/expenses/{id}{more}", 404, json=WHOLE | {"version": 1})
    assert listed(bobs_program) == listed(bobs_program, "?trash=true") == []
    assert program.ask("GET", f"/api/expenses/{expense['id']}") == expense


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "=1+1",
        "'; DROP TABLE expenses; --",
        "🙂👨‍👩‍👧‍👦",
        "مرحبا",
        "\u202eright to left",
        "a\tb\nc",
        "%00",
        "\\u0000",
        "{{ 7*7 }}",
        "../../etc/passwd",
        "ﬁ ﬂ ½",
    ],
)
def test_odd_words_come_back_unchanged(program, words):
    expense = program.add(
        payee=words, description=words, note=words, tags=[words.replace(",", "").split("\n")[0]]
    )
    found = program.ask("GET", f"/api/expenses/{expense['id']}")
    assert found["payee"] == found["description"] == found["note"] == words
    assert found == expense
