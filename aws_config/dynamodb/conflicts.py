"""Writers that meet: what DynamoDB says about it, and how long we try again."""

import random
import time
from collections.abc import Sequence

from botocore.exceptions import ClientError

from aws_config.dynamodb.values import Item
from aws_config.faults import code_of
from lib.errors import Invalid, PlannerError, TooLarge, Unavailable

_PAUSES = (0.01, 0.6)  # seconds, the first and the longest, of which a part by chance
CONFLICT = frozenset(
    {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
)
_BUSY = CONFLICT | {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"}
# What one code, ValidationError, stands for as the reason of a cancelled transaction: the beginnings of AWS's documented
# sentences tell it apart. Any other is a mistake of ours, and nobody's amounts are to blame.
_UNFIT: tuple[tuple[str, type[PlannerError], str], ...] = (
    (
        "Item size",
        TooLarge,
        "With this, a month would have more categories and currencies than fit together.",
    ),
    ("Number overflow", Invalid, "These amounts are larger than can be added up."),
)


class Refused(Exception):
    """A condition did not hold, so nothing was written."""

    def __init__(self, failed: Sequence[bool], there: Item | None = None) -> None:
        """Of each write whether it was refused; and what is there, where a single one was."""
        super().__init__("a condition did not hold")
        self.failed, self.there = failed, there


class Tries:
    """Waits between tries, a little longer each time and by chance, and gives up after `patience` seconds."""

    def __init__(self, patience: float) -> None:
        self._give_up = time.monotonic() + patience
        self._pause = _PAUSES[0]

    def __call__(self) -> None:
        if time.monotonic() > self._give_up:
            raise busy()
        time.sleep(random.uniform(self._pause / 2, self._pause))  # noqa: S311  # no secret
        self._pause = min(2 * self._pause, _PAUSES[1])


def was_cancelled(error: ClientError) -> bool:
    """Whether DynamoDB undid the transaction because of another one, or too many. Raises what another try cannot change."""
    if code_of(error) != "TransactionCanceledException":
        return False
    reasons = error.response["CancellationReasons"]
    codes = [reason.get("Code", "None") for reason in reasons]
    failed = [code == "ConditionalCheckFailed" for code in codes]
    if any(failed):
        raise Refused(failed) from error
    for reason in reasons:
        _refuse_unfit(reason.get("Message") or "", error)
    if set(codes) - {"None"} - _BUSY:
        raise error
    return True


def _refuse_unfit(message: str, error: ClientError) -> None:
    for beginning, kind, sentence in _UNFIT:
        if message.startswith(beginning):
            raise kind(sentence) from error


def busy() -> Unavailable:
    return Unavailable(
        "The planner is busy saving other things. Nothing of this was saved; try again in a moment.",
        part="store",
    )
