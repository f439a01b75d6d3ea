"""What takes AWS minutes is looked at until it is done."""

import time
from collections.abc import Callable
from typing import TypeVar

from aws_config.resource_manager import Unsettled

LOOK_EVERY, LOOKS = 15, 120  # seconds, and how often: half an hour until a change must be done
Found = TypeVar("Found")


def wait_until(
    is_done: Callable[[Found], bool], look: Callable[[], Found], said: Callable[[Found], str], looks: int
) -> Found:
    """What was found when it was done.

    Args:
        said: What people are told of the last look where it never was: the state that it names, and what to do.
        looks: How often to look.

    Raises:
        Unsettled: If it is not done after that.
    """
    for number in range(looks):
        time.sleep(LOOK_EVERY if number else 0)
        if is_done(found := look()):
            return found
    raise Unsettled(said(found))
