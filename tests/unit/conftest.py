"""What several tests of rules use."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from lib.ports import Store
from lib.records import Expense, User
from lib.reporting.data import Report
from lib.reporting.making import make_report
from lib.reporting.periods import Period
from tests.unit.report_samples import NOW


@pytest.fixture
def report_of() -> Iterator[Callable[..., Report]]:
    """Makes the report of a period, after some more expenses; open until the test ends."""
    with ExitStack() as stack:

        def make(store: Store, user: User, period: Period, expenses: Sequence[Expense] = ()) -> Report:
            store.add_expenses(expenses)
            return stack.enter_context(make_report(store, user, period, NOW))

        yield make
