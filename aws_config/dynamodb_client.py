"""The planner's records in DynamoDB."""

from collections.abc import Callable
from datetime import datetime

from aws_config.config import Names
from aws_config.dynamodb.budgets import BudgetTable
from aws_config.dynamodb.database import PATIENCE, Database
from aws_config.dynamodb.documents import DocumentTable
from aws_config.dynamodb.erase import Erasing
from aws_config.dynamodb.expenses import ExpenseTable
from aws_config.dynamodb.notifications import NotificationTable
from aws_config.dynamodb.recents import Recents
from aws_config.dynamodb.repair import TotalRepair
from aws_config.dynamodb.users import UserTable
from aws_config.session import AWS
from lib.periods import utc_now


class DynamoDBClient(
    UserTable, ExpenseTable, TotalRepair, BudgetTable, NotificationTable, DocumentTable, Erasing
):
    """`lib.ports.Store` on the tables of `aws_config.dynamodb.tables`."""

    def __init__(
        self, aws: AWS, names: Names, now: Callable[[], datetime] = utc_now, patience: float = PATIENCE
    ) -> None:
        """Connect when first used.

        Args:
            now: Says which documents and notifications have expired and which window a hit counts in.
            patience: Seconds to go on trying while others write the same.
        """
        self._database = Database(aws, names, patience)
        self._recents = Recents(self._database, now)
        self._now = now

    def check(self) -> None:
        """Also fails where a table is not there, or not ours to read."""
        self._database.check()

    def close(self) -> None:
        """Connections are the session's."""
