"""The days of tests/web/test_nothing_private_is_logged.py over what AWS keeps (MiniStack), with functions that do their part: nothing of
hers is in any line of web server or worker, nor in what CloudWatch keeps of the functions.

Letters, SMS and webhooks go as at home, so that what is in them is seen; the functions' own go by SES and SNS.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from aws_config.account import account_of
from aws_config.config import names_of
from aws_config.installation import stages
from aws_config.lambda_client import LambdaClient
from aws_config.resource_manager import ResourceManager
from lib.categories import UNCATEGORISED
from lib.errors import PlannerError
from lib.expenses import ExpenseDraft
from lib.logs import doing
from lib.services import Services, build_services
from lib.settings import Settings
from tests.aws.deployed import ALERTS, FILING, NOTIFICATIONS, REPORTS, deploy
from tests.aws.ministack import Emulator, until
from tests.browser.on_aws import who
from tests.doubles import Waiting
from tests.logged import FIELDS, logged
from tests.receiving import Receiver
from tests.unit.alerting import tell
from tests.web.test_nothing_private_is_logged import Walk, assert_nothing_private_was_said, reached

pytestmark = pytest.mark.aws
ROUNDS, ROUND = 12, 5  # seconds each, at most
QUEUES = {FILING: "expense-processing-queue", NOTIFICATIONS: "notification-queue"}
# What each has to have said, so that there was something to look through.
SAID = {
    ALERTS: {"UsersLookedAfter"},
    FILING: {"ExpensesCategorized", "a message is left to the queue"},
    NOTIFICATIONS: {"AlertsSent", "by email: sent", "a message is left to the queue"},
    REPORTS: {"ReportsMade", "report made", "no report"},
}


class WalkOnAWS(Walk):
    def __init__(
        self, services: Services, gateway: Receiver, hook: Receiver, emulator: Emulator, sent: Services
    ) -> None:
        """`sent`: the same with AWS's own queues, which bring the functions their work."""
        super().__init__(services, gateway, hook)
        self.emulator, self.sent, self.names = emulator, sent, names_of(services.settings)
        self.root = emulator.root()

    def file_at(self, link: str) -> bytes:
        asked = parse_qs(urlsplit(link).query)
        self.keep(asked["X-Amz-Signature"][0], asked["X-Amz-Security-Token"][0])
        answer = requests.get(link, verify=self.emulator.ca_bundle, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content

    def have_functions_work(self) -> None:
        """Each with what is hers, and with what none can read. The report was made on the way."""
        user, today = self.user, datetime.now(UTC).date()
        what = {"payee": "Quixotic Pharmacy", "description": "Confidential ointment"}
        left = ExpenseDraft(Decimal("731.37"), user.currency, UNCATEGORISED, today, auto=True, **what)
        self.keep(self.sent.expenses.add_expense(user, left, "three").expense_id)
        tell(self.sent, user, name="z", channels=frozenset({"app", "email", "sms", "webhook"}))
        for _ in range(ROUNDS):
            for function in sorted({function for function, _ in self.missing()}):
                self.bring_what_none_can_read(function)
            with suppress(AssertionError):  # which would not say what is missing
                until(lambda: not self.missing(), ROUND)
        assert self.missing() == set()

    def bring_what_none_can_read(self, function: str) -> None:
        """On a busy machine MiniStack keeps a call's last lines until the next one, so there may have to be another."""
        garbage = {"user_id": self.user.user_id, "month": "chrysanthemum", "zelda": "quux"}
        if function == REPORTS:
            with pytest.raises(PlannerError):
                LambdaClient(self.root, self.names).invoke_report_generator(garbage)
        elif function == ALERTS:  # which reads nothing that is brought
            LambdaClient(self.root, self.names).invoke_budget_alert()
        else:
            sqs = self.root.client("sqs")
            url = sqs.get_queue_url(QueueName=self.names.queue(QUEUES[function]))["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(garbage))

    def missing(self) -> set[tuple[str, str]]:
        said = {function: "\n".join(self.lines_of(function)) for function in SAID}
        return {(each, word) for each, words in SAID.items() for word in words if word not in said[each]}

    def lines_of(self, function: str) -> list[str]:
        """What CloudWatch has of it."""
        pages = self.root.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.names.function(function)}"
        return [event["message"] for page in pages.paginate(logGroupName=group) for event in page["events"]]


@pytest.fixture
def walk(ministack_server: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WalkOnAWS]:
    ministack_server.reset()
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        backend="aws",
        aws_endpoint_url=ministack_server.url,
        ses_from="planner@budget.example",
        email_channel="ses",
        receipt_reading="off",
        log_format="json",
        log_level="DEBUG",
    )
    root = ministack_server.root()
    ResourceManager(stages(root, account_of(root), settings)).apply()
    deploy(ministack_server, settings, list(SAID))
    for name, value in who(ministack_server, names_of(settings).web_role).items():
        monkeypatch.setenv(name, value)
    sent = build_services(settings)
    with reached(replace(sent, queue=Waiting())) as (services, gateway, hook):
        yield WalkOnAWS(services, gateway, hook, ministack_server, sent)


def test_nothing_that_people_have_is_in_any_line_of_ours_or_of_a_function(walk: WalkOnAWS) -> None:
    with logged() as log:
        walk.come()
        walk.be_reached()
        walk.spend()
        walk.program()
        walk.go_wrong()
        with doing("what functions do", "elsewhere"):
            walk.have_functions_work()
        walk.leave()
    of_functions = [line for function in SAID for line in walk.lines_of(function)]
    ours = [json.loads(line) for line in of_functions if line.startswith("{") and '"_aws"' not in line]
    assert len(ours) >= len(SAID)
    assert all(line.keys() >= FIELDS for line in ours)
    log.text += of_functions
    assert_nothing_private_was_said(walk, log)
