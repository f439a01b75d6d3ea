"""`kill -9` of web and worker while five hundred expenses are added, one by one, by several windows at once."""

import random
from threading import Event

from lib.ids import id_for
from tests.faults.adding import Adding, cut_off
from tests.faults.conftest import assert_totals_agree, owner, saved

EXPENSES, WINDOWS, KILLS = 500, 4, 3


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(planner, anna, round):
    adding, chance = Adding(anna, EXPENSES, WINDOWS), random.Random(round)
    user = owner(planner.services())
    for after in sorted(chance.sample(range(20, EXPENSES - 50), KILLS)):
        cut_off(planner.kill, adding, after)
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
