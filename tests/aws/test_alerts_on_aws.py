"""Alerts from end to end: web server, worker and both functions, each under its own role, and the queues between them.

MiniStack runs the functions as Lambda does, from their packages, and its own pollers bring them what is in their queues. It has no
phones: SMS are in test_notification_processor.py.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from aws_config.config import names_of
from aws_config.lambda_client import LambdaClient
from aws_config.resources.base import policy_of
from aws_config.sharing import Share, Shares
from lib.alerting import preferences
from lib.errors import Unavailable
from lib.records import Expense, User
from lib.services import Services, build_services
from lib.settings import Settings
from tests.aws.deployed import ALERTS, NOTIFICATIONS, deploy
from tests.aws.ministack import ACCOUNT, REGION, Emulator, SignedAs
from tests.browser.on_aws import planner_on_aws
from tests.contract.samples import user as sample
from tests.live import Planner, Visitor, wait_until
from tests.unit.alerting import budget, rows, states

pytestmark = pytest.mark.aws
ROOT = Path(__file__).resolve().parents[2]
SENDER = "planner@budget.example"  # as in the settings of tests/browser/on_aws.py
SOON = 60  # seconds


@dataclass(frozen=True)
class Home:
    planner: Planner
    emulator: Emulator

    @property
    def services(self) -> Services:
        """Under the web server's role."""
        return self.planner.services()

    @property
    def root(self) -> SignedAs:
        return self.emulator.root()

    def deploy(self, settings: Settings) -> None:
        deploy(self.emulator, settings, [ALERTS, NOTIFICATIONS])

    def letters(self, user: User) -> list[str]:
        """What SES was given for that address: the subjects."""
        given = self.emulator.get("/_ministack/ses/messages")["messages"][ACCOUNT]
        return [letter["Subject"] for letter in given if letter["To"] == [user.email]]

    def alerts(self, user: User) -> list[str]:
        return [subject for subject in self.letters(user) if not subject.startswith("Welcome")]

    def url(self, queue: str) -> str:
        return str(self.root.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])

    def waiting(self, queue: str) -> int:
        """How many messages it has, hidden or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.root.client("sqs").get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def run(self, script: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of the operator's."""
        return subprocess.run(
            [sys.executable, "-m", f"scripts.{script}", *words],
            cwd=ROOT,
            env=self.planner.environment() | self.emulator.environment() | {"AWS_SESSION_TOKEN": ""},
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with planner_on_aws(tmp_path_factory.mktemp("aws") / "data", email_channel="ses") as planner:
        emulator = Emulator(planner.settings.aws_endpoint_url, planner.surroundings["AWS_CA_BUNDLE"])
        home = Home(planner, emulator)
        home.root.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        home.deploy(planner.settings)
        planner.start()
        yield home
        planner.stop()


def sent(services: Services, user: User, kind: str) -> bool:
    return any(row.kind == kind and states(row) == {"email": "sent"} for row in rows(services, user))


def overspent(services: Services, name: str) -> User:
    """Someone over a budget, whom nobody has told yet."""
    now = datetime.now(UTC)
    user = services.store.create_user(sample(name, created_at=now))
    preferences.change(services.store, user.user_id, confirmed_email=user.email)
    budget(services, user, 100)
    spent = [
        Expense(user.user_id, f"{number:032x}", now.date(), Decimal(60), user.currency, "Groceries", now)
        for number in range(2)
    ]
    services.store.add_expenses(spent)
    return user


def test_an_expense_over_the_budget_is_an_e_mail(home):
    services = home.services
    visitor = Visitor(home.planner.address).register("alice")
    alice = services.store.find_user_by_username("alice")
    preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    budget(services, alice, 100)
    today = datetime.now(UTC).date()
    given = {"amount": "95.00", "category": "Groceries", "payee": "Market", "spent_on": str(today)}
    for _ in range(2):
        answer = visitor.submit("/expenses/new", "/expenses/new", **given)
        assert answer.status_code == 303, answer.text[:2000]
    wait_until(lambda: sent(services, alice, "budget_exceeded"), "the alert to be sent", SOON)
    wait_until(lambda: home.waiting("notification-queue") == 0, "the queue to be empty", SOON)
    assert sorted(home.alerts(alice)) == [
        "Groceries is €90 over budget",
        "Groceries: 95% of the budget is spent",
        *["Large expense: €95 at Market"] * 2,
    ]
    assert home.waiting("notification-queue-dlq") == 0


def test_the_daily_run_asked_for_by_an_operator_tells_who_was_not_told(home):
    bob = overspent(home.services, "bob")
    settings = home.planner.settings
    first = LambdaClient(home.root, names_of(settings)).invoke_budget_alert()
    assert (first["alerts_sent"] > 0, first["errors"], first["shares"]) == (True, [], 0)
    assert LambdaClient(home.root, names_of(settings)).invoke_budget_alert()["alerts_sent"] == 0
    wait_until(lambda: sent(home.services, bob, "budget_exceeded"), "the alert to be sent", SOON)
    assert home.alerts(bob).count("Groceries is €20 over budget") == 1
    with pytest.raises(Unavailable):  # who serves pages may not run it
        home.services.functions.invoke("budget-alert-function", {})


def allow(home: Home, role: str, action: str, queue: str) -> None:
    """What MiniStack asks for, and AWS has not: there, ten messages at once need what one does."""
    policy = policy_of({"Effect": "Allow", "Action": action, "Resource": arn("sqs", queue)})
    home.root.client("iam").put_role_policy(
        RoleName=role, PolicyName="emulator", PolicyDocument=json.dumps(policy)
    )


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def test_shares_in_the_queue_are_looked_after_by_the_function_that_serves_it(home):
    people = [overspent(home.services, name) for name in ("carol", "dave", "erin")]
    names = names_of(home.planner.settings)
    role = names.function_role("budget-alert-function")
    allow(home, role, "sqs:SendMessageBatch", "budget-check-queue")
    Shares(home.emulator.under(role), names).send([Share(number, 3) for number in range(3)])
    for user in people:
        wait_until(lambda user=user: sent(home.services, user, "budget_exceeded"), "each to be told", SOON)
        assert home.alerts(user).count("Groceries is €20 over budget") == 1
    wait_until(lambda: home.waiting("budget-check-queue") == 0, "the queue to be empty", SOON)
    assert home.waiting("budget-check-queue-dlq") == 0


def test_a_message_that_nobody_can_read_ends_in_the_dead_letters_and_the_operator_sees_it(home):
    """A message that failed comes again after six minutes; here after a second, so that five times are over soon."""
    sqs, queue = home.root.client("sqs"), home.url("notification-queue")
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=queue, MessageBody='{"poison": true}')
    wait_until(lambda: home.waiting("notification-queue-dlq") == 1, "it to be given up", 2 * SOON)
    shown = home.run("redrive_queue", "notification-queue", "--with-contents")
    assert shown.returncode == 1, shown.stderr
    assert '{"poison": true}' in shown.stdout
    assert home.waiting("notification-queue") == 0


def test_by_sns_an_alert_goes_to_its_owners_subscription(home):
    """What the topic passes on is read from a queue that listens to it as well."""
    settings = home.planner.settings.model_copy(update={"email_channel": "sns"})
    home.deploy(settings)
    services, names = build_services(settings), names_of(settings)
    frank = overspent(services, "frank")
    subscription = services.messenger.subscribe(frank.user_id, frank.email).ref
    preferences.change(services.store, frank.user_id, subscription=subscription)
    heard = listening(home, names.topic())
    LambdaClient(home.root, names).invoke_budget_alert()
    wait_until(lambda: sent(services, frank, "budget_exceeded"), "the alert to be sent", SOON)
    found = home.root.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10, WaitTimeSeconds=2)
    notes = [json.loads(message["Body"]) for message in found["Messages"]]
    [note] = [note for note in notes if note["Subject"] == "Groceries is €20 over budget"]
    assert note["MessageAttributes"]["user_id"]["Value"] == frank.user_id
    assert "€120" in note["Message"]
    assert home.alerts(frank) == []


def listening(home: Home, topic: str) -> str:
    """The URL of a queue that hears all that goes to a topic."""
    policy = policy_of(
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn("sqs", "heard"),
        }
    )
    url = home.root.client("sqs").create_queue(QueueName="heard", Attributes={"Policy": json.dumps(policy)})[
        "QueueUrl"
    ]
    home.root.client("sns").subscribe(
        TopicArn=arn("sns", topic), Protocol="sqs", Endpoint=arn("sqs", "heard")
    )
    return str(url)
