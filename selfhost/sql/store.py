"""The planner's records in SQLite or PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from lib.errors import NotSetUp
from lib.periods import utc_now
from selfhost.sql.budgets import BudgetTable
from selfhost.sql.documents import DocumentTable
from selfhost.sql.engine import Database
from selfhost.sql.expenses import ExpenseTable
from selfhost.sql.listing import ExpenseLists
from selfhost.sql.notifications import NotificationTable
from selfhost.sql.sign_in import SignIn
from selfhost.sql.tables import users
from selfhost.sql.totals import TotalTable
from selfhost.sql.users import UserTable

_ANY = select(users.c.user_id).limit(1)


class SQLStore(
    UserTable, ExpenseTable, ExpenseLists, TotalTable, BudgetTable, NotificationTable, DocumentTable
):
    """`lib.ports.Store` on a database that `migrate.upgrade` has prepared."""

    def __init__(
        self, url: str, now: Callable[[], datetime] = utc_now, sign_in: SignIn | None = None
    ) -> None:
        """Connect when first used.

        Args:
            url: "sqlite:////path/planner.db" or "postgresql+psycopg://user:password@host/name", with "?timeout=5" to wait
                that many seconds for someone else's lock.
            now: Says which documents and notifications have expired and which window a hit counts in.
            sign_in: What knows the password, where the URL does not.
        """
        self._database = Database(url, sign_in)
        self._now = now

    def check(self) -> None:
        """Also fails while the tables are not there."""
        try:
            with self._database.read() as connection:
                connection.execute(_ANY).first()
        except DBAPIError as error:
            raise NotSetUp("The planner's database is not set up.", part="store") from error

    def close(self) -> None:
        self._database.close()
