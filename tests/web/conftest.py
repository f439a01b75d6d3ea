"""Programs of alice and bob."""

import pytest
from flask import Flask

from lib.records import User
from lib.services import Services
from tests.web.programs import Program


@pytest.fixture
def program(app: Flask, services: Services, alice: User) -> Program:
    """alice's, which may write."""
    return Program(app, services, alice)


@pytest.fixture
def bobs_program(app: Flask, services: Services, bob: User) -> Program:
    return Program(app, services, bob)
