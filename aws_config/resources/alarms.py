"""Alarms and dashboards of CloudWatch."""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from aws_config.alarms import Rule, Watched
from aws_config.resources.base import Difference, Facts, if_there

TRIES = 10  # of a request: CloudWatch takes three new alarms a second
AT_ONCE = 100  # alarms that one request removes
NO_DASHBOARD = ("ResourceNotFound", "DashboardNotFoundError")


class AlarmsResource:
    """Every alarm below a name. Other alarms of that name are found too, and go: someone has renamed ours, or it is no more."""

    kind = "alarms"

    def __init__(
        self, aws: Any, below: str, rules: Sequence[Rule], topic: str, *, but: Set[str] = frozenset()
    ) -> None:
        """
        Args:
            below: What their names start with, such as "smart-budget/".
            topic: The ARN of what tells people.
            but: Alarms that are left as they are until all of them go, because it is not known how they should be.
        """
        self.name, self._but = below, but
        self._cloudwatch = aws.client("cloudwatch", tries=TRIES)
        self._rules, self._topic = rules, topic

    def wanted(self) -> Facts:
        return {
            rule.alarm(thing): self._facts(rule, watched)
            for rule in self._rules
            for thing, watched in rule.things.items()
        }

    def actual(self) -> Facts | None:
        found = self._found()
        return {name: _facts_of(alarm) for name, alarm in found.items() if name not in self._but} or None

    def create(self) -> None:
        self.change(self.wanted().keys())

    def change(self, facts: Set[str]) -> None:
        wanted = self.wanted()
        self._remove([alarm for alarm in sorted(facts) if alarm not in wanted])
        for alarm, told in wanted.items():
            if alarm in facts:
                self._cloudwatch.put_metric_alarm(AlarmName=self.name + alarm, **_arguments(told))

    def remove(self) -> None:
        self._remove(list(self._found()))

    def opens(self, difference: Difference) -> bool:
        return False

    def _found(self) -> dict[str, Any]:
        """By name, without what all names start with."""
        pages = self._cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=self.name)
        found = [alarm for page in pages for alarm in page["MetricAlarms"]]
        return {alarm["AlarmName"].removeprefix(self.name): alarm for alarm in found}

    def _remove(self, alarms: Sequence[str]) -> None:
        for start in range(0, len(alarms), AT_ONCE):
            names = [self.name + alarm for alarm in alarms[start : start + AT_ONCE]]
            self._cloudwatch.delete_alarms(AlarmNames=names)

    def _facts(self, rule: Rule, watched: Watched) -> dict[str, Any]:
        return {
            "AlarmDescription": rule.description,
            "Namespace": rule.signal.namespace,
            "MetricName": rule.signal.metric,
            "Dimensions": dict(watched.dimensions),
            "Statistic": rule.signal.statistic,
            "Period": rule.period,
            "EvaluationPeriods": rule.times,
            "DatapointsToAlarm": rule.times,
            "Threshold": watched.limit,
            "ComparisonOperator": "LessThanThreshold" if rule.below else "GreaterThanOrEqualToThreshold",
            "TreatMissingData": rule.silence,
            "ActionsEnabled": True,
            "AlarmActions": [self._topic],
            "OKActions": [self._topic],
        }


class DashboardResource:
    """One page: a widget is a fact, by its title."""

    kind = "dashboard"

    def __init__(
        self, aws: Any, name: str, widgets: Sequence[Mapping[str, Any]], *, unsure: bool = False
    ) -> None:
        """`unsure`: one that is there is left as it is until it goes, because it is not known how it should be."""
        self.name, self._unsure = name, unsure
        self._cloudwatch, self._widgets = aws.client("cloudwatch"), widgets

    def wanted(self) -> Facts:
        return _by_title(self._widgets)

    def actual(self) -> Facts | None:
        found = if_there(lambda: self._cloudwatch.get_dashboard(DashboardName=self.name), *NO_DASHBOARD)
        if found is None:
            return None
        there = self._widgets if self._unsure else json.loads(found["DashboardBody"]).get("widgets", [])
        return _by_title(there)

    def create(self) -> None:
        self.change(frozenset())

    def change(self, facts: Set[str]) -> None:
        self._cloudwatch.put_dashboard(
            DashboardName=self.name, DashboardBody=json.dumps({"widgets": self._widgets})
        )

    def remove(self) -> None:
        if self.actual() is not None:
            self._cloudwatch.delete_dashboards(DashboardNames=[self.name])

    def opens(self, difference: Difference) -> bool:
        return False


def _by_title(widgets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Text has no title: its place tells it apart."""
    return {
        f"Widget {widget.get('properties', {}).get('title') or (widget.get('x'), widget.get('y'))}": widget
        for widget in widgets
    }


def _arguments(facts: Mapping[str, Any]) -> dict[str, Any]:
    """As `put_metric_alarm` takes them."""
    told = dict(facts)
    statistic = told.pop("Statistic")
    which = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    dimensions = [{"Name": name, "Value": value} for name, value in facts["Dimensions"].items()]
    return {**told, which: statistic, "Dimensions": dimensions}


def _facts_of(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """What `describe_alarms` says of one, as we say it, in the same order."""
    return {
        "AlarmDescription": alarm.get("AlarmDescription"),
        "Namespace": alarm.get("Namespace"),
        "MetricName": alarm.get("MetricName"),
        "Dimensions": {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])},
        "Statistic": alarm.get("ExtendedStatistic") or alarm.get("Statistic"),
        "Period": alarm.get("Period"),
        "EvaluationPeriods": alarm.get("EvaluationPeriods"),
        "DatapointsToAlarm": alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods"),
        "Threshold": alarm.get("Threshold"),
        "ComparisonOperator": alarm.get("ComparisonOperator"),
        "TreatMissingData": alarm.get("TreatMissingData"),
        "ActionsEnabled": alarm.get("ActionsEnabled"),
        "AlarmActions": list(alarm.get("AlarmActions", [])),
        "OKActions": list(alarm.get("OKActions", [])),
    }
