"""Moving from home to home: nothing is lost, nothing comes twice, and both homes say the same to the cent."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aws_config.dynamodb_client import DynamoDBClient
from aws_config.s3_client import S3Client
from lib.errors import Unavailable
from lib.holdings import documents
from lib.moving import LAG, Home, Move, Refused
from lib.periods import Month, utc_now
from lib.records import Budget, Delivery, Document, Expense, Notification, Receipt, Step, User
from selfhost.disk_files import DiskFiles
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests import engines
from tests.aws import dynamodb_local
from tests.aws.moto_aws import account
from tests.contract.conftest import made_on

ENGINES = [
    "moto",
    *(["dynamodb"] if engines.wants_dynamodb() else []),
    *(["postgresql"] if engines.wants_postgresql() else []),
]
PAIRS = [("sqlite", "sqlite"), *(pair for each in ENGINES for pair in (("sqlite", each), (each, "sqlite")))]
MADE = datetime(2026, 11, 3, 9, 30, 15, 123456, tzinfo=UTC)
LATER = utc_now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=300)
Make = Callable[[str], Home]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[Make]:
    """Makes empty homes: on disk, or in an account of AWS."""
    with ExitStack() as open_homes:

        def home(kind: str) -> Home:
            if kind == "sqlite":
                folder = tmp_path / f"home-{len(list(tmp_path.iterdir()))}"
                folder.mkdir()
                (folder / "planner.db").write_bytes(empty_database.read_bytes())
                store = SQLStore(f"sqlite:///{folder / 'planner.db'}")
                open_homes.callback(store.close)
                return Home(store, DiskFiles(folder / "files"))
            if kind == "postgresql":
                url = open_homes.enter_context(made_on(request.getfixturevalue("postgresql_server")))
                upgrade(url)
                sql = SQLStore(url)
                open_homes.callback(sql.close)
                return Home(sql, DiskFiles(tmp_path / "files-of-postgresql"))
            aws = open_homes.enter_context(account())
            aws.client("s3").create_bucket(Bucket="files")
            files = S3Client(aws, "files")
            if kind == "dynamodb":
                aws, names = request.getfixturevalue("dynamodb_server")
                dynamodb_local.empty(aws, names)
            else:
                names = dynamodb_local.set_up(aws)
            return Home(DynamoDBClient(aws, names), files)

        yield home


def move(source: Home, target: Home, **how: Any) -> list[str]:
    said: list[str] = []
    return Move(source, target, utc_now, said.append, pause=lambda _: None).run(**how)


def user(name: str, **more: Any) -> User:
    given = {"display_name": f"{name} 🧾", "currency": "JPY", "locale": "de_DE", "time_zone": "Asia/Tokyo"}
    return User(f"{name}-id", name, f"{name}@example.com", "scrypt:hash", MADE, **{**given, **more})


def expense(owner: str, number: int, **more: Any) -> Expense:
    given = {
        "spent_on": date(2026, 1 + number % 12, 1 + number % 28),
        "amount": Decimal(number % 900 + 1) / 100,
        "currency": "EUR",
        "category": ("Groceries", "Income", "Café #1")[number % 3],
        "created_at": MADE + timedelta(microseconds=number),
        "money_in": number % 7 == 0,
        "payee": f"Çafé {number}",
        "tags": ("küche", "x") if number % 2 else (),
        "import_id": "run-1" if number % 5 == 0 else "",
        "updated_at": MADE if number % 4 == 0 else None,
        "receipts": (
            (
                Receipt("r1", "pdf", "bön 🧾.pdf", 9, MADE, "d1", pages=2),
                Receipt("r2", "jpg", "b.jpg", 8, MADE),
            )
            if number % 6 == 0
            else ()
        ),
    }
    return Expense(user_id=f"{owner}-id", expense_id=f"e{number:05}", **{**given, **more})


def told(owner: str, number: int) -> Notification:
    deliveries = (
        Delivery("email", "held", MADE, MADE + timedelta(hours=1), 2, "Quiet hours."),
        Delivery("sms", "sent", MADE, tries=1),
    )
    figures = {"left": "12.50", "rows": [["Café", None]]}
    words = ("budget_alert", "Groceries: 80 % used", "Ünï 🧾")
    return Notification(f"{owner}-id", f"n{number}", *words, MADE, LATER, figures, deliveries[:number])


def furnish(home: Home, expenses: int = 40) -> None:
    """Two people, everything they may have, and what stays behind."""
    store = home.store
    for name in ("alice", "bob"):
        store.create_user(user(name))
        store.add_expenses([expense(name, number) for number in range(expenses)])
    store.create_user(user("sample", demo=True))
    store.add_expenses([expense("sample", 1)])
    store.add_expenses([expense("alice", 90_000, amount=Decimal(12345), currency="JPY")])
    for day in (1, 2):
        gone = [f"e{number:05}" for number in range(day * 3, day * 3 + 3)]
        store.remove_expenses("alice-id", gone, MADE + timedelta(days=day))
    steps = (Step(Month(2026, 1), Decimal("300.50")), Step(Month(2026, 7), None))
    budget = Budget("alice-id", "b1", "Groceries", steps, MADE, (90,), Month(2026, 2))
    budget = store.save_budget(budget)
    store.save_budget(replace(budget, alert_thresholds=(50, 70)))
    store.save_budget(Budget("alice-id", "b2", "*", (Step(Month(2026, 1), Decimal(0)),), MADE))
    for number in range(4):
        store.add_notification(told("alice", number))
    store.read_notifications("alice-id", ["n1"])
    store.save_notification(replace(told("alice", 2), version=1, note="Its expense was deleted."))
    store.add_notification(replace(told("bob", 1), expires_at=utc_now() - timedelta(days=1)))
    data = {"a": [1, None, True, "ü#"], "b": {"c": "x" * 2000}}
    store.put_document(Document("alice-id", "session", "s#1", data, utc_now() + timedelta(days=1)))
    store.put_document(Document("alice-id", "session", "old", {}, utc_now() - timedelta(days=1)))
    kept = store.put_document(Document("bob-id", "import", "run-1", {"state": "done"}))
    store.put_document(replace(kept, data={"state": "reverted"}))
    store.put_document(Document("-jobs", "job", "import-1", {"task": "import", "arguments": ["bob-id"]}))
    for key, content in {
        "imports/alice-id/1.csv": b"a;b\n" * 100_000,
        "receipts/bob-id/e00001.jpg": b"\xff\xd8\x00",
        "imports/sample-id/1.csv": b"stays",
        "imports/nobody/1.csv": b"stays",
    }.items():
        home.files.put(key, io.BytesIO(content))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_everything_is_there_afterwards(make: Make, source: str, target: str) -> None:
    old, new = make(source), make(target)
    furnish(old)
    assert move(old, new) == []
    alice = new.store.find_user_by_username("ALICE")
    assert alice is not None
    assert (alice.display_name, alice.password_hash, alice.created_at) == ("alice 🧾", "scrypt:hash", MADE)
    assert new.store.get_expense("alice-id", "e00004").removed_at == MADE + timedelta(days=1)  # type: ignore[union-attr]
    assert [budget.alert_thresholds for budget in new.store.list_budgets("alice-id")] == [(80,), (50, 70)]
    (session,) = new.store.list_documents("alice-id", "session")
    assert session.data == {"a": [1, None, True, "ü#"], "b": {"c": "x" * 2000}}
    assert new.store.get_document("-jobs", "job", "import-1") is not None
    told_of = [new.store.list_notifications(name).items for name in ("alice-id", "bob-id")]
    assert [each.notification_id for each in told_of[0]] == ["n3", "n2", "n1", "n0"]
    assert [each.unread for each in told_of[0]] == [True, True, False, True]
    assert told_of[0][1] == replace(told("alice", 2), note="Its expense was deleted.", version=1)
    assert (alice.unread, told_of[1]) == (3, [])
    assert new.store.due_notifications(utc_now()) == old.store.due_notifications(utc_now())
    assert new.store.repair_totals("alice-id") == new.store.repair_totals("bob-id") == []
    with new.files.open("imports/alice-id/1.csv") as stream:
        assert stream.read() == b"a;b\n" * 100_000
    assert new.files.list("imports/") == ["imports/alice-id/1.csv"]
    assert [each.username for each in new.store.each_user() if each.demo] == []


@pytest.mark.parametrize("target", ["sqlite", *ENGINES])
def test_both_homes_count_the_same(make: Make, target: str) -> None:
    old, new = make("sqlite"), make(target)
    furnish(old)
    it = Move(old, new, utc_now, lambda _: None, pause=lambda _: None)
    it.run()
    here, there = it.census(old).rows(), it.census(new).rows()
    assert here == there
    assert here["accounts"] == "2"
    assert (here["expenses"], here["expenses in the trash"]) == ("75", "6")
    assert here["notifications"] == "4"
    assert (here["files"], here["bytes in files"]) == ("2", "400,003")
    spent = sum(
        (each.counted for owner in ("alice", "bob") for each in (expense(owner, n) for n in range(40))),
        Decimal(0),
    )
    trashed = sum((expense("alice", number).counted for number in range(3, 9)), Decimal(0))
    assert Decimal(here["sum in EUR"].replace(",", "")) == spent - trashed
    assert here["sum in JPY"] == "12,345"


CHANGES = {"create_user", "put_document", "save_budget", "add_notification", "add_expenses", "erase_user"}


class Failing:
    """A store that fails at its `after`-th change."""

    def __init__(self, store: Any, after: int) -> None:
        self.store, self.left = store, after

    def __getattr__(self, name: str) -> Any:
        do = getattr(self.store, name)
        if name not in CHANGES:
            return do

        def change(*arguments: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise Unavailable(part="store")
            return do(*arguments)

        return change


def test_cut_off_anywhere_it_goes_on(make: Make) -> None:
    old = make("sqlite")
    furnish(old, expenses=10)
    for after in range(100):
        new = make("sqlite")
        failing = Home(Failing(new.store, after), new.files)  # type: ignore[arg-type]
        try:
            move(old, failing)
        except Unavailable:
            assert move(old, new) == []
            assert new.store.repair_totals("alice-id") == []
        else:
            assert after > 10
            return
    pytest.fail("it never came to its end")


def test_what_was_moved_is_not_moved_again(make: Make) -> None:
    old, new = make("sqlite"), make("sqlite")
    furnish(old, expenses=3)
    move(old, new)
    with pytest.raises(Refused, match="was moved there on"):
        move(old, new)


def test_a_home_with_people_takes_nobody_in(make: Make) -> None:
    old, new = make("sqlite"), make("sqlite")
    furnish(old, expenses=3)
    new.store.create_user(user("carol"))
    with pytest.raises(Refused, match="accounts of its own"):
        move(old, new)
    assert [each.username for each in new.store.each_user()] == ["carol"]


def half_moved(make: Make) -> tuple[Home, Home]:
    """Moved up to the last mark, so that it may still go on."""
    old, new = make("sqlite"), make("sqlite")
    furnish(old, expenses=10)
    changes = 0

    class Counting(Failing):
        @property
        def left(self) -> int:
            return 10**6

        @left.setter
        def left(self, _: int) -> None:
            nonlocal changes
            changes += 1

    counted = make("sqlite")
    move(old, Home(Counting(counted.store, 0), counted.files))  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        move(old, Home(Failing(new.store, changes - 2), new.files))  # type: ignore[arg-type]
    return old, new


def test_what_was_changed_meanwhile_is_named(make: Make) -> None:
    old, new = half_moved(make)
    there = old.store.get_expense("bob-id", "e00001")
    assert there is not None
    old.store.save_expenses([replace(there, amount=Decimal("8.88"))])
    assert move(old, new) == ["bob: expenses differ", "bob: totals differ"]
    assert new.store.get_expense("bob-id", "e00001") == expense("bob", 1, version=1)


def test_what_differs_is_copied_anew_where_that_is_asked_for(make: Make) -> None:
    old, new = half_moved(make)
    there = old.store.get_expense("bob-id", "e00001")
    assert there is not None
    old.store.save_expenses([replace(there, amount=Decimal("8.88"))])
    new.store.save_budget(Budget("alice-id", "b9", "Travel", (), MADE))
    assert move(old, new, replacing={"alice-id", "bob-id"}) == []
    assert new.store.get_expense("bob-id", "e00001").amount == Decimal("8.88")  # type: ignore[union-attr]
    assert {budget.budget_id for budget in new.store.list_budgets("alice-id")} == {"b1", "b2"}


def test_only_a_home_whose_lists_lag_is_waited_for(make: Make) -> None:
    old, new = half_moved(make)
    new.store.save_budget(Budget("alice-id", "b9", "Travel", (), MADE))
    for lags, seconds in ((True, sum(LAG)), (False, 0)):
        waited: list[float] = []
        move = Move(old, replace(new, lags=lags), utc_now, lambda _: None, pause=waited.append)
        assert move.run() == ["alice: budgets differ"]
        assert sum(waited) == seconds


def test_only_who_was_named_is_replaced(make: Make) -> None:
    old, new = half_moved(make)
    for owner in ("alice-id", "bob-id"):
        new.store.save_budget(Budget(owner, "b9", "Travel", (), MADE))
    assert move(old, new, replacing={"alice-id"}) == ["bob: budgets differ"]


def test_what_would_be_replaced_is_counted_in_the_new_home(make: Make) -> None:
    old, new = half_moved(make)
    move(old, new)  # all that is missing comes first, so that it does not count as different
    new.store.save_budget(Budget("alice-id", "b9", "Travel", (), MADE))
    (stale,) = Move(old, new, utc_now, print).stale()
    assert (stale.owner, stale.name) == ("alice-id", "alice")
    assert stale.has.counts["budgets"] == 3


def test_work_that_waits_in_one_home_only_is_named_and_replaced_where_asked(make: Make) -> None:
    """A letter that was sent meanwhile must not be sent again from the new home."""
    old, new = half_moved(make)
    done = Document("-jobs", "job", "sent-meanwhile", {"task": "x"})
    new.store.put_document(done)
    assert move(old, new) == ["waiting work: differs"]
    assert [each.name for each in Move(old, new, utc_now, print).stale()] == ["waiting work"]
    assert move(old, new, replacing={"-jobs"}) == []
    assert new.store.get_document(done.user_id, done.kind, done.id) is None
    assert documents(new.store, "-jobs") == documents(old.store, "-jobs")


def test_who_is_in_the_new_home_only_is_named_and_stays(make: Make) -> None:
    old, new = half_moved(make)
    new.store.create_user(user("carol"))
    assert move(old, new, replacing={"alice-id", "bob-id", "carol-id"}) == ["carol: is in the new home only"]
    assert new.store.find_user_by_username("carol") is not None


def test_a_file_that_differs_is_put_right(make: Make) -> None:
    old, new = half_moved(make)
    new.files.put("imports/alice-id/1.csv", io.BytesIO(b"half"))
    assert move(old, new) == []
    with new.files.open("imports/alice-id/1.csv") as stream:
        assert len(stream.read()) == 400_000
