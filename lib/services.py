"""The one place that picks adapters and puts the planner together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lib.budgets import BudgetCalculator
from lib.demo import Demos
from lib.expenses import ExpenseProcessor
from lib.jobs import Jobs
from lib.overview import Overviews
from lib.periods import utc_now
from lib.ports import Files, Messenger, Queue, Store
from lib.settings import Settings


@dataclass(frozen=True)
class Services:
    """Everything a view, a worker or a command may call. Made from ports alone, so tests make it from real local ones."""

    settings: Settings
    store: Store
    files: Files
    queue: Queue
    messenger: Messenger
    now: Callable[[], datetime] = utc_now

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.store, self.queue, self.now)

    @cached_property
    def budgets(self) -> BudgetCalculator:
        return BudgetCalculator(self.store)

    @cached_property
    def demo(self) -> Demos:
        return Demos(self.store, self.accounts.erase, self.now)

    @cached_property
    def expenses(self) -> ExpenseProcessor:
        return ExpenseProcessor(self.store, self.now)

    @cached_property
    def overviews(self) -> Overviews:
        return Overviews(self.store)


def build_services(settings: Settings) -> Services:
    """The planner on this machine: SQLite or PostgreSQL, files on disk, a local queue, SMTP."""
    from selfhost.disk_files import DiskFiles
    from selfhost.mailer import make_messenger
    from selfhost.sql.store import SQLStore
    from selfhost.task_queue import TaskQueue

    return Services(
        settings=settings,
        store=SQLStore(settings.database),
        files=DiskFiles(settings.data_dir / "files"),
        queue=TaskQueue(settings.data_dir / "queue.db"),
        messenger=make_messenger(settings),
    )
