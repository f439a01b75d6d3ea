"""What each role may do: no more than its code does, on no more than this installation's things.

One role for the machines that serve pages and do the planner's own work (one role, because both run on them), and one for
each function. A test takes every action away, one by one, and sees that something no longer works.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, QUEUES, TABLES, WEB_FUNCTION
from aws_config.dynamodb.tables import ALL_TABLES
from aws_config.resources.base import policy_of
from lib.settings import Settings

TAKE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")  # what Lambda asks of its role
_NAMELESS = "Subscriptions have no names that a policy could say."


@dataclass(frozen=True)
class Grant:
    """Some actions on some things. `reason` says why, where a thing cannot be named and "*" stands for it."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    but: tuple[str, ...] = ()  # everything except these, in the place of `resources`

    def statement(self) -> dict[str, Any]:
        things = {"NotResource": list(self.but)} if self.but else {"Resource": list(self.resources)}
        condition = {"Condition": dict(self.conditions)} if self.conditions else {}
        return {"Sid": self.sid, "Effect": "Allow", "Action": list(self.actions), **things, **condition}


_READ_PICTURES = Grant(
    "ReadReceipts",
    ("textract:AnalyzeExpense",),
    ("*",),
    reason="Textract has no things of its own: the picture is in the request.",
)


_WORKER = {"KeepHouse", "DoWork", "AskForReports"}  # what no page does


def document(grants: Iterable[Grant]) -> dict[str, Any]:
    return policy_of(*(grant.statement() for grant in grants))


def web(arns: Arns, settings: Settings) -> list[Grant]:
    """The web server, the worker beside it, and an operator's repairs on that machine."""
    secret = arns.secret(settings.secrets_id)
    return [
        *(
            [Grant("ReadSecret", ("secretsmanager:GetSecretValue",), (secret,))]
            if settings.secrets_id
            else []
        ),
        *_web_records(arns),
        *_web_files(arns),
        *_web_work(arns),
        *_subscriptions(arns),
        *_email(settings.ses_from),
        Grant(
            "SeeWhetherEmailGoes",
            ("ses:GetAccount",),
            ("*",),
            reason="It is about the account, which has no name to say.",
        ),
        *([_READ_PICTURES] if settings.receipt_reading == "textract" else []),
    ]


def _web_records(arns: Arns) -> list[Grant]:
    """Transactions are no actions of their own: each thing in one needs what it does."""
    return [
        _records(arns, "Get", "GetItem", "users", "expenses", "budgets", "notifications", "records"),
        _records(arns, "GetMany", "BatchGetItem", *TABLES),  # of each table, to see whether it answers
        _records(
            arns,
            "List",
            "Query",
            *("users/username-index", "users/email-index", "summaries", "records"),
            *("budgets/user_id-index", "budgets/user_id-category-index"),
            *("notifications/user_id-index", "notifications/user_id-created_at-index"),
            *("expenses/user_id-index", "expenses/user_id-date-index"),
            *("expenses/user_id-amount-index", "expenses/user_id-removed-index"),
            "notifications/due-index",
        ),
        _records(
            arns,
            "Add",
            "PutItem",
            *("users", "expenses", "budgets", "notifications", "summaries", "records"),
        ),
        _records(arns, "Change", "UpdateItem", "users", "notifications", "summaries", "records"),
        _records(arns, "Remove", "DeleteItem", "users", "expenses", "budgets", "records"),
        _records(
            arns,
            "RemoveMany",
            "BatchWriteItem",
            *("expenses", "budgets", "notifications", "summaries", "records"),
        ),
        # Never for a page: what keeps house looks through everyone, and through everyone's trash.
        _records(arns, "KeepHouse", "Scan", "users", "expenses/user_id-removed-index"),
    ]


def _web_files(arns: Arns) -> list[Grant]:
    return [
        files_of(
            arns,
            "UseFiles",
            ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            *(arns.files(folder) for folder in ("receipts", "reports", "imports")),
        ),
        files_of(arns, "ListFiles", ("s3:ListBucket",), arns.bucket),
    ]


def _web_work(arns: Arns) -> list[Grant]:
    return [
        Grant(
            "GiveWork",
            ("sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
            tuple(arns.queue(what) for what in QUEUES if what != "budget-check-queue"),
        ),
        Grant(
            "DoWork",
            ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
            (arns.queue("work-queue"),),
        ),
        Grant("AskForReports", ("lambda:InvokeFunction",), _callable(arns, "report-generator-function")),
        _messages_to_phones(arns),  # the code that confirms a number
    ]


def web_function(arns: Arns, settings: Settings) -> list[Grant]:
    """Pages alone, served by a function: the web server's, without what only a worker does."""
    return [*(grant for grant in web(arns, settings) if grant.sid not in _WORKER), _logs(arns, WEB_FUNCTION)]


def categorizer(arns: Arns, ses_from: str) -> list[Grant]:
    """Puts expenses into categories, and asks for a note where that breaks a budget."""
    return [
        _records(arns, "Get", "GetItem", "users", "expenses", "records"),
        _records(arns, "GetMany", "BatchGetItem", "expenses", "budgets"),
        _records(
            arns,
            "List",
            "Query",
            "expenses/user_id-date-index",
            "budgets/user_id-category-index",
            "summaries",
            "records",
        ),
        _records(arns, "Add", "PutItem", "expenses", "notifications", "records"),
        _records(arns, "Change", "UpdateItem", "users", "summaries"),
        _records(arns, "LetGo", "DeleteItem", "records"),  # of the job
        Grant("TakeExpenses", TAKE, (arns.queue("expense-processing-queue"),)),
        _asking_for_notes(arns),
        # What there is to tell, where that cannot be seen at once: the worker looks.
        Grant("LeaveToTheWorker", ("sqs:SendMessage", "sqs:GetQueueUrl"), (arns.queue("work-queue"),)),
        _logs(arns, "expense-categorizer-function"),
    ]


def notification_processor(arns: Arns, ses_from: str) -> list[Grant]:
    """Sends what is in the outbox, puts the day's e-mails into one, and writes down how that went."""
    return [
        _records(arns, "Get", "GetItem", "users", "notifications", "records"),
        _records(arns, "GetMany", "BatchGetItem", "notifications"),
        _records(arns, "List", "Query", "notifications/user_id-created_at-index"),
        _records(arns, "Add", "PutItem", "notifications", "records"),
        _records(arns, "Change", "UpdateItem", "users", "notifications"),
        Grant("TakeNotes", TAKE, (arns.queue("notification-queue"),)),
        _asking_for_notes(arns),  # a digest is one more
        Grant("PublishAlerts", ("sns:Publish",), arns.topics),
        # Whether it was confirmed: SNS takes what nobody hears, and says that it was sent.
        Grant("LookAtSubscriptions", ("sns:GetSubscriptionAttributes",), ("*",), reason=_NAMELESS),
        _messages_to_phones(arns),
        *_email(ses_from),
        _logs(arns, "notification-processor-function"),
    ]


def budget_alert(arns: Arns, ses_from: str) -> list[Grant]:
    """Once a day: goes through everyone's budgets, in shares, and asks for notes."""
    queue = arns.queue("budget-check-queue")
    return [
        # Once a day it has to look after everyone, in segments side by side: no key leads to all of them.
        _records(arns, "GoThroughUsers", "Scan", "users"),
        _records(arns, "SeeHowManyThereAre", "DescribeTable", "users"),
        _records(arns, "Get", "GetItem", "users", "notifications", "records"),
        _records(arns, "GetMany", "BatchGetItem", "expenses", "budgets"),
        _records(
            arns,
            "List",
            "Query",
            "expenses/user_id-date-index",
            "budgets/user_id-category-index",
            "summaries",
            "records",
        ),
        _records(arns, "Add", "PutItem", "notifications", "records"),
        _records(arns, "Change", "UpdateItem", "users", "notifications"),
        Grant("ShareOut", ("sqs:SendMessage", "sqs:GetQueueUrl"), (queue,)),
        Grant("TakeShares", TAKE, (queue,)),
        _asking_for_notes(arns),
        # The month's report, for who wants one each month: the worker makes it.
        Grant("AskForReports", ("sqs:SendMessage", "sqs:GetQueueUrl"), (arns.queue("work-queue"),)),
        _logs(arns, "budget-alert-function"),
    ]


def report_generator(arns: Arns, ses_from: str) -> list[Grant]:
    """Makes a report of someone's records, keeps it among the files, and signs a link to it."""
    return [
        _records(arns, "Get", "GetItem", "users", "records"),
        _records(arns, "GetMany", "BatchGetItem", "expenses", "budgets"),
        _records(
            arns,
            "List",
            "Query",
            "expenses/user_id-date-index",
            "budgets/user_id-category-index",
            "summaries",
        ),
        _records(arns, "Add", "PutItem", "records"),
        files_of(arns, "KeepReports", ("s3:PutObject", "s3:GetObject"), arns.files("reports")),
        # Small pictures of receipts, where a report is to show them; without the second, one that is gone looks forbidden.
        files_of(arns, "ShowReceipts", ("s3:GetObject",), arns.files("receipts")),
        files_of(arns, "FindReceipts", ("s3:ListBucket",), arns.bucket),
        _logs(arns, "report-generator-function"),
    ]


FUNCTION_GRANTS: Mapping[str, Callable[[Arns, str], list[Grant]]] = dict(
    zip(FUNCTIONS, (categorizer, notification_processor, budget_alert, report_generator), strict=True)
)


def _records(arns: Arns, sid: str, action: str, *which: str) -> Grant:
    """Something on tables ("users") and indexes ("users/email-index"): an index's query is allowed on it, not its table."""
    known = {f"{table.what}/{index.name}" for table in ALL_TABLES for index in table.indexes} | {*TABLES}
    if not known.issuperset(which):
        raise ValueError(f"no such tables or indexes: {set(which) - known}")
    places = (name.partition("/") for name in which)
    things = tuple(arns.index(what, index) if index else arns.table(what) for what, _, index in places)
    return Grant(sid, (f"dynamodb:{action}",), things)


def files_of(arns: Arns, sid: str, actions: tuple[str, ...], *resources: str) -> Grant:
    """On our account's bucket only: its ARN says no account, and under a name that was given up it may be anyone's."""
    ours = {"StringEquals": {"aws:ResourceAccount": arns.account.number}}
    return Grant(sid, actions, resources, conditions=ours)


def _asking_for_notes(arns: Arns) -> Grant:
    return Grant("AskForNotes", ("sqs:SendMessage", "sqs:GetQueueUrl"), (arns.queue("notification-queue"),))


def _callable(arns: Arns, function: str) -> tuple[str, str]:
    """A function, and whatever alias it is called by."""
    return arns.function(function), f"{arns.function(function)}:*"


def _logs(arns: Arns, function: str) -> Grant:
    """Its own log, which the deployment made: so that the log's retention is never a new log's."""
    group = arns.log_group(function)
    return Grant("WriteLog", ("logs:CreateLogStream", "logs:PutLogEvents"), (group, f"{group}:*"))


def _subscriptions(arns: Arns) -> list[Grant]:
    return [
        Grant(
            "Subscribe",
            ("sns:Subscribe", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"),
            arns.topics,
        ),
        # A topic takes 200 filters; who subscribes after that makes the next.
        Grant("NextTopic", ("sns:CreateTopic", "sns:SetTopicAttributes"), (arns.further_topics,)),
        Grant(
            "KeepSubscriptions",
            ("sns:GetSubscriptionAttributes", "sns:Unsubscribe"),
            ("*",),
            reason=_NAMELESS,
        ),
    ]


def _messages_to_phones(arns: Arns) -> Grant:
    return Grant(
        "SendSMS",
        ("sns:Publish", "sns:CheckIfPhoneNumberIsOptedOut"),
        (),
        but=(f"arn:{arns.account.partition}:sns:*:*:*",),
        reason="A phone number has no name in AWS. Everything that has one, every topic, is left out.",
    )


def _email(ses_from: str) -> list[Grant]:
    address = parseaddr(ses_from)[1]
    if not address:
        return []
    return [
        Grant(
            "SendEmail",
            ("ses:SendEmail", "ses:SendRawEmail"),  # which of them a letter needs is up to its form
            ("*",),
            conditions={"StringEqualsIfExists": {"ses:FromAddress": address}},
            reason="An address may be verified itself or by its domain; what counts is whom an e-mail comes from.",
        ),
    ]
