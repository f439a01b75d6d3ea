"""The operator's command that looks at every total, on every store."""

import pytest

from scripts.repair_totals import main
from tests.contract.samples import EVER, expense


@pytest.fixture
def two_accounts(store, alice, bob):
    store.add_expenses([expense(1), expense(2, category="Travel")])
    store.add_expenses([expense(1, user_id="id-of-bob")])
    return store


def test_right_totals_end_well(two_accounts, capsys):
    assert main([], two_accounts) == 0
    assert capsys.readouterr().out == "2 accounts looked at, every total was right.\n"


def test_wrong_totals_are_said_and_put_right(two_accounts, behind, capsys):
    right = two_accounts.month_totals("id-of-alice", *EVER)
    behind.add_to_totals("Travel", count=1)
    assert main([], two_accounts) == 1
    said = capsys.readouterr().out
    assert "alice: 2026-11 Travel: kept 12.50 EUR of 2, the expenses say 12.50 EUR of 1" in said
    assert "2 accounts looked at, 1 total was wrong" in said
    assert two_accounts.month_totals("id-of-alice", *EVER) == right
    assert main([], two_accounts) == 0


def test_one_account_can_be_looked_at_alone(two_accounts, behind, capsys):
    behind.drop_totals()
    assert main(["BOB"], two_accounts) == 1
    assert main(["bob"], two_accounts) == 0
    assert main(["alice"], two_accounts) == 1


def test_an_unknown_account_is_said(two_accounts, capsys):
    assert main(["nobody"], two_accounts) == 1
    assert "no account called 'nobody'" in capsys.readouterr().err
