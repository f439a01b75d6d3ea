"""`kill -9` of web and worker while five hundred expenses are added, one by one, by several windows at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Event

import requests

from lib.ids import id_for, new_id
from tests.faults.conftest import assert_totals_agree, owner, saved
from tests.live import Planner, Visitor

EXPENSES, WINDOWS, KILLS = 500, 4, 3


class Adding:
    """Windows that add one expense after another, until there are none left or nobody answers any more."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.token = visitor, visitor.token("/expenses/new")
        self.left: SimpleQueue[str] = SimpleQueue()
        self.acknowledged: set[str] = set()
        for _ in range(EXPENSES):
            self.left.put(new_id())

    def run(self, enough: int, stop: Event) -> None:
        """Go on until `enough` are acknowledged in all, or it is cut off; then say so through `stop`."""
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
        try:
            answer = self.visitor.post("/expenses/new", {**form, "payee": key})
        except (requests.ConnectionError, requests.Timeout):
            return False
        if answer.status_code == 303:
            self.acknowledged.add(key)
        return answer.status_code == 303


def cut_off(planner: Planner, adding: Adding, after: int) -> None:
    """Kill everything while the windows are at it, once `after` expenses are acknowledged."""
    stop = Event()
    with ThreadPoolExecutor(1) as background:
        running = background.submit(adding.run, after, stop)
        stop.wait(60)
        planner.kill()
        running.result(60)


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(planner, anna, round):
    adding, chance = Adding(anna), random.Random(round)
    user = owner(planner.services())
    for after in sorted(chance.sample(range(20, EXPENSES - 50), KILLS)):
        cut_off(planner, adding, after)
        planner.start()
        services = planner.services()
        there = saved(services)
        assert {id_for(user.user_id, key) for key in adding.acknowledged} <= there.keys()
        assert len(there) <= len(adding.acknowledged) + WINDOWS  # written, but the answer was cut off
        assert_totals_agree(services)
    adding.run(EXPENSES, Event())
    assert sorted(saved(services).values()) == sorted(adding.acknowledged)
    assert len(adding.acknowledged) == EXPENSES
    assert_totals_agree(services)
