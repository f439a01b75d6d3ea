"""Steps of an import for its tests: a file brought, confirmed, done by the worker."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from lib.ids import new_id
from lib.importing.runs import ImportRun
from lib.records import Expense, Filters, User
from lib.services import Services

HEAD = "Date,Payee,Description,Amount\n"
THREE = (
    HEAD + "2026-11-03,Rewe,Food,-12.50\n2026-11-03,Bakery,Rolls,-3.20\n2026-10-30,Employer,Salary,2000.00\n"
)


def many(count: int) -> str:
    start = date(2024, 1, 1)
    return HEAD + "".join(
        f"{start + timedelta(days=i // 20)},Shop {i % 7},Thing {i},-{i % 90 + 1}.25\n" for i in range(count)
    )


def bring(services: Services, user: User, data: str = THREE, name: str = "bank.csv") -> ImportRun:
    """A file, looked at and checked."""
    run = services.imports.start(user, name, BytesIO(data.encode()), new_id())
    return services.imports.check(user, run.run_id)


def confirm(services: Services, user: User, run: ImportRun, keep: Any = (), leave: Any = ()) -> ImportRun:
    return services.imports.confirm(user, run.run_id, keep, leave, run.version)


def work(services: Services) -> None:
    services.queue.run(services)  # type: ignore[attr-defined]


def done(services: Services, user: User, data: str = THREE) -> ImportRun:
    run = confirm(services, user, bring(services, user, data))
    work(services)
    return services.imports.get_run(user, run.run_id)


def expenses(services: Services, user: User, **filters: Any) -> list[Expense]:
    found, cursor = [], ""
    while True:
        page = services.store.list_expenses(user.user_id, Filters(**filters), cursor, 500)
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found
