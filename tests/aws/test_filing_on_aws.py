"""An expense that is left to the planner, end to end: web server, queue and function, each under its own role."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from lib.alerting import preferences
from lib.jobs import KIND, OWNER
from lib.records import User
from lib.services import Services
from tests.aws.deployed import FILING, NOTIFICATIONS, deploy
from tests.aws.ministack import Emulator
from tests.browser.on_aws import planner_on_aws
from tests.live import Planner, Visitor, wait_until
from tests.unit.alerting import budget, rows, states

pytestmark = pytest.mark.aws
SENDER = "planner@budget.example"  # as in the settings of tests/browser/on_aws.py
SOON, START = 10, 60  # seconds


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    with planner_on_aws(tmp_path_factory.mktemp("aws") / "data", email_channel="ses") as planner:
        emulator = Emulator(planner.settings.aws_endpoint_url, planner.surroundings["AWS_CA_BUNDLE"])
        emulator.root().client("sesv2").create_email_identity(EmailIdentity=SENDER)
        deploy(emulator, planner.settings, [FILING, NOTIFICATIONS])
        planner.start()
        yield planner
        planner.stop()


@pytest.fixture(scope="module")
def alice(planner: Planner) -> User:
    services = planner.services()
    Visitor(planner.address).register("alice")
    alice = services.store.find_user_by_username("alice")
    assert alice is not None
    preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    # MiniStack starts a Python for the function's first message: on a busy machine that alone may take ten seconds.
    first = add(planner, alice, payee="REWE")
    wait_until(lambda: category(services, alice, first) == "Groceries", "the function to start", START)
    return alice


def add(planner: Planner, user: User, **changes: str) -> str:
    """Leave an expense to the planner. Returns its id."""
    _, token = planner.services().tokens.create(user, "script", "write", 30)
    given = {"amount": "12.00", "category": "auto", "date": str(datetime.now(UTC).date())}
    answer = requests.post(
        f"{planner.address}/api/expenses",
        json=given | changes,
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert (answer.status_code, answer.json()["status"]) == (201, "pending"), answer.text
    return str(answer.json()["id"])


def category(services: Services, user: User, expense_id: str) -> str:
    found = services.store.get_expense(user.user_id, expense_id)
    assert found is not None
    return found.category


def test_it_is_filed_within_ten_seconds_and_its_alert_follows(planner, alice):
    services = planner.services()
    budget(services, alice, 100, "Transport")
    added = add(planner, alice, payee="Shell", amount="130.00")
    wait_until(lambda: category(services, alice, added) == "Transport", "it to be filed", SOON)
    wait_until(lambda: services.store.list_documents(OWNER, KIND) == [], "its job to be let go of", SOON)

    def is_told() -> bool:
        return any(
            row.kind == "budget_exceeded" and states(row) == {"email": "sent"}
            for row in rows(services, alice)
        )

    wait_until(is_told, "the alert to be sent", 6 * SOON)


def test_what_was_learned_on_the_page_is_known_to_the_function(planner, alice):
    services = planner.services()
    _, token = services.tokens.create(alice, "teacher", "write", 30)
    given = {"amount": "9.00", "category": "Education", "payee": "Zorblatt"}
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(2):
        requests.post(f"{planner.address}/api/expenses", json=given, headers=headers, timeout=30)
    asked = requests.get(
        f"{planner.address}/api/categories/suggest",
        params={"payee": "ZORBLATT 7"},
        headers=headers,
        timeout=30,
    )
    assert asked.json()["category"] == "Education"
    added = add(planner, alice, payee="Zorblat")  # nearly the same: not sure enough to be filed at once
    wait_until(lambda: category(services, alice, added) == "Education", "it to be filed", SOON)


def test_what_nobody_can_read_ends_in_the_dead_letters(planner):
    root = Emulator(planner.settings.aws_endpoint_url, planner.surroundings["AWS_CA_BUNDLE"]).root()
    sqs = root.client("sqs")
    queue = sqs.get_queue_url(QueueName="expense-processing-queue")["QueueUrl"]
    dead = sqs.get_queue_url(QueueName="expense-processing-queue-dlq")["QueueUrl"]
    # It would come again after half a minute; here after a second, so that five times are over soon.
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=queue, MessageBody="{no JSON")

    def is_dead() -> bool:
        names = ["ApproximateNumberOfMessages"]
        found = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)
        return int(found["Attributes"][names[0]]) == 1

    wait_until(is_dead, "it to be given up", 12 * SOON)
