"""Every function, with what can be recognised in all that it works with: none of it is in its log or among its metrics."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aws_config.functions import FunctionFailed
from aws_config.session import AWS
from lambda_functions.budget_alert import lambda_function as budget_alert
from lambda_functions.expense_categorizer import lambda_function as categorizer
from lambda_functions.notification_processor import lambda_function as processor
from lambda_functions.report_generator import lambda_function as reporter
from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.records import User
from lib.services import Services
from tests.aws.lambda_in_process import NAMES, Context, function, installed
from tests.aws.moto_aws import answers, breaks, works
from tests.contract.samples import user as sample
from tests.logged import FIELDS, Logged, logged
from tests.unit.alerting import budget, confirmed, tell

HER = {"email": "zelda@quux-secret.example", "phone": "+4915199887766"}
PRIVATE = [
    *("zelda", "quux", "15199887766", "Quixotic", "ointment", "731.37", "731,37", "€90", "About z"),
    *("Someone's secret", "chrysanthemum", "id-of-"),
]
GARBAGE = ["{not json: chrysanthemum", json.dumps({"chrysanthemum": "zelda"}), json.dumps(["chrysanthemum"])]


@pytest.fixture
def log() -> Iterator[Logged]:
    with logged() as found:
        yield found


def zelda(services: Services) -> User:
    """With an expense that is over her budget, and that nobody has told her of."""
    user = services.store.create_user(sample("zelda", created_at=datetime.now(UTC), email=HER["email"]))
    user = confirmed(services, user)
    budget(services, user, "700")
    return user


def spent(user: User, **more: Any) -> ExpenseDraft:
    what = {"payee": "Quixotic Pharmacy", "description": "ointment", "category": "Groceries", **more}
    return ExpenseDraft(Decimal("731.37"), user.currency, spent_on=datetime.now(UTC).date(), **what)


def inside(services: Services) -> AWS:
    """How the function itself comes to AWS."""
    found: AWS = services.store._database._aws  # type: ignore[attr-defined]
    return found


def assert_it_says_enough_and_nothing_private(log: Logged, printed: str, *words: str) -> None:
    assert log.found(PRIVATE) == set()
    assert not [private for private in PRIVATE if private.casefold() in printed.casefold()]
    assert all(line.keys() >= FIELDS and "-" not in (line["route"], line["request_id"]) for line in log.lines)
    said = "\n".join(log.json) + printed
    assert [word for word in words if word not in said] == []


def test_who_files_expenses(log, capsys):
    with function(categorizer, "expense-processing-queue") as called:
        services = called.services
        user = zelda(services)
        left = spent(user, category=UNCATEGORISED, auto=True)
        services.expenses.add_expense(user, left, "1" * 32)
        log.forget()  # what the web server says of it is looked at elsewhere
        called.serve()
        called.bring(*GARBAGE)
        breaks(inside(services), "dynamodb.GetItem", RuntimeError(f"{HER} chrysanthemum"))
        called.bring(json.dumps({"expense_id": "1" * 32, "user_id": user.user_id}))
        answers(inside(services), "dynamodb.GetItem", "ProvisionedThroughputExceededException")
        called.bring(json.dumps({"expense_id": "1" * 32, "user_id": user.user_id}))
    words = (
        "ExpensesCategorized",
        "a message is left to the queue",
        "ValueError",
        "RuntimeError",
        "Throughput",
    )
    assert_it_says_enough_and_nothing_private(log, capsys.readouterr().out, *words)


def test_who_sends_notifications(log, capsys):
    with function(processor, "notification-queue") as called:
        user = zelda(called.services)
        tell(called.services, user, name="z", channels=frozenset({"email", "sms"}))
        log.forget()
        answers(called.services.messenger._notes._aws, "sns.Publish", "InvalidParameter")
        called.serve()
        called.bring(*GARBAGE)
        breaks(inside(called.services), "dynamodb.GetItem", RuntimeError(f"{HER} chrysanthemum"))
        called.bring(json.dumps({"notification_id": "z" * 32, "user_id": user.user_id}))
    assert_it_says_enough_and_nothing_private(
        log, capsys.readouterr().out, "AlertsSent", "by email: sent", "by sms: failed", "RuntimeError"
    )


def test_who_looks_after_budgets(log, capsys):
    with function(budget_alert, "budget-check-queue") as called:
        user = zelda(called.services)
        called.services.store.add_expenses([spent(user).to_expense(user, "1" * 32, datetime.now(UTC))])
        log.forget()
        aws = inside(called.services)
        breaks(aws, "dynamodb.Query", RuntimeError(f"{HER} chrysanthemum"))
        assert called({})["errors"]
        works(aws, "dynamodb.Query")
        assert called({})["alerts_sent"]
        called.bring(*GARBAGE)
        breaks(aws, "dynamodb.Scan", RuntimeError(f"{HER} chrysanthemum"))
        with pytest.raises(FunctionFailed) as failed:
            called({})
        works(aws, "dynamodb.Scan")
        name = called.services.pseudonyms.of(user.user_id)
    assert "chrysanthemum" not in str(failed.value)
    words = ("UsersLookedAfter", "UsersWithErrors", "Errors", f"daily run: {name}", "RuntimeError")
    assert_it_says_enough_and_nothing_private(log, capsys.readouterr().out, *words)


def test_who_makes_reports(log, capsys):
    with installed(reporter, "answers", "pseudonyms") as aws:
        aws.client("s3").create_bucket(Bucket=NAMES.bucket)
        store = reporter.answers().store
        user = store.create_user(sample("zelda", created_at=datetime.now(UTC), email=HER["email"]))
        draft = spent(user)
        store.add_expenses([draft.to_expense(user, "1" * 32, datetime.now(UTC))])
        day = draft.spent_on
        asked = {"user_id": user.user_id, "report_type": "monthly", "year": day.year, "month": day.month}
        assert reporter.lambda_handler(asked, Context())["statusCode"] == 200
        assert reporter.lambda_handler({**asked, "month": "chrysanthemum"}, Context())["statusCode"] == 400
        assert reporter.lambda_handler({"user_id": "zelda"}, Context())["statusCode"] in (400, 404)
        breaks(reporter.answers().work.files._aws, "s3.PutObject", RuntimeError(f"{HER} chrysanthemum"))
        assert reporter.lambda_handler({**asked, "key": "another"}, Context())["statusCode"] == 500
    words = ("report made", "no report", "ReportsMade", "ReportsFailed", "RuntimeError")
    assert_it_says_enough_and_nothing_private(log, capsys.readouterr().out, *words)
