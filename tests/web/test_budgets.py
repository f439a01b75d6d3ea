"""The budgets table: typed amounts become budgets, all of them understood first or none saved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.periods import Month

NOVEMBER = Month(2026, 11)


def amounts(services, user, month=NOVEMBER):
    return {b.category: b.amount_in(month) for b in services.store.list_budgets(user.user_id)}


def save(client, status=302, **typed):
    fields = {"month": "2026-11"} | {f"amount:{name}": value for name, value in typed.items()}
    response = client.post_form("/budget", fields)
    assert response.status_code == status, response.text[:3000]
    return response


def test_amounts_typed_beside_categories_become_budgets(as_alice, alice, services):
    save(as_alice, Groceries="400", Housing="1,250.50", Health="")
    assert amounts(services, alice) == {"Groceries": Decimal("400.00"), "Housing": Decimal("1250.50")}


def test_a_new_amount_holds_from_the_month_on_and_not_before(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(300), Month(2026, 9))
    save(as_alice, Groceries="400")
    assert amounts(services, alice, Month(2026, 10))["Groceries"] == 300
    assert amounts(services, alice, Month(2027, 5))["Groceries"] == 400


def test_an_emptied_amount_ends_the_budget_and_keeps_its_past(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(300), Month(2026, 9))
    save(as_alice, Groceries="")
    assert amounts(services, alice)["Groceries"] is None
    assert amounts(services, alice, Month(2026, 10))["Groceries"] == 300


def sent_as_printed(client, **typed):
    """Send the table as the page has it, but for what was typed."""
    inputs = client.page("/budget?month=2026-11").select(".budget-table input[name]")
    fields = {field["name"]: field.get("value", "") for field in inputs}
    changes = {f"amount:{name}": value for name, value in typed.items()}
    assert client.post("/budget", data=fields | changes).status_code == 302


def test_what_nobody_touched_is_not_saved(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal("100.55"), NOVEMBER)
    services.budgets.set_budget(alice, "Health", Decimal(50), NOVEMBER)
    services.budgets.set_budget(alice, "Travel", Decimal(70), NOVEMBER)
    user = services.accounts.save_categories(alice, alice.categories.merged("Travel", "Health"))
    services.accounts.save_profile(user, currency="JPY")
    sent_as_printed(as_alice, Housing="9000")
    untouched = {"Groceries": Decimal("100.55"), "Health": 50, "Travel": 70}
    assert amounts(services, alice) == untouched | {"Housing": 9000}


def test_a_merged_sum_can_become_what_one_of_its_parts_was(as_alice, alice, services):
    services.budgets.set_budget(alice, "Health", Decimal(50), NOVEMBER)
    services.budgets.set_budget(alice, "Travel", Decimal(70), NOVEMBER)
    services.accounts.save_categories(alice, alice.categories.merged("Travel", "Health"))
    sent_as_printed(as_alice, Health="50")
    assert amounts(services, alice) == {"Health": 50}


def test_the_only_budget_of_a_merged_category_can_be_emptied(as_alice, alice, services):
    services.budgets.set_budget(alice, "Travel", Decimal(70), NOVEMBER)
    services.accounts.save_categories(alice, alice.categories.merged("Travel", "Health"))
    sent_as_printed(as_alice, Health="")
    assert amounts(services, alice) == {}


def test_the_limit_for_everything_is_a_budget_of_its_own(as_alice, alice, services):
    save(as_alice, **{"*": "2000"})
    assert amounts(services, alice) == {"*": Decimal(2000)}
    page = as_alice.page("/dashboard")
    assert "€2,000.00" in page.select_one(".stat-big").get_text()


@pytest.mark.parametrize(
    "typed", ["abc", "-5", "1e9", "NaN", "99999999999", "12,345.678", "<script>", "=1+cmd", "١٢x", "9" * 100]
)
def test_one_unusable_amount_saves_nothing_and_keeps_what_was_typed(as_alice, alice, services, typed):
    response = save(as_alice, 400, Groceries="400", Housing=typed)
    page = as_alice.look(response, 400)
    field = page.select_one("input[name='amount:Housing']")
    assert field["value"] == typed
    assert page.find(id=field["aria-describedby"]).get_text(strip=True)
    assert page.select_one("input[name='amount:Groceries']")["value"] == "400"
    assert "One amount needs a change Nothing is saved yet." in page.get_text(" ", strip=True)
    assert amounts(services, alice) == {}


@pytest.mark.parametrize(
    "category", ["Income", "Transfers", "No such thing", "Uncategorised\x00", "a" * 5000]
)
def test_what_cannot_have_a_budget_is_refused(as_alice, alice, services, category):
    response = as_alice.post_form("/budget", {"month": "2026-11", f"amount:{category}": "5"})
    assert response.status_code in (302, 400, 409)
    assert amounts(services, alice) == {}


def test_the_second_of_two_tabs_is_told(as_alice, alice, services):
    first = services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    services.budgets.set_budget(alice, "Groceries", Decimal(350), NOVEMBER)
    response = as_alice.post_form(
        "/budget",
        {
            "month": "2026-11",
            "amount:Groceries": "400",
            "version:Groceries": str(first.version),
            "amount:Housing": "900",
        },
    )
    page = as_alice.look(response, 409)
    assert page.select_one("input[name='amount:Groceries']")["value"] == "400"
    assert "The others are saved." in page.get_text()
    assert amounts(services, alice) == {"Groceries": 350, "Housing": 900}


def test_a_budget_in_detail_can_be_for_one_month_only(as_alice, alice, services):
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), Month(2026, 9))
    response = as_alice.post_form(
        f"/budget/{budget.budget_id}",
        {"amount": "500", "reach": "only", "thresholds": "90 %", "rollover": "y", "month": "2026-11"},
    )
    assert response.status_code == 302
    saved = services.store.list_budgets(alice.user_id)[0]
    assert (saved.amount_in(NOVEMBER), saved.amount_in(Month(2026, 12))) == (500, 300)
    assert saved.alert_threshold == 90
    assert saved.rollover_since == NOVEMBER


@pytest.mark.parametrize(
    ("typed", "saved"),
    [("80", (80,)), ("50, 80, 95", (50, 80, 95)), ("95 %; 50 %", (50, 95)), ("100 1 100", (1, 100))],
)
def test_a_budget_may_warn_at_several_percentages(as_alice, alice, services, typed, saved):
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    form = {"amount": "300", "reach": "on", "thresholds": typed, "month": "2026-11"}
    assert as_alice.post_form(f"/budget/{budget.budget_id}", form).status_code == 302
    assert services.store.list_budgets(alice.user_id)[0].alert_thresholds == saved
    shown = as_alice.page(f"/budget/{budget.budget_id}").select_one("[name=thresholds]")["value"]
    assert shown == ", ".join(map(str, saved))


def test_the_last_month_has_a_budget_like_any_other(as_alice, alice, services):
    last = Month(2199, 12)
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    services.budgets.set_budget(alice, "Groceries", Decimal(500), last, only=True, version=budget.version)
    assert (amounts(services, alice), amounts(services, alice, last)) == (
        {"Groceries": 300},
        {"Groceries": 500},
    )
    as_alice.page("/budget")
    as_alice.page("/dashboard?month=2199-12")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", ""),
        ("amount", "x"),
        ("thresholds", "0"),
        ("thresholds", "101"),
        ("thresholds", "01000"),
        ("thresholds", "9" * 5000),
        ("thresholds", "½"),
        ("thresholds", ""),
        ("thresholds", "50,,80"),
        ("thresholds", "50, 101"),
        ("thresholds", "1, 2, 3, 4, 5, 6"),
    ],
)
def test_an_unusable_detail_is_said_at_its_field(as_alice, alice, services, field, typed):
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    form = {"amount": "500", "reach": "on", "thresholds": "80", "month": "2026-11"} | {field: typed}
    page = as_alice.look(as_alice.post_form(f"/budget/{budget.budget_id}", form), 400)
    assert page.select_one(f"[name={field}][aria-invalid=true]")
    assert services.store.list_budgets(alice.user_id)[0].version == budget.version


def end_and_undo(client, budget, meanwhile=lambda: None):
    client.post_form(f"/budget/{budget.budget_id}/remove", {"month": "2026-11"}, form_at="/budget")
    toast = client.page("/budget").select_one(".toast-note form")
    fields = {i["name"]: i["value"] for i in toast.select("input[type=hidden]")}
    meanwhile()
    return [client.post(toast["action"], data=fields) for _ in range(2)]


@pytest.mark.parametrize("since", [Month(2026, 9), NOVEMBER])
def test_ending_a_budget_can_be_undone(as_alice, alice, services, since):
    services.budgets.set_budget(alice, "Groceries", Decimal(300), since, thresholds=(65, 90), rollover=True)
    before = services.budgets.set_budget(alice, "Groceries", Decimal(450), Month(2027, 2))
    answers = end_and_undo(as_alice, before)
    assert [answer.status_code for answer in answers] == [302, 302]
    (after,) = services.store.list_budgets(alice.user_id)
    assert replace(after, version=before.version) == before


def test_budgets_of_merged_categories_come_back_together(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    services.budgets.set_budget(alice, "Health", Decimal(100), NOVEMBER)
    before = services.store.list_budgets(alice.user_id)
    services.accounts.save_categories(alice, alice.categories.merged("Health", "Groceries"))
    end_and_undo(as_alice, before[0])
    after = services.store.list_budgets(alice.user_id)
    assert [replace(budget, version=1) for budget in after] == before


def test_an_end_is_not_undone_over_what_was_set_since(as_alice, alice, services):
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), NOVEMBER)
    answers = end_and_undo(as_alice, budget, lambda: save(as_alice, Groceries="70"))
    assert answers[0].status_code == 409
    assert amounts(services, alice) == {"Groceries": 70}


def test_last_months_amounts_are_copied(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(300), Month(2026, 10))
    services.budgets.set_budget(alice, "Groceries", Decimal(10), NOVEMBER)
    as_alice.post_form("/budget/copy", {"month": "2026-11"}, form_at="/budget")
    assert amounts(services, alice)["Groceries"] == 300


def test_suggestions_are_the_usual_amounts_and_become_budgets_at_a_click(as_alice, alice, services):
    for month, amount in ((8, "90"), (9, "100"), (10, "110"), (11, "1")):
        draft = ExpenseDraft(Decimal(amount), "EUR", "Groceries", date(2026, month, 3))
        services.expenses.add_expense(alice, draft, new_id())
    page = as_alice.page("/budget")
    assert page.select_one("input[name='amount:Groceries']")["placeholder"] == "100.00"
    as_alice.post_form("/budget/suggest", {"month": "2026-11"}, form_at="/budget")
    assert amounts(services, alice) == {"Groceries": Decimal("100.00")}


def test_there_are_more_categories_only_below_others(as_alice, alice, services):
    def counted() -> str:
        summary = as_alice.page("/budget?month=2026-11").select_one(".fold summary")
        return " ".join(summary.get_text().split())

    assert counted() == "16 categories"
    save(as_alice, Groceries="400")
    assert counted() == "15 more categories"


def test_two_hundred_budgets_fit_on_the_page(as_alice, alice, services):
    categories = alice.categories
    for number in range(180):
        categories = categories.added(f"Category number {number} with a long name")
    user = services.accounts.save_categories(alice, categories)
    for category in user.categories.offered:
        if category.is_spending:
            services.budgets.set_budget(user, category.key, Decimal("123456789.01"), NOVEMBER)
    page = as_alice.page("/budget")
    assert len(page.select(".budget-row")) > 180
