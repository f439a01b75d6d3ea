"""Who is told of what was written: the alerts. What is written does not depend on them."""

from collections.abc import Sequence
from typing import Protocol

from lib.records import Expense, User


class Watch(Protocol):
    """None of these raises: what they are told of is done."""

    def written(self, user: User, expenses: Sequence[Expense]) -> None:
        """Expenses were added or changed."""

    def removed(self, user: User, expense_ids: Sequence[str]) -> None:
        """Expenses went into the trash."""

    def restored(self, user: User, expense_ids: Sequence[str]) -> None:
        """Expenses came back from the trash."""

    def changed(self, user: User) -> None:
        """Budgets, or many expenses, are not what they were."""


class _Nobody:
    def written(self, user: User, expenses: Sequence[Expense]) -> None: ...
    def removed(self, user: User, expense_ids: Sequence[str]) -> None: ...
    def restored(self, user: User, expense_ids: Sequence[str]) -> None: ...
    def changed(self, user: User) -> None: ...


NOBODY: Watch = _Nobody()


class Filer(Protocol):
    """Who files what nobody has, and learns from where people do."""

    def file(self, user: User, expense: Expense, before: Expense | None = None) -> Expense:
        """The expense where it surely belongs; else without a category, waiting to be looked at. `before`: as it was."""

    def saved(self, user: User, before: Sequence[Expense], after: Sequence[Expense]) -> None:
        """What was there `before` is now as `after` says. Never raises: it is done."""


class _Unfiled:
    def file(self, user: User, expense: Expense, before: Expense | None = None) -> Expense:
        return expense

    def saved(self, user: User, before: Sequence[Expense], after: Sequence[Expense]) -> None: ...


UNFILED: Filer = _Unfiled()
