"""Alerts by SNS: everyone hears of themselves and of nobody else, and only who wants to."""

import json

import pytest
from botocore.awsrequest import AWSResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from aws_config.config import Names
from aws_config.sns_client import MOST_FILTERS, SNSClient, one_line
from lib.errors import Invalid, Unavailable
from tests.aws.moto_aws import REGION, account, answers, says

PHONE = "+4915112345678"
NAMES = Names()


@pytest.fixture
def aws():
    with account() as aws:
        aws.client("sns").create_topic(Name=NAMES.topic())
        yield aws


@pytest.fixture
def alerts(aws):
    return SNSClient(aws, NAMES)


def topic_of(arn: str) -> str:
    return arn.split(":")[5]


def topic(arn: str) -> str:
    return arn.rpartition(":")[0]


def attributes(aws, arn: str) -> dict[str, str]:
    found: dict[str, str] = aws.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return found


def test_a_subscription_has_its_filter_from_the_start(aws, alerts):
    asked: list[str] = []
    aws.client("sns").meta.events.register("before-call.sns", lambda model, **_: asked.append(model.name))
    made = alerts.subscribe_email("alice-id", "alice@example.com")
    assert json.loads(attributes(aws, made.arn)["FilterPolicy"]) == {"user_id": ["alice-id"]}
    assert "SetSubscriptionAttributes" not in asked


def test_subscribing_again_is_the_same_subscription(alerts):
    first = alerts.subscribe_email("alice-id", "alice@example.com")
    assert alerts.subscribe_email("alice-id", "alice@example.com").arn == first.arn


def test_who_has_not_clicked_yet_is_told_apart(aws, alerts):
    made = alerts.subscribe_email("alice-id", "alice@example.com")
    kept = sns_backends[DEFAULT_ACCOUNT_ID][REGION].subscriptions[made.arn]
    kept.attributes["PendingConfirmation"] = "true"  # what AWS says until the click; moto confirms at once
    assert alerts.status(made.arn) == "pending"
    kept.attributes["PendingConfirmation"] = "false"
    assert alerts.status(made.arn) == "confirmed"


def test_who_left_is_gone_and_may_leave_again(alerts):
    made = alerts.subscribe_email("alice-id", "alice@example.com")
    alerts.unsubscribe(made.arn)
    assert alerts.status(made.arn) == "gone"
    alerts.unsubscribe(made.arn)


def test_past_the_most_filters_of_a_topic_the_next_one_is_used(aws, alerts):
    sns = aws.client("sns")
    first = sns.create_topic(Name=NAMES.topic())["TopicArn"]
    # moto counts no subscriptions, as AWS does in a topic's attributes.
    sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[first].subscriptions_confimed = MOST_FILTERS
    late = [alerts.subscribe_email(f"late-{number}", f"late-{number}@example.com") for number in range(2)]
    assert [topic_of(each.arn) for each in late] == ["budget-alerts-topic-2"] * 2
    second = sns.get_topic_attributes(TopicArn=topic(late[0].arn))["Attributes"]
    assert second["KmsMasterKeyId"] == "alias/aws/sns"
    assert [each.endpoint for each in alerts.list_subscriptions()] == [
        "late-0@example.com",
        "late-1@example.com",
    ]


def test_a_topic_that_says_it_is_full_is_believed(aws, alerts):
    answers(aws, "sns.Subscribe", "FilterPolicyLimitExceeded", 403)
    with pytest.raises(Unavailable):
        alerts.subscribe_email("alice-id", "alice@example.com")


def test_two_of_one_household_may_share_a_phone(aws, alerts):
    """AWS has one subscription of an endpoint in a topic, and refuses a second one with another filter."""
    first = alerts.subscribe_sms("alice-id", PHONE)
    sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[topic(first.arn)].subscriptions_confimed = 1
    refused = {"Error": {"Code": "InvalidParameter", "Message": "exists with different attributes"}}

    def refuse(params, **_):
        if params["body"]["TopicArn"] == topic(first.arn):
            return AWSResponse("https://aws.invalid", 400, {}, None), {**refused, "ResponseMetadata": {}}
        return None

    aws.client("sns").meta.events.register_first("before-call.sns.Subscribe", refuse)
    second = alerts.subscribe_sms("bob-id", PHONE)
    assert topic_of(second.arn) == "budget-alerts-topic-2"
    assert json.loads(attributes(aws, second.arn)["FilterPolicy"]) == {"user_id": ["bob-id"]}


def test_an_alert_goes_once_to_each_topic_of_its_user(aws, alerts):
    kept = sns_backends[DEFAULT_ACCOUNT_ID][REGION]
    made = alerts.subscribe_email("alice-id", "alice@example.com")
    phone = alerts.subscribe_sms("alice-id", PHONE)
    sent = alerts.publish_message("alice-id", "Budget Alert", "80%", [made.arn, phone.arn])
    notes = [note for topic in kept.topics.values() for note in topic.sent_notifications]
    assert len(sent) == len(notes) == 1
    assert notes[0][1:3] == ("80%", "Budget Alert")
    assert notes[0][3]["user_id"]["Value"] == "alice-id"


def test_a_number_is_written_with_its_country(alerts):
    for wrong in ("015112345678", "+0151", "", "+49 151 12345678", "+49151123456789012", "alice"):
        with pytest.raises(Invalid):
            alerts.subscribe_sms("alice-id", wrong)
        with pytest.raises(Invalid):
            alerts.send_sms(wrong, "text")


def test_who_answered_stop_hears_nothing(alerts):
    stopped = "+4915112345699"  # moto: a number that ends so has opted out
    with pytest.raises(Invalid, match="STOP"):
        alerts.send_sms(stopped, "80%")
    with pytest.raises(Invalid, match="STOP"):
        alerts.subscribe_sms("alice-id", stopped)
    assert sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages == {}
    assert list(alerts.list_subscriptions()) == []


def test_an_sms_is_sent_to_one_phone(alerts):
    message = alerts.send_sms(PHONE, "80%")
    assert sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages[message][:2] == (PHONE, "80%")


@pytest.mark.parametrize("text", ["", "x" * 1601])
def test_an_sms_has_its_length(alerts, text):
    with pytest.raises(Invalid):
        alerts.send_sms(PHONE, text)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("Budget Alert: Food & Dining", "Budget Alert: Food & Dining"),
        ("a\r\nBcc: b\x00c", "a Bcc: b c"),
        ("  spaces \t and tabs ", "spaces and tabs"),
        ("x" * 99, "x" * 99),
        ("x" * 100, "x" * 98 + "…"),
    ],
)
def test_a_subject_is_as_sns_takes_it(given, taken):
    assert one_line(given) == taken


def test_a_refused_message_is_never_tried_again(aws, alerts):
    made = alerts.subscribe_email("alice-id", "alice@example.com")
    answers(aws, "sns.Publish", "InvalidParameter")
    with pytest.raises(Invalid):
        alerts.publish_message("alice-id", "Subject", "text", [made.arn])


def test_nobody_is_subscribed_to_what_sns_refuses(aws, alerts):
    answers(aws, "sns.Subscribe", "InvalidParameter")
    with pytest.raises(Invalid):
        alerts.subscribe_email("alice-id", "alice@example.com")


def test_where_every_topic_is_full_nobody_more_is_taken_on(aws, alerts, caplog):
    says(
        aws,
        "sns.GetTopicAttributes",
        Attributes={"SubscriptionsConfirmed": "150", "SubscriptionsPending": "50"},
    )
    with pytest.raises(Unavailable) as raised:
        alerts.subscribe_email("alice-id", "alice@example.com")
    assert raised.value.part == "messenger"
    assert "topics are full" in caplog.text
    assert "alice" not in caplog.text
