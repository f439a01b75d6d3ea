"""Real processes over a real folder, and what happens to them in real life. FAULT_ROUNDS=20 does it twenty times over."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lib.records import Filters, User
from lib.services import Services
from tests.live import Planner, Visitor, wait_until

HERE = Path(__file__).parent
ROUNDS = range(int(os.environ.get("FAULT_ROUNDS", "1")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("slow")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "round" in metafunc.fixturenames:
        metafunc.parametrize("round", ROUNDS)


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    """Not started yet."""
    planner = Planner(tmp_path)
    yield planner
    planner.kill()


@pytest.fixture
def anna(planner: Planner) -> Visitor:
    """Someone signed in; the planner runs from now on."""
    return Visitor(planner.start().address).register("anna")


def owner(services: Services) -> User:
    user = services.store.find_user_by_username("anna")
    assert user is not None
    return user


def saved(services: Services) -> dict[str, str]:
    """What anna has, ids to payees, in and out of the trash."""
    found: dict[str, str] = {}
    for removed in (False, True):
        cursor = ""
        while True:
            page = services.store.list_expenses(
                owner(services).user_id, Filters(removed=removed), cursor, 500
            )
            found |= {expense.expense_id: expense.payee for expense in page.items}
            cursor = page.cursor
            if not cursor:
                break
    return found


@contextmanager
def broken_queue(planner: Planner) -> Iterator[None]:
    """A folder in the place of the queue's file, which who looks there meanwhile makes anew."""
    queue = planner.folder / "queue.db"
    while not queue.is_dir():
        queue.unlink(missing_ok=True)
        with suppress(FileExistsError):
            queue.mkdir()
    yield
    queue.rmdir()


def wait_until_idle(services: Services) -> None:
    """Until nothing is left to be done: what was at work as something else ended may still be."""
    wait_until(lambda: services.jobs.waiting()[0] == 0, "everything to be done", 60)


def assert_totals_agree(services: Services) -> None:
    assert services.store.repair_totals(owner(services).user_id) == []
