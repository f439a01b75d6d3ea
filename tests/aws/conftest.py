"""Emulators are started once for all tests that need them, and forget everything between two tests."""

from collections.abc import Iterator

import pytest

from tests.aws.ministack import Emulator, ministack, moto_server


@pytest.fixture(scope="session")
def ministack_server() -> Iterator[Emulator]:
    with ministack() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def moto_behind_a_socket() -> Iterator[Emulator]:
    with moto_server() as emulator:
        yield emulator


@pytest.fixture(params=["moto_behind_a_socket", "ministack_server"], ids=["moto", "ministack"])
def emulator(request: pytest.FixtureRequest) -> Emulator:
    """Each in turn, empty."""
    emulator: Emulator = request.getfixturevalue(request.param)
    emulator.reset()
    return emulator
