"""The one place that picks adapters and puts the planner together."""

import atexit
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from lib.alerting.addresses import AlertAddresses
from lib.alerting.channels import channels
from lib.alerting.choices import AlertChoices
from lib.alerting.daily import DailyRun
from lib.alerting.delivering import Deliveries
from lib.alerting.ledger import Ledger
from lib.alerting.manager import NotificationManager
from lib.alerting.outbox import Outbox
from lib.alerting.webhooks import Webhooks
from lib.budgeting.budgets import BudgetCalculator
from lib.budgeting.overview import Overviews
from lib.demo import Demos
from lib.expenses import ExpenseProcessor
from lib.file_links import FileLinks
from lib.identity.account_links import AccountLinks
from lib.identity.accounts import Accounts
from lib.identity.pace import Pace
from lib.identity.security_log import SecurityLog
from lib.identity.sessions import Sessions
from lib.identity.tokens import ApiTokens
from lib.importing.imports import Imports
from lib.importing.work import ImportWork
from lib.jobs import Jobs
from lib.metrics import NO_METRICS, Metrics
from lib.periods import utc_now
from lib.ports import Files, Functions, Messenger, PictureReader, Queue, Store
from lib.pseudonyms import Pseudonyms
from lib.receipts.handler import ReceiptHandler
from lib.receipts.reading import tesseract
from lib.receipts.reading.reader import ReceiptReader
from lib.receipts.sweeping import Sweep
from lib.reporting.elsewhere import Generator, ReportsElsewhere
from lib.reporting.reports import TASK as REPORT
from lib.reporting.reports import Reports
from lib.reporting.work import ReportWork
from lib.settings import Settings

if TYPE_CHECKING:
    from lib.filing.categorizer import ExpenseCategorizer
    from lib.filing.replays import Replays
    from lib.filing.review import Review
    from lib.filing.rules import RuleBook
    from selfhost.sql.sign_in import SignIn
    from selfhost.sql.store import SQLStore
    from selfhost.task_queue import TaskQueue


@dataclass(frozen=True)
class Services:
    """Everything a view, a worker or a command may call. Made from ports alone, so tests make it from real local ones."""

    settings: Settings
    store: Store
    files: Files
    queue: Queue
    messenger: Messenger
    functions: Functions
    pictures: PictureReader | None = None  # nothing reads them here
    now: Callable[[], datetime] = utc_now
    metrics: Metrics = NO_METRICS

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(self.store)

    @cached_property
    def jobs(self) -> Jobs:
        if self.settings.is_on_aws:  # SQS brings again by itself what was not finished
            return Jobs(self.store, self.queue, self.now, stale=timedelta(minutes=10))
        return Jobs(self.store, self.queue, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(
            store=self.store,
            files=self.files,
            messenger=self.messenger,
            jobs=self.jobs,
            sessions=self.sessions,
            events=self.events,
            now=self.now,
        )

    @cached_property
    def events(self) -> SecurityLog:
        return SecurityLog(self.store, self.now, pseudonym=self.pseudonyms.of)

    @cached_property
    def account_links(self) -> AccountLinks:
        return AccountLinks(self.accounts, self.tokens, self.settings.address)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.settings.private_networks)

    @cached_property
    def alert_choices(self) -> AlertChoices:
        return AlertChoices(self.store, self.webhooks.check_url, self.events)

    @cached_property
    def alert_addresses(self) -> AlertAddresses:
        return AlertAddresses(self.accounts, self.outbox, self.settings.address, self.ledger.release)

    @cached_property
    def sessions(self) -> Sessions:
        idle, absolute = self.settings.session_idle_days, self.settings.session_days
        lasts = timedelta(days=idle), timedelta(days=absolute)
        return Sessions(self.store, self.now, *lasts, events=self.events)

    @cached_property
    def tokens(self) -> ApiTokens:
        return ApiTokens(self.store, self.now, self.events)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.store, self.queue, self.now, sms_works=self.messenger.sms_works)

    @cached_property
    def alerts(self) -> NotificationManager:
        return NotificationManager(
            self.store, self.outbox, BudgetCalculator(self.store, self.now), self.jobs, self.now
        )

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.store, self.outbox, self.accounts.throttle, self.now)

    @cached_property
    def deliveries(self) -> Deliveries:
        ways = channels(self.store, self.messenger, self.webhooks, self.settings.address, self.now)
        return Deliveries(self.store, self.outbox, ways, self.now, self.metrics)

    @cached_property
    def daily(self) -> DailyRun:
        return DailyRun(self.alerts, self.jobs, self.now, self.reports.make_scheduled, self.pseudonyms.of)

    @cached_property
    def budgets(self) -> BudgetCalculator:
        return BudgetCalculator(self.store, self.now, watch=self.alerts)

    @cached_property
    def demo(self) -> Demos:
        return Demos(self.store, self.accounts.erase, self.now)

    @cached_property
    def expenses(self) -> ExpenseProcessor:
        return ExpenseProcessor(self.store, self.now, self.alerts, self.receipt_sweep.purged, self.filing)

    # What knows brands and words is loaded when it is first used: most functions never do.

    @cached_property
    def filing(self) -> "ExpenseCategorizer":
        from lib.filing.categorizer import ExpenseCategorizer

        return ExpenseCategorizer(self.store, self.queue, self.jobs, self.now, self.alerts)

    @cached_property
    def rules(self) -> "RuleBook":
        return self.filing.rules

    @cached_property
    def review(self) -> "Review":
        from lib.filing.review import Review

        return Review(self.store, self.filing, self.expenses)

    @cached_property
    def replays(self) -> "Replays":
        from lib.filing.replays import Replays

        return Replays(self.store, self.filing, self.jobs, self.now)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.store, self.files, self.jobs, self.now, self.filing)

    @cached_property
    def import_work(self) -> ImportWork:
        return ImportWork(self.store, self.imports, self.now, self.metrics)

    @cached_property
    def file_links(self) -> FileLinks:
        return FileLinks(self.settings.secret, self.now)

    @cached_property
    def receipt_sweep(self) -> Sweep:
        return Sweep(self.store, self.files, self.now)

    @cached_property
    def receipts(self) -> ReceiptHandler:
        return ReceiptHandler(self.store, self.files, self.now)

    @cached_property
    def receipt_reader(self) -> ReceiptReader:
        is_on = self.settings.receipt_reading != "off"
        return ReceiptReader(self.store, self.receipts, self.now, self.pictures, is_on=is_on)

    @cached_property
    def reports(self) -> Reports:
        keep = timedelta(days=self.settings.report_days)
        return Reports(self.store, self.files, self.jobs, self.now, keep)

    @cached_property
    def report_work(self) -> ReportWork | ReportsElsewhere:
        """Who makes a report for the worker: the worker itself, or a function that it waits for."""
        alive = partial(self.jobs.alive, REPORT)
        if self.settings.is_on_aws:
            return ReportsElsewhere(self.store, cast(Generator, self.functions), alive)
        return ReportWork(self.store, self.files, self.now, alive, self.metrics)

    @cached_property
    def overviews(self) -> Overviews:
        return Overviews(self.store)

    @cached_property
    def pace(self) -> Pace:
        return Pace(self.store, self.now)


def secret_of(settings: Settings) -> str:
    """What signs cookies, from wherever it is kept. Raises Misconfigured where it is not there."""
    if settings.secret_key.get_secret_value().strip() or settings.secret_key_file or not settings.secrets_id:
        return settings.secret()
    from aws_config.secrets import secret_key

    return secret_key(settings)


def sign_in_of(settings: Settings) -> "SignIn | None":
    """What knows the database's password, where it is in Secrets Manager; None where DATABASE_URL says it."""
    if not settings.database_secret:
        return None
    from aws_config.secrets import login_reader
    from selfhost.sql.sign_in import SignIn

    return SignIn(login_reader(settings))


def build_services(settings: Settings, metrics: Metrics = NO_METRICS) -> Services:
    """The planner in the home that the settings name. Nothing is connected to before it is used."""
    make = _on_aws if settings.is_on_aws else _on_this_machine
    return make(settings, metrics)


def metrics_of(settings: Settings, service: str) -> Metrics:
    """Where a process that goes on, "web" or "worker", says how it does: at home to Prometheus, on AWS in lines of its log."""
    if not settings.is_on_aws and settings.metrics_token.get_secret_value():
        from selfhost.prometheus import PrometheusMetrics

        return PrometheusMetrics(settings.data_dir / "metrics", service)
    if not settings.is_on_aws or settings.log_format != "json":
        return NO_METRICS  # nobody looks
    from aws_config.config import names_of
    from aws_config.embedded_metrics import EmbeddedMetrics

    metrics = EmbeddedMetrics(service, names_of(settings).base)
    atexit.register(metrics.flush)
    return metrics


def _on_this_machine(settings: Settings, metrics: Metrics) -> Services:
    """SQLite or PostgreSQL, files on disk, a local queue, SMTP, and functions in this process."""
    from selfhost.disk_files import DiskFiles
    from selfhost.local_functions import LocalFunctions
    from selfhost.messenger import make_messenger
    from selfhost.sql.store import SQLStore
    from selfhost.task_queue import TaskQueue

    store = SQLStore(settings.database, sign_in=sign_in_of(settings))
    queue = TaskQueue(settings.data_dir / "queue.db")
    if settings.redis_url.get_secret_value():
        store, queue = _with_redis(settings)
    return Services(
        settings=settings,
        store=store,
        files=DiskFiles(settings.data_dir / "files", FileLinks(settings.secret, utc_now)),
        queue=queue,
        messenger=make_messenger(settings),
        functions=LocalFunctions({}),
        pictures=tesseract.installed(),
        metrics=metrics,
    )


def _with_redis(settings: Settings) -> "tuple[SQLStore, TaskQueue]":
    """What several machines share through Redis: counters and the queue. Everything else is the database's anyway."""
    from selfhost.redis_link import RedisLink
    from selfhost.redis_queue import RedisQueue
    from selfhost.sql.with_redis import SQLStoreWithRedis

    link = RedisLink(settings.redis_url.get_secret_value(), settings.database)
    store = SQLStoreWithRedis(settings.database, link, sign_in=sign_in_of(settings))
    return store, RedisQueue(settings.data_dir / "queue.db", link)


def _on_aws(settings: Settings, metrics: Metrics) -> Services:
    """DynamoDB, S3, SQS, SES, SNS and Lambda."""
    from aws_config.config import names_of
    from aws_config.dynamodb_client import DynamoDBClient
    from aws_config.lambda_client import LambdaClient
    from aws_config.messenger import AWSMessenger
    from aws_config.s3_client import S3Client
    from aws_config.ses_client import SESClient
    from aws_config.session import connect
    from aws_config.sns_client import SNSClient
    from aws_config.sqs_client import SQSClient
    from aws_config.textract_client import TextractClient

    aws, names = connect(settings), names_of(settings)
    return Services(
        settings=settings,
        store=DynamoDBClient(aws, names),
        files=S3Client(aws, names.bucket),
        queue=SQSClient(aws, names),
        messenger=AWSMessenger(
            SESClient(aws, settings.ses_from),
            SNSClient(aws, names),
            alerts_by_letter=settings.email_channel == "ses",
        ),
        functions=LambdaClient(aws, names),
        pictures=TextractClient(aws) if settings.receipt_reading == "textract" else tesseract.installed(),
        metrics=metrics,
    )
