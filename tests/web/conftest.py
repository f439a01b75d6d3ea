"""Programs of alice and bob, and what is otherwise where a function serves the pages."""

import os

import pytest
from flask import Flask

from lib.records import User
from lib.services import Services
from tests.gateway import FORMATS
from tests.web.programs import Program

AWS_REFUSES = "API Gateway or Lambda refuses it, and the function is never asked"
ELSEWHERE = {
    "test_a_file_that_is_too_large_is_not_read": AWS_REFUSES,
    "test_a_file_that_is_far_too_large_is_refused_before_it_is_read": AWS_REFUSES,
    "test_far_too_much_is_refused_before_it_is_read": "what a body claims to be is not handed on, only what it is",
    "test_who_was_signed_out_while_writing_reads_that_nothing_was_saved[http://localhost/expenses/new?day=today-"
    "/login?next=/expenses/new?day%3Dtoday]": "no page of ours is plain http there",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if os.environ.get("TEST_HOME") in FORMATS and item.name in ELSEWHERE:
            item.add_marker(pytest.mark.skip(ELSEWHERE[item.name]))


@pytest.fixture
def program(app: Flask, services: Services, alice: User) -> Program:
    """alice's, which may write."""
    return Program(app, services, alice)


@pytest.fixture
def bobs_program(app: Flask, services: Services, bob: User) -> Program:
    return Program(app, services, bob)
