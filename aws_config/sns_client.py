"""SNS carries budget alerts: by e-mail to who subscribed and confirmed it, by SMS to a phone.

Each subscription has its filter from the start, so that it hears of its own user and of nobody else. A topic takes 200
filters; past those the next topic is used, and which one holds a subscription is in its name.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, NamedTuple

from botocore.exceptions import ClientError

from aws_config.account import account_of
from aws_config.arns import Arns
from aws_config.config import Names
from aws_config.faults import code_of, once, translated
from aws_config.resources.topics import TopicResource
from aws_config.session import ANSWER, AWS
from lib.composing import check_sms
from lib.errors import Invalid, Unavailable

MOST_FILTERS = 200  # of a topic
MOST_TOPICS = 50  # 10,000 filters are what an account has
LONGEST_SUBJECT = 99  # characters
USER = "user_id"  # the attribute that filters look at
_FULL = frozenset({"FilterPolicyLimitExceeded", "SubscriptionLimitExceeded"})
_GONE = frozenset({"NotFound", "ResourceNotFound"})
_WRONG = frozenset({"InvalidParameter", "InvalidParameterValue", "ValidationException"})
_STOPPED = "This number does not want messages: it answered one with STOP."
State = Literal["pending", "confirmed", "gone"]
log = logging.getLogger(__name__)


class Subscription(NamedTuple):
    arn: str
    endpoint: str
    state: State


class SNSClient:
    def __init__(self, aws: AWS, names: Names, patience: int = ANSWER) -> None:
        """`patience`: seconds for SNS to say what becomes of a message."""
        self._aws, self._names, self._patience = aws, names, patience

    @property
    def _sns(self) -> Any:
        return self._aws.client("sns")

    @property
    def _once(self) -> Any:
        """For what must not come twice, and SMS cost money each time: boto3 would do it again where an answer is lost."""
        return self._aws.client("sns", read_timeout=self._patience, tries=1)

    @cached_property
    def _arns(self) -> Arns:
        return Arns(account_of(self._aws), self._names)

    def check(self) -> None:
        with translated("messenger"):
            self._sns.get_topic_attributes(TopicArn=self._arns.topic())

    def subscribe_email(self, user_id: str, address: str) -> Subscription:
        """Have AWS ask the address whether it wants alerts: "pending" until the link in that e-mail is clicked."""
        return self._subscribe(user_id, "email", address)

    def subscribe_sms(self, user_id: str, phone: str) -> Subscription:
        """Raises Invalid for a number that is not in E.164's form, or has opted out."""
        self._may_send(phone)
        return self._subscribe(user_id, "sms", phone)

    def status(self, arn: str) -> State:
        """An unconfirmed subscription is gone after three days."""
        with translated("messenger"):
            try:
                found = self._sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
            except ClientError as error:
                if code_of(error) in _GONE:
                    return "gone"
                raise
        return "pending" if found.get("PendingConfirmation") == "true" else "confirmed"

    def unsubscribe(self, arn: str) -> None:
        """Nothing happens if it is gone; one that nobody confirmed goes by itself."""
        with translated("messenger"):
            try:
                self._sns.unsubscribe(SubscriptionArn=arn)
            except ClientError as error:
                if code_of(error) in _GONE or (code_of(error) in _WRONG and self.status(arn) == "pending"):
                    return
                raise

    def list_subscriptions(self) -> Iterator[Subscription]:
        """Everyone's, for an operator."""
        with translated("messenger"):
            pages = self._sns.get_paginator("list_subscriptions_by_topic")
            for topic in self._topics():
                if self._filters(topic) is None:
                    return
                for page in pages.paginate(TopicArn=topic):
                    for each in page["Subscriptions"]:
                        yield _listed(each)

    def publish_message(
        self, user_id: str, subject: str, text: str, subscriptions: Iterable[str]
    ) -> list[str]:
        """Tell a user by their subscriptions (ARNs), once for each topic that holds some. Returns SNS's message ids."""
        topics = sorted({arn.rpartition(":")[0] for arn in subscriptions})
        attributes = {USER: {"DataType": "String", "StringValue": user_id}}
        return [
            self._publish(
                TopicArn=topic, Subject=one_line(subject), Message=text, MessageAttributes=attributes
            )
            for topic in topics
        ]

    def send_sms(self, phone: str, text: str) -> str:
        """Send one message to one phone, and return its id. Raises Invalid when that can never be."""
        self._may_send(phone, text)
        kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        return self._publish(PhoneNumber=phone, Message=text, MessageAttributes=kind)

    def _publish(self, **what: Any) -> str:
        with once("messenger"):
            try:
                return str(self._once.publish(**what)["MessageId"])
            except ClientError as error:
                raise _refusal(error) from error

    def _may_send(self, phone: str, text: str = "-") -> None:
        check_sms(phone, text)
        with translated("messenger"):
            # Over the line that the SMS takes next: one that went dead meanwhile, as in a function that slept, shows it here.
            answer = self._once.check_if_phone_number_is_opted_out(phoneNumber=phone)
        if answer["isOptedOut"]:
            raise Invalid(_STOPPED, "stopped")

    def _subscribe(self, user_id: str, protocol: str, endpoint: str) -> Subscription:
        with translated("messenger"):
            for topic in self._topics():
                filters = self._filters(topic)
                if filters is None:
                    self._make(topic)
                elif filters >= MOST_FILTERS:
                    continue
                try:
                    return self._subscribe_to(topic, user_id, protocol, endpoint)
                except ClientError as error:
                    # Also where another user of this household has the same phone there, with a filter of their own.
                    full = code_of(error) in _FULL or (code_of(error) in _WRONG and filters)
                    if not full:
                        raise _refusal(error) from error
        log.error("messenger: all %d topics are full: nobody more can subscribe", MOST_TOPICS)
        raise Unavailable("Nobody more can be taken on for alerts right now.", part="messenger")

    def _subscribe_to(self, topic: str, user_id: str, protocol: str, endpoint: str) -> Subscription:
        answer = self._sns.subscribe(
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            # In the same request: without its filter, a subscription would hear of everyone, if only for a moment.
            Attributes={"FilterPolicy": json.dumps({USER: [user_id]})},
            ReturnSubscriptionArn=True,
        )
        arn = str(answer["SubscriptionArn"])
        return Subscription(arn, endpoint, self.status(arn))

    def _topics(self) -> Iterator[str]:
        return (self._arns.topic(shard) for shard in range(1, MOST_TOPICS + 1))

    def _filters(self, topic: str) -> int | None:
        """How many filters a topic has, each subscription having one; None if there is no such topic."""
        try:
            found = self._sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        except ClientError as error:
            if code_of(error) in _GONE:
                return None
            raise
        return int(found["SubscriptionsConfirmed"]) + int(found["SubscriptionsPending"])

    def _make(self, topic: str) -> None:
        """The next topic, in every way like the first."""
        resource = TopicResource(self._aws, self._arns.account, topic.rpartition(":")[2])
        resource.create()
        resource.change(set(resource.wanted()))
        log.info("messenger: a new topic is in use: %s", resource.name)


def one_line(subject: str) -> str:
    """`subject` as SNS takes it: without line breaks and control characters, and not too long."""
    words = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    return words if len(words) <= LONGEST_SUBJECT else words[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _listed(each: dict[str, str]) -> Subscription:
    arn = each["SubscriptionArn"]
    return Subscription(arn, each["Endpoint"], "confirmed" if arn.startswith("arn:") else "pending")


def _refusal(error: Exception) -> Exception:
    code = code_of(error)
    if code == "OptedOut":
        return Invalid(_STOPPED, "stopped")
    if code in _WRONG | {"EndpointDisabled"}:
        log.warning("messenger: SNS refuses for good (%s)", code)
        return Invalid("The message service does not accept this.", "to")
    return error
