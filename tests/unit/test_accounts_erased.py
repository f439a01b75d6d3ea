"""After an account was deleted, nothing of its person is left: in no table and no folder."""

import io
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, select

from lib.errors import PlannerError
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.periods import Month
from lib.records import Budget, Document, Step, User
from lib.services import Services
from selfhost.messenger import HomeMessenger
from selfhost.outbox import Outbox
from selfhost.task_queue import TaskQueue
from tests.conftest import PASSWORD

SECRETS = ("alice", "wonderland", "rabbit hole", "+4930123456")


def live(services: Services, tmp_path: Path) -> Services:
    """The same planner with a real queue and outbox, so that their files are looked into as well."""
    return Services(
        services.settings,
        services.store,
        services.files,
        TaskQueue(tmp_path / "queue.db"),
        HomeMessenger(Outbox(tmp_path / "outbox")),
        services.functions,
        now=services.now,
    )


def leave_traces(services: Services, user: User) -> None:
    """Use everything there is."""
    store, accounts, links = services.store, services.accounts, services.account_links
    draft = ExpenseDraft(
        Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20), payee="Rabbit Hole", tags=("wonderland",)
    )
    kept = services.expenses.add_expense(user, draft, new_id())
    trashed = services.expenses.add_expense(user, draft, new_id())
    services.expenses.update_expense(user, kept.expense_id, draft, kept.version)
    services.expenses.delete_expenses(user, [trashed.expense_id])
    step = Step(Month(2026, 11), Decimal("100.00"))
    store.save_budget(Budget(user.user_id, new_id(), "Groceries", (step,), services.now()))
    accounts.save_categories(user, user.categories.added("Wonderland"))
    services.sessions.start(user, "Firefox", "192.0.2.1")
    services.tokens.create(user, "Rabbit Hole", "read", 30)
    store.put_document(Document(user.user_id, "note", "wonderland", {"text": "rabbit hole"}))
    for folder in ("imports", "receipts", "reports"):
        services.files.put(f"{folder}/{user.user_id}/wonderland.csv", io.BytesIO(b"rabbit hole"))
    for _ in range(6):
        with suppress(PlannerError):
            accounts.sign_in("alice", "wrong horse battery", "192.0.2.1")
    links.send_reset(user.user_id)
    links.ask_reset("alice", "192.0.2.1")
    links.ask_email_change(user, PASSWORD, "alice@wonderland.example")
    links.send_email_change(user.user_id, store.list_documents(user.user_id, "email-wish")[0].id)
    links.ask_email_change(user, PASSWORD, "alice.2@wonderland.example")


def everything_in(folder: Path) -> str:
    """Every cell of every table, and every file with its path, as one text."""
    found = []
    engine = create_engine(f"sqlite:///{folder / 'planner.db'}")
    metadata = MetaData()
    metadata.reflect(engine, views=True)
    with engine.connect() as connection:
        for table in metadata.tables.values():
            rows: list[Any] = list(connection.execute(select(table)))
            found += [f"{table.name}: {row!r}" for row in rows]
    engine.dispose()
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("planner.db"):
            found.append(f"{path}: {path.read_bytes()!r}")
    return "\n".join(found).casefold()


def traces(folder: Path, *of: str) -> list[str]:
    return [line[:300] for line in everything_in(folder).splitlines() if any(one in line for one in of)]


def test_deleting_an_account_leaves_nothing_of_it(
    services: Services, alice: User, bob: User, tmp_path: Path
) -> None:
    services = live(services, tmp_path)
    alice = services.accounts.save_profile(alice, display_name="Rabbit Hole", phone="+4930123456")
    leave_traces(services, alice)
    assert len(traces(tmp_path, alice.user_id, *SECRETS)) > 15, "the test leaves too little to find"
    bobs = traces(tmp_path, bob.user_id, "bob")

    current = services.store.get_user(alice.user_id)
    assert current is not None
    services.accounts.delete_account(current, "alice", PASSWORD)

    left = traces(tmp_path, alice.user_id, *SECRETS)
    # A message in the queue's file may still carry the number that stood for her; nothing knows any more whose it was.
    assert [line for line in left if "queue.db" not in line or any(one in line for one in SECRETS)] == []
    assert traces(tmp_path, bob.user_id, "bob") == bobs
    services.queue.close()  # type: ignore[attr-defined]
