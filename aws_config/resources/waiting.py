"""Changes that take AWS minutes."""

from typing import Any

from botocore.exceptions import WaiterError

from aws_config.resource_manager import Unsettled

LOOK_EVERY, LOOKS = 15, 120  # seconds, and how often: half an hour until a change must be done


def wait_for(client: Any, what: str, thing: str, looks: int, **which: Any) -> None:
    """Until AWS says so of `thing`, such as "cache smart-budget-cache". Raises Unsettled where it takes longer than it may."""
    try:
        client.get_waiter(what).wait(**which, WaiterConfig={"Delay": LOOK_EVERY, "MaxAttempts": looks})
    except WaiterError as error:
        raise unsettled(thing) from error


def unsettled(thing: str) -> Unsettled:
    return Unsettled(f"The {thing} is still being changed. Look at its events, or run this again in a while.")
