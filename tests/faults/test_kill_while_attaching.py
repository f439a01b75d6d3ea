"""`kill -9` of the web server while expenses come with their receipts: what is said to be kept is, and nothing is left over."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event

import requests

from lib.ids import id_for, new_id
from lib.periods import utc_now
from lib.receipts import binding
from lib.receipts.sweeping import keys_of
from lib.services import Services
from selfhost.sql.store import SQLStore
from tests.faults.conftest import assert_totals_agree, owner
from tests.live import Planner, Visitor
from tests.papers import photo

EXPENSES, WINDOWS, KILLS = 40, 3, 3


class Adding:
    """Windows that add one expense after another, each with a photograph, until none are left or nobody answers."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.token = visitor, visitor.token("/expenses/new")
        self.left: SimpleQueue[str] = SimpleQueue()
        self.acknowledged: set[str] = set()
        for _ in range(EXPENSES):
            self.left.put(new_id())

    def run(self, enough: int, stop: Event) -> None:
        with ThreadPoolExecutor(WINDOWS) as windows:
            for _ in range(WINDOWS):
                windows.submit(self._window, enough, stop)

    def _window(self, enough: int, stop: Event) -> None:
        while not stop.is_set():
            try:
                key = self.left.get_nowait()
            except Empty:
                return
            if not self._add(key):
                self.left.put(key)  # as a person would: send the same form again
                return
            if len(self.acknowledged) >= enough:
                stop.set()

    def _add(self, key: str) -> bool:
        form = {
            "csrf_token": self.token,
            "key": key,
            "amount": "1.25",
            "category": "Groceries",
            "day": "today",
        }
        picture = ("receipt.jpg", photo(300, 400, key[:16]), "image/jpeg")
        try:
            answer = self.visitor.post("/expenses/new", form, receipt=picture)
        except (requests.ConnectionError, requests.Timeout):
            return False
        if answer.status_code == 303:
            self.acknowledged.add(key)
        return answer.status_code == 303


def days_later(services: Services) -> Services:
    """The same things, seen three days later."""

    def later():
        return utc_now() + timedelta(days=3)

    return replace(services, store=SQLStore(services.settings.database, now=later), now=later)


def test_receipts_survive_kill_9_and_nothing_is_left_over(planner: Planner, anna: Visitor, round: int):
    adding, services = Adding(anna), planner.services()
    stops = sorted(random.Random(round).sample(range(2, EXPENSES - 5), KILLS))
    for enough in stops:
        stop = Event()
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(adding.run, enough, stop)
            assert stop.wait(60)
            planner.kill("web")  # in the middle of whatever the other windows wait for
            running.result()
        planner.start("web")
    adding.run(EXPENSES + 1, Event())
    assert len(adding.acknowledged) == EXPENSES

    user, named = owner(services), set()
    for key in adding.acknowledged:
        expense = services.expenses.get_expense(user, id_for(user.user_id, key))
        [receipt] = expense.receipts
        named.update(keys_of(user.user_id, expense.expense_id, receipt))
        with services.receipts.open(user, expense.expense_id, receipt.receipt_id) as file:
            assert len(file.read()) == receipt.size
    assert_totals_agree(services)

    services.receipt_sweep.run()
    assert named <= set(services.files.list("receipts/")), "today, what somebody may still attach stays"
    later = days_later(services)
    later.receipt_sweep.run()
    later.store.close()
    assert set(services.files.list("receipts/")) == named | {binding.KEY}
