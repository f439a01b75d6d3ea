"""What goes out of the door: the image, the files that say how it runs elsewhere, and the way there. All of it is slow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shipping.container import Contained, build

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def image() -> str:
    return build()


@pytest.fixture(scope="module")
def contained(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contained]:
    """It runs."""
    planner = Contained(tmp_path_factory.mktemp("container") / "data").start()
    yield planner
    planner.stop()
