"""Compares what is on AWS with what should be, makes it so, and takes it away again.

Nothing is remembered between runs: every run looks, so one that was cut off is finished by the next, and whatever someone
changed by hand is found.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aws_config.resources.base import PROTECTION, Finding, Protected, Resource, look

Stage = Sequence[Resource]
Told = Callable[
    [str, Resource], None
]  # what happens to which: "create", "finish", "change", "right", "remove", "protected"
SETTLING = (0.5, 1, 2, 4, 8, 15, 30)  # seconds; SQS shows a change after up to a minute


class Unsettled(Exception):
    """AWS took a change and still shows something else; the message says what. Running again may do."""


def _silent(what: str, resource: Resource) -> None: ...


@dataclass(frozen=True)
class ResourceManager:
    """`stages`: what is in a later one needs what is in an earlier one. `outcome`: which settings of the planner's lead there, once
    all is there."""

    stages: Sequence[Stage]
    outcome: Callable[[], Mapping[str, str]] = dict

    def plan(self) -> list[Finding]:
        """How everything compares, without changing anything."""
        return [look(resource) for resource in self._each()]

    def apply(self, tell: Told = _silent) -> None:
        """Make everything right, stage by stage: first begin to create what is missing, then put right what differs.

        Raises:
            Unchangeable: If AWS cannot make it right in place.
            Unsettled: If it still differs after all that.
        """
        for stage in self.stages:
            findings = [look(resource) for resource in stage]
            for resource, finding in zip(stage, findings, strict=True):
                if finding.state == "missing":
                    tell("create", resource)
                    resource.create()
            for resource, finding in zip(stage, findings, strict=True):
                self._put_right(resource, finding, tell)

    def unprotect(self) -> None:
        """Lift what keeps things from being removed, where they are described as not protected."""
        for resource in self._each():
            if any(difference.fact == PROTECTION for difference in look(resource).differences):
                resource.change({PROTECTION})

    def protected(self) -> list[str]:
        """What would stay, though everything else went."""
        facts = ((resource, resource.actual() or {}) for resource in self._each())
        return [f"{resource.kind} {resource.name}" for resource, actual in facts if actual.get(PROTECTION)]

    def remove(self, tell: Told = _silent) -> list[Protected]:
        """Take everything away, last things first, telling only of what is there. Returns why some of it stays."""
        stay = []
        for resource in reversed(list(self._each())):
            if resource.actual() is not None:
                tell("remove", resource)
            try:
                resource.remove()
            except Protected as why:
                tell("protected", resource)
                stay.append(why)
        return stay

    def _each(self) -> Iterable[Resource]:
        return (resource for stage in self.stages for resource in stage)

    def _put_right(self, resource: Resource, finding: Finding, tell: Told) -> None:
        is_new = finding.state == "missing"
        if is_new:
            finding = _seen(resource)
        if finding.differences:
            tell("finish" if is_new else "change", resource)
            resource.change({difference.fact for difference in finding.differences})
            finding = _settled(resource)
        if not finding.is_right:
            facts = ", ".join(difference.fact for difference in finding.differences) or finding.state
            raise Unsettled(f"The {resource.kind} {resource.name} is not as it should be yet: {facts}.")
        tell("right", resource)


def _seen(resource: Resource) -> Finding:
    """What was just created may take a moment to be seen."""
    finding = look(resource)
    for pause in SETTLING:
        if finding.state != "missing":
            break
        time.sleep(pause)
        finding = look(resource)
    return finding


def _settled(resource: Resource) -> Finding:
    finding = look(resource)
    for pause in SETTLING:
        if finding.is_right:
            break
        time.sleep(pause)
        finding = look(resource)
    return finding
