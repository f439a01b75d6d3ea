"""What is set up on AWS is described by facts: those it should have, and those it has.

Facts are plain values under AWS's own names ("VisibilityTimeout"), so that comparing, showing and repairing them is the
same for every kind.
"""

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from botocore.exceptions import ClientError

from aws_config.faults import code_of

Facts = Mapping[str, Any]
State = Literal["right", "missing", "differs", "open"]
ONLY_OVER_TLS = "OnlyOverTLS"
ABSENT = ("ResourceNotFoundException", "404")  # by which most services say that there is no such thing
PROTECTION = "DeletionProtection"  # the fact that keeps a thing from being removed


class Resource(Protocol):
    """One thing on AWS. Every method may be called again after it was cut off anywhere, and goes on from there."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    def wanted(self) -> Facts: ...
    def actual(self) -> Facts | None:
        """None if it is not there, or on its way out."""

    def create(self) -> None:
        """Begin to make it, without waiting for its end. Facts may still differ afterwards."""

    def change(self, facts: Set[str]) -> None:
        """Make these facts as wanted, and wait until more can be changed. Raises Unchangeable."""

    def remove(self) -> None:
        """Nothing happens if it is not there. Raises Protected."""

    def opens(self, difference: "Difference") -> bool:
        """Whether this lets someone in, or something out, that should not be."""


class Unchangeable(Exception):
    """AWS cannot change this in place; the message says what a person can do."""


class Protected(Exception):
    """This is not removed; the message says why, and what lifts it."""


@dataclass(frozen=True)
class Difference:
    fact: str
    now: Any  # None: not there
    wanted: Any  # None: should not be there


@dataclass(frozen=True)
class Finding:
    """How one resource compares with what it should be."""

    kind: str
    name: str
    state: State
    differences: tuple[Difference, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.state == "right"


def if_there(read: Callable[[], Mapping[str, Any]], *absent: str) -> dict[str, Any] | None:
    """What AWS answers; None where it says that there is no such thing, by ABSENT or the codes that are given in its place."""
    try:
        return dict(read())
    except ClientError as error:
        if code_of(error) in (absent or ABSENT):
            return None
        raise


def look(resource: Resource) -> Finding:
    """Compare what is there with what should be."""
    actual = resource.actual()
    if actual is None:
        return Finding(resource.kind, resource.name, "missing")
    wanted = resource.wanted()
    differences = tuple(
        Difference(fact, actual.get(fact), wanted.get(fact))
        for fact in dict.fromkeys([*wanted, *actual])
        if actual.get(fact) != wanted.get(fact)
    )
    return Finding(resource.kind, resource.name, _state(resource, differences), differences)


def _state(resource: Resource, differences: tuple[Difference, ...]) -> State:
    if not differences:
        return "right"
    return "open" if any(map(resource.opens, differences)) else "differs"


def statements(policy: str | Mapping[str, Any] | None) -> dict[str, Any]:
    """The facts of a policy: a statement each, by its Sid. Nothing for no policy.

    One that someone else wrote may lack Sids; it is numbered then.
    """
    document = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    said = document.get("Statement", []) if isinstance(document, Mapping) else []
    listed = [said] if isinstance(said, Mapping) else said
    return {
        f"Policy {statement.get('Sid') or number}": dict(statement) for number, statement in enumerate(listed)
    }


def widens(difference: Difference) -> bool:
    """Whether a policy allows what it should not, or no longer forbids what it should."""
    if not difference.fact.startswith("Policy "):
        return False
    now, wanted = difference.now or {}, difference.wanted or {}
    return bool(now.get("Effect") == "Allow" or wanted.get("Effect") == "Deny")


def policy_of(*listed: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [dict(statement) for statement in listed]}


def only_over_tls(service: str, *arns: str) -> dict[str, Any]:
    """A statement that refuses whoever does not come by TLS."""
    return {
        "Sid": ONLY_OVER_TLS,
        "Effect": "Deny",
        "Principal": "*",
        "Action": f"{service}:*",
        "Resource": arns[0] if len(arns) == 1 else list(arns),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
