"""AWS's budgets: somebody hears of it when a month costs more than it should."""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from aws_config.account import Account
from aws_config.resources.base import Difference, Facts, if_there

NEARLY, ALL = 80, 100  # percent
TOLD = (("ACTUAL", NEARLY), ("ACTUAL", ALL), ("FORECASTED", ALL))


class CostBudgetResource:
    """What the whole account may cost in a month: AWS counts an account's money, not an installation's."""

    kind = "cost budget"

    def __init__(self, aws: Any, account: Account, name: str, *, dollars: int, address: str) -> None:
        self.name = name
        self._budgets, self._which = aws.client("budgets"), {"AccountId": account.number}
        self._dollars, self._address = dollars, address

    def wanted(self) -> Facts:
        notifications = {f"Notification {kind} {percent}%": [self._address] for kind, percent in TOLD}
        return {"BudgetLimit": f"{self._dollars} USD", "Every": "MONTHLY COST", **notifications}

    def actual(self) -> Facts | None:
        found = if_there(
            lambda: self._budgets.describe_budget(**self._which, BudgetName=self.name)["Budget"],
            "NotFoundException",
        )
        if found is None:
            return None
        limit = found.get("BudgetLimit") or {"Amount": "0", "Unit": "USD"}
        return {
            "BudgetLimit": f"{Decimal(limit['Amount']).normalize():f} {limit['Unit']}",
            "Every": f"{found['TimeUnit']} {found['BudgetType']}",
            **{_fact(each): self._hearers(each) for each in self._notifications()},
        }

    def create(self) -> None:
        self._budgets.create_budget(**self._which, Budget=self._budget())

    def change(self, facts: Set[str]) -> None:
        if facts & {"BudgetLimit", "Every"}:
            self._budgets.update_budget(**self._which, NewBudget=self._budget())
        for there in self._notifications():
            if _fact(there) in facts:  # made anew below, if it is ours
                self._budgets.delete_notification(
                    **self._which, BudgetName=self.name, Notification=_identity(there)
                )
        for kind, percent in TOLD:
            notification = _notification(kind, percent)
            if _fact(notification) in facts:
                self._budgets.create_notification(
                    **self._which,
                    BudgetName=self.name,
                    Notification=notification,
                    Subscribers=[{"SubscriptionType": "EMAIL", "Address": self._address}],
                )

    def remove(self) -> None:
        if self.actual() is not None:
            self._budgets.delete_budget(**self._which, BudgetName=self.name)

    def opens(self, difference: Difference) -> bool:
        return False

    def _budget(self) -> dict[str, Any]:
        return {
            "BudgetName": self.name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": str(self._dollars), "Unit": "USD"},
        }

    def _notifications(self) -> list[dict[str, Any]]:
        pages = self._budgets.get_paginator("describe_notifications_for_budget")
        return [
            each
            for page in pages.paginate(**self._which, BudgetName=self.name)
            for each in page.get("Notifications", [])
        ]

    def _hearers(self, notification: Mapping[str, Any]) -> list[str]:
        pages = self._budgets.get_paginator("describe_subscribers_for_notification")
        found = pages.paginate(**self._which, BudgetName=self.name, Notification=_identity(notification))
        return sorted(each["Address"] for page in found for each in page.get("Subscribers", []))


def _notification(kind: str, percent: int) -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": percent,
        "ThresholdType": "PERCENTAGE",
    }


def _identity(notification: Mapping[str, Any]) -> dict[str, Any]:
    """Which it is: not what state it is in."""
    return {name: value for name, value in notification.items() if name != "NotificationState"}


def _fact(notification: Mapping[str, Any]) -> str:
    """Ours are "Notification ACTUAL 80%"; what somebody else set says how it differs."""
    sign = (
        ""
        if notification["ComparisonOperator"] == "GREATER_THAN"
        else f"{notification['ComparisonOperator']} "
    )
    unit = "%" if notification.get("ThresholdType", "PERCENTAGE") == "PERCENTAGE" else " USD"
    return f"Notification {notification['NotificationType']} {sign}{notification['Threshold']:g}{unit}"
