"""The function behind the notification queue: sends each once, says of each what became of it, and leaves the rest to the queue."""

import json
from collections.abc import Iterator
from email import message_from_string

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends

from lambda_functions.notification_processor import lambda_function
from lib.alerting import kinds, preferences
from lib.alerting.outbox import message_of
from lib.alerting.words import Words
from lib.records import Notification, User
from tests.aws.lambda_in_process import TRIES, Context, Function, function, record, said
from tests.aws.moto_aws import REGION, answers, works
from tests.contract.samples import user as sample
from tests.unit.alerting import confirmed, rows, states

WITHOUT_ROW = {
    "user_id": "id-of-alice",
    "user_email": "someone.else@example.com",
    "message": "€120 of €100.",
    "subject": "Groceries is over",
    "notification_type": "budget_exceeded",
    "notification_id": "",
    "timestamp": "2026-11-21T12:00:00+00:00",
}


@pytest.fixture
def processor() -> Iterator[Function]:
    with function(lambda_function, "notification-queue") as found:
        yield found


@pytest.fixture
def alice(processor: Function) -> User:
    return confirmed(processor.services, processor.services.store.create_user(sample("alice")))


def told(processor: Function, user: User, name: str = "a", *channels: str) -> Notification:
    """A row with an e-mail to send, or something on other channels, and its message in the queue."""
    services = processor.services
    chosen, words = preferences.load(services.store, user.user_id), Words(f"About {name}", "€90 of €100.")
    ways = frozenset(channels or (kinds.EMAIL,))
    services.outbox.publish_notification(user, chosen, kinds.EXCEEDED, name * 32, words, channels=ways)
    found = services.store.get_notification(user.user_id, name * 32)
    assert found is not None
    return found


def message(user: User, row: Notification) -> str:
    return json.dumps(message_of(user, row))


def letters() -> list[tuple[str, str]]:
    """To whom, and about what."""
    sent = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages
    found = [message_from_string(each.raw_data) for each in sent]
    return [(str(each["To"]), str(each["Subject"])) for each in found]


def test_what_the_queue_brings_is_sent_and_noted(processor, alice):
    told(processor, alice)
    [answer] = processor.serve()
    assert answer["statusCode"] == 200
    assert answer["batchItemFailures"] == []
    assert said(answer) == {"processed": 1, "failed": 0, "errors": []}
    assert letters() == [("alice@example.com", "About a")]
    [row] = rows(processor.services, alice)
    assert states(row) == {"email": "sent"}
    assert processor.dead() == []


def test_it_goes_to_the_phone_too(processor, alice):
    told(processor, alice, "a", kinds.EMAIL, kinds.SMS)
    [answer] = processor.serve()
    assert said(answer) == {"processed": 1, "failed": 0, "errors": []}
    [(phone, text, *_)] = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    assert phone == alice.phone
    assert text.startswith("About a")
    assert states(rows(processor.services, alice)[0]) == {"email": "sent", "sms": "sent"}


def test_a_message_that_comes_twice_is_sent_once(processor, alice):
    body = message(alice, told(processor, alice))
    assert said(processor.bring(body, body)) == {"processed": 2, "failed": 0, "errors": []}
    assert said(processor.bring(body))["processed"] == 1
    assert len(letters()) == 1


def test_a_message_without_an_envelope_is_sent_too(processor, alice):
    row = told(processor, alice)
    assert said(processor(message_of(alice, row))) == {"processed": 1, "failed": 0, "errors": []}
    second = told(processor, alice, "b")
    assert said(processor({"Records": [message_of(alice, second)]}))["processed"] == 1
    assert len(letters()) == 2


def test_what_has_no_row_gets_one_and_goes_to_its_owners_own_address(processor, alice):
    for _ in range(2):
        assert said(processor.bring(json.dumps(WITHOUT_ROW)))["processed"] == 1
    processor.serve()
    [row] = rows(processor.services, alice)
    assert (row.kind, row.subject, row.message) == ("budget_exceeded", "Groceries is over", "€120 of €100.")
    assert letters() == [("alice@example.com", "Groceries is over")]


def test_nobodys_message_is_said_to_be_so_and_not_tried_again(processor):
    answer = processor.bring(json.dumps(WITHOUT_ROW))
    assert answer["batchItemFailures"] == []
    wrong = {"user_id": "id-of-alice", "reason": "There is no such user."}
    assert said(answer) == {"processed": 0, "failed": 1, "errors": [wrong]}


def test_what_is_gone_by_now_is_done_with(processor, alice):
    body = message(alice, told(processor, alice))
    processor.services.store.erase_user(alice.user_id)
    answer = processor.bring(body, json.dumps(WITHOUT_ROW | {"notification_id": "0" * 32}))
    assert said(answer) == {"processed": 2, "failed": 0, "errors": []}
    assert letters() == []


def test_what_can_never_be_sent_says_why_and_does_not_come_again(processor, alice):
    body = message(alice, told(processor, alice))
    preferences.change(processor.services.store, alice.user_id, chosen={"budget_exceeded": frozenset()})
    answer = processor.bring(body)
    assert answer["batchItemFailures"] == []
    wrong = {"user_id": alice.user_id, "reason": "email: You have turned this off since."}
    assert said(answer) == {"processed": 0, "failed": 1, "errors": [wrong]}


WRONG = {
    "no JSON": "{secret@example.com",
    "no object": '["secret@example.com"]',
    "nobody's": json.dumps(WITHOUT_ROW | {"user_id": ""}),
    "no text": json.dumps(WITHOUT_ROW | {"message": 12}),
    "an unknown kind": json.dumps(WITHOUT_ROW | {"notification_type": "lottery"}),
    "too long": json.dumps(WITHOUT_ROW | {"subject": "secret" * 100}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_nobody_can_read_ends_in_the_dead_letters_and_stops_nobody(processor, alice, what):
    told(processor, alice)
    processor.put(WRONG[what])
    assert len(processor.serve()) == TRIES
    assert processor.dead() == [WRONG[what]]
    assert letters() == [("alice@example.com", "About a")]


def test_a_record_without_anything_comes_again(processor):
    answer = processor({"Records": [{"messageId": "m1", "eventSource": "aws:sqs"}]})
    assert answer["batchItemFailures"] == [{"itemIdentifier": "m1"}]
    assert said(answer) == {"processed": 0, "failed": 1, "errors": [{"user_id": "", "reason": "ValueError"}]}


def test_of_a_batch_only_what_failed_comes_again(processor, alice):
    first, last = (message(alice, told(processor, alice, name)) for name in "ab")
    answer = processor.bring(first, WRONG["an unknown kind"], last)
    assert answer["batchItemFailures"] == [{"itemIdentifier": "1"}]
    wrong = {"user_id": "id-of-alice", "reason": "ValueError"}
    assert said(answer) == {"processed": 2, "failed": 1, "errors": [wrong]}
    assert [subject for _, subject in letters()] == ["About a", "About b"]


def test_when_the_store_does_not_answer_everything_comes_again_and_nothing_is_lost(processor, alice):
    told(processor, alice), told(processor, alice, "b")
    aws = processor.services.store._database._aws
    answers(aws, "dynamodb", "InternalServerError", 500)
    answer = processor({"Records": [record(name, message(alice, told_of)) for name, told_of in _both(alice)]})
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["m1", "m2"]
    assert answer["statusCode"] == 200  # else Lambda would not read which
    works(aws, "dynamodb")
    processor.serve()
    assert [subject for _, subject in letters()] == ["About a", "About b"]


def _both(alice):
    for name, letter in (("m1", "a"), ("m2", "b")):
        now = alice.created_at
        yield name, Notification(alice.user_id, letter * 32, "budget_alert", "x", "", now, now)


def test_whoever_calls_it_without_a_queue_hears_that_it_failed(processor):
    for event in (
        {},
        WITHOUT_ROW | {"message": 12},
        {"Records": ["nothing"]},
        {"Records": [WITHOUT_ROW, {}]},
    ):
        answer = processor(event)
        assert answer["statusCode"] == 500
        assert said(answer)["failed"] >= 1


def test_without_its_settings_everything_stays_in_the_queue(processor, alice, monkeypatch):
    body = message(alice, told(processor, alice))
    processor.module.services.cache_clear()
    monkeypatch.setenv("AWS_REGION", "nowhere")
    answer = processor.bring(body)
    assert answer["batchItemFailures"] == [{"itemIdentifier": "0"}]
    assert said(answer)["errors"] == [{"user_id": alice.user_id, "reason": "Misconfigured"}]


def test_logs_and_metrics_hold_nothing_of_a_person(processor, alice, caplog, capsys):
    told(processor, alice)
    processor.put(*WRONG.values())
    caplog.set_level("DEBUG", "lambda_functions")
    caplog.set_level("DEBUG", "aws_config")
    caplog.set_level("DEBUG", "lib")
    processor.serve()
    written = caplog.text + "".join(str(vars(entry)) for entry in caplog.records) + capsys.readouterr().out
    assert "a message is left to the queue" in written
    assert "NotificationsProcessed" in written
    for private in ("@example.com", "About a", "€", "Groceries", "secret"):
        assert private not in written


def test_metrics_say_whose_they_are(processor, alice, capsys):
    told(processor, alice)
    name = "smart-budget-staging-notification-processor-function"
    processor(message_of(alice, rows(processor.services, alice)[0]), Context(function_name=name))
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert {(line["Installation"], line["Service"]) for line in written} == {
        ("smart-budget-staging", "notification-processor")
    }
    [whole] = [line for line in written if "NotificationsProcessed" in line]
    assert (whole["NotificationsProcessed"], whole["NotificationsFailed"]) == ([1], [0])
    [by_channel] = [line for line in written if "AlertsSent" in line]
    assert (by_channel["Channel"], by_channel["AlertsSent"]) == ("email", [1])
