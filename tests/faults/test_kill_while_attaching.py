"""`kill -9` of the web server while expenses come with their receipts: what is said to be kept is, and nothing is left over."""

import random
from dataclasses import replace
from datetime import timedelta
from threading import Event

from lib import binding
from lib.ids import id_for
from lib.periods import utc_now
from lib.receipts.sweeping import keys_of
from lib.services import Services
from selfhost.sql.store import SQLStore
from tests.faults.adding import Adding, cut_off
from tests.faults.conftest import assert_totals_agree, owner
from tests.live import Planner, Visitor

EXPENSES, WINDOWS, KILLS = 40, 3, 3


def days_later(services: Services) -> Services:
    """The same things, seen three days later."""

    def later():
        return utc_now() + timedelta(days=3)

    return replace(services, store=SQLStore(services.settings.database, now=later), now=later)


def test_receipts_survive_kill_9_and_nothing_is_left_over(planner: Planner, anna: Visitor, round: int):
    adding, services = Adding(anna, EXPENSES, WINDOWS, photographed=True), planner.services()
    for after in sorted(random.Random(round).sample(range(2, EXPENSES - 5), KILLS)):
        cut_off(lambda: planner.kill("web"), adding, after)
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
