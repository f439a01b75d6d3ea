"""Whether the planner can work, for those who watch it."""

from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from lib.errors import Invalid, PlannerError, Unavailable
from lib.services import Services
from tests.conftest import Clock, Post


class Moody(Post):
    """A messenger that works or not as the test says, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.mood = 0, None

    mood: PlannerError | None

    def check(self) -> None:
        self.asked += 1
        if self.mood:
            raise self.mood


@pytest.fixture
def messenger() -> Moody:
    return Moody()


@pytest.fixture
def app(services: Services, messenger: Moody) -> Flask:
    return create_app(services.settings, replace(services, messenger=messenger))


def test_the_parts_are_looked_at_twice_a_minute_however_many_ask(
    app: Flask, messenger: Moody, clock: Clock
) -> None:
    client = app.test_client()
    assert [client.get("/health/ready").status_code for _ in range(5)] == [200] * 5
    assert messenger.asked == 1
    messenger.mood = Unavailable()
    clock.turn(seconds=30)
    assert [client.get("/health/ready").status_code for _ in range(5)] == [503] * 5
    assert messenger.asked == 2


@pytest.mark.parametrize("mood", [Unavailable(), Invalid()])
def test_whatever_is_wrong_the_answer_names_the_part(
    app: Flask, messenger: Moody, mood: PlannerError
) -> None:
    messenger.mood = mood
    answer = app.test_client().get("/health/ready")
    parts = {"store": "ok", "files": "ok", "queue": "ok", "messenger": "unavailable"}
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable", "parts": parts})
