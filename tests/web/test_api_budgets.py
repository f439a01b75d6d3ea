"""Budgets and the summary by the API, against figures worked out by hand."""

import pytest

from tests.web.programs import Program


def budgets(program: Program, month: str = "2026-11") -> dict[str, str]:
    found = program.ask("GET", f"/api/budget?month={month}")["budgets"]
    return {budget["category"]: budget["amount"] for budget in found}


def test_a_budget_is_set_and_set_again(program):
    first = program.ask("POST", "/api/budget", json={"category": "groceries", "amount": "400"})
    assert first == {
        "category": "Groceries",
        "category_key": "Groceries",
        "budget_id": first["budget_id"],
        "amount": "400.00",
        "period": "monthly",
        "alert_threshold": 80,
        "alert_thresholds": [80],
        "rollover": False,
        "version": 1,
    }
    more = {"category": "Groceries", "amount": 450.5, "alert_threshold": 90, "rollover": True}
    second = program.ask("POST", "/api/budget", json=more)
    assert second["budget_id"] == first["budget_id"]
    assert (second["amount"], second["alert_threshold"], second["rollover"]) == ("450.50", 90, True)
    third = program.ask("POST", "/api/budget", json={"category": "Groceries", "amount": "1"})
    assert (third["alert_threshold"], third["rollover"]) == (90, True)
    assert program.ask("GET", "/api/budget")["budgets"] == [third]


def test_a_budget_tells_at_several_percentages(program):
    travel = {"category": "Travel", "amount": "100"}

    def thresholds(**given: object) -> tuple[int, list[int]]:
        found = program.ask("POST", "/api/budget", json=travel | given)
        return found["alert_threshold"], found["alert_thresholds"]

    assert thresholds(alert_thresholds=[95, 50, 80]) == (50, [50, 80, 95])
    assert thresholds() == (50, [50, 80, 95])
    assert thresholds(alert_threshold=50, alert_thresholds=[50, 100]) == (50, [50, 100])
    assert thresholds(alert_threshold=70) == (70, [70])
    assert program.ask("GET", "/api/budget")["budgets"][0]["alert_thresholds"] == [70]


def test_percentages_that_disagree_are_refused(program):
    both = {"category": "Travel", "amount": "1", "alert_threshold": 60, "alert_thresholds": [50, 80]}
    refused = program.ask("POST", "/api/budget", 409, json=both)
    assert refused["errors"][0]["field"] == "alert_threshold"
    assert budgets(program) == {}


def test_a_budget_holds_from_its_month_on(program):
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "100", "month": "2026-09"})
    program.ask(
        "POST", "/api/budget", json={"category": "Travel", "amount": "900", "month": "2026-10", "only": True}
    )
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "200"})
    months = ("2026-08", "2026-09", "2026-10", "2026-11", "2027-06")
    assert [budgets(program, month).get("Travel") for month in months] == [
        None,
        "100.00",
        "900.00",
        "200.00",
        "200.00",
    ]


def test_a_budget_ends_and_its_past_stays(program):
    old = program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "100", "month": "2026-10"})
    program.answer("DELETE", f"/api/budget/{old['budget_id']}", 204)
    assert budgets(program, "2026-10") == {"Travel": "100.00"}
    assert budgets(program) == {}


def test_a_budget_that_is_not_there_cannot_be_ended(program, bobs_program):
    old = program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "100"})
    bobs_program.ask("DELETE", f"/api/budget/{old['budget_id']}", 404)
    program.ask("DELETE", f"/api/budget/{'0' * 32}", 404)
    assert budgets(program) == {"Travel": "100.00"}
    assert budgets(bobs_program) == {}


def test_a_limit_on_everything_stands_first(program):
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "100"})
    limit = program.ask("POST", "/api/budget", json={"category": "*", "amount": "2000"})
    assert (limit["category"], limit["category_key"]) == ("All spending", "*")
    assert budgets(program) == {"All spending": "2000.00", "Travel": "100.00"}


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"category": "Income", "amount": "1"}, "category"),
        ({"category": "Transfers", "amount": "1"}, "category"),
        ({"category": "Nothing of mine", "amount": "1"}, "category"),
        ({"category": "Travel", "amount": "1.005"}, "amount"),
        ({"category": "Travel", "amount": "9999999999.9999"}, "amount"),
    ],
)
def test_what_does_not_fit(program, what, field):
    assert program.ask("POST", "/api/budget", 409, json=what)["errors"][0]["field"] == field
    assert budgets(program) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "-1"),
        ("amount", None),
        ("amount", "NaN"),
        ("amount", "10000000000"),
        ("alert_threshold", 0),
        ("alert_threshold", 101),
        ("alert_threshold", "80"),
        ("alert_threshold", 80.5),
        ("alert_thresholds", []),
        ("alert_thresholds", 80),
        ("alert_thresholds", [80, 80.0]),
        ("alert_thresholds", [1, 2, 3, 4, 5, 6]),
        ("alert_thresholds.1", [80, 101]),
        ("alert_thresholds.0", ["80"]),
        ("period", "weekly"),
        ("month", "2026-13"),
        ("month", "2026-11-01"),
        ("month", "1969-12"),
        ("month", "2200-01"),
        ("month", 202611),
        ("only", 1),
        ("rollover", "no"),
        ("budget_id", "x"),
        ("user_id", "x"),
    ],
)
def test_what_cannot_be_read(program, field, value):
    what = {"category": "Travel", "amount": "1"} | {field.partition(".")[0]: value}
    assert program.ask("POST", "/api/budget", 400, json=what)["errors"][0]["field"] == field
    assert budgets(program) == {}


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-11-21", "0001-01", "9999-12", "November", "2026-11&month=2026-10"]
)
@pytest.mark.parametrize("address", ["/api/budget", "/api/summary"])
def test_what_is_no_month(program, address, month):
    assert program.ask("GET", f"{address}?month={month}", 400)["errors"][0]["field"] == "month"


@pytest.mark.parametrize("month", ["1970-01", "2199-12"])
def test_the_first_and_the_last_month_can_be_looked_at(program, month):
    assert program.ask("GET", f"/api/summary?month={month}")["total_expenses"] == "0.00"
    assert budgets(program, month) == {}


def test_the_summary_adds_up(program):
    program.ask("POST", "/api/budget", json={"category": "Groceries", "amount": "100"})
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "50"})
    for category, amount, more in [
        ("Groceries", "60.00", {}),
        ("Groceries", "25.50", {}),
        ("Groceries", "5.50", {"money_in": True}),
        ("Travel", "70.00", {}),
        ("Health", "12.00", {}),
        ("Income", "3000.00", {}),
        ("Transfers", "500.00", {}),
        ("Groceries", "99.00", {"currency": "USD"}),
        ("Groceries", "999.00", {"date": "2026-10-31"}),
    ]:
        program.add(category=category, amount=amount, **more)
    found = program.ask("GET", "/api/summary")
    figures = {
        line["category"]: (
            line["budget"],
            line["spent"],
            line["remaining"],
            line["percentage"],
            line["state"],
        )
        for line in found["budgets"]
    }
    assert figures == {
        "Travel": ("50.00", "70.00", "-20.00", 140, "over"),
        "Groceries": ("100.00", "80.00", "20.00", 80, "near"),
    }
    assert [(line["category"], line["spent"], line["budget_id"]) for line in found["unbudgeted"]] == [
        ("Health", "12.00", None)
    ]
    totals = {
        name: found[name] for name in ("total_budget", "total_expenses", "remaining", "income", "overall")
    }
    assert totals == {
        "total_budget": "150.00",
        "total_expenses": "162.00",
        "remaining": "0.00",
        "income": "3000.00",
        "overall": None,
    }
    assert found["other_currencies"] == [
        {"currency": "USD", "spent": "99.00", "received": "0.00", "count": 1}
    ]
    assert program.ask("GET", "/api/summary?month=2026-10")["total_expenses"] == "999.00"


def test_a_paid_rent_is_fine_here_as_it_is_on_the_page(program, as_alice):
    program.ask("POST", "/api/budget", json={"category": "Housing", "amount": "980"})
    for month in ("08", "09", "10", "11"):
        program.add(category="Housing", amount="980.00", date=f"2026-{month}-01")
    (housing,) = program.ask("GET", "/api/summary")["budgets"]
    assert (housing["remaining"], housing["percentage"], housing["state"]) == ("0.00", 100, "fine")
    assert as_alice.page("/dashboard").select_one(".is-fine.chip") is not None


def test_a_limit_on_everything_counts_before_the_budgets(program):
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "50"})
    program.ask("POST", "/api/budget", json={"category": "*", "amount": "200"})
    program.add(category="Health", amount="30.00")
    found = program.ask("GET", "/api/summary")
    assert (found["total_budget"], found["total_expenses"], found["remaining"]) == (
        "200.00",
        "30.00",
        "170.00",
    )
    assert (found["overall"]["spent"], found["overall"]["percentage"]) == ("30.00", 15)


def test_the_summary_is_ones_own(program, bobs_program):
    program.ask("POST", "/api/budget", json={"category": "Travel", "amount": "50"})
    program.add(category="Travel")
    found = bobs_program.ask("GET", "/api/summary")
    assert (found["budgets"], found["unbudgeted"], found["total_expenses"]) == ([], [], "0.00")
