"""The planner as JSON, for scripts and for our own pages. What it does is described at /openapi.json."""

from web.api import (
    account,
    budgets,
    expenses,
    filing,
    notifications,
    receipt_reading,
    receipts,
    reports,
    rules,
    security_events,
)
from web.api.blueprint import bp

__all__ = [
    "account",
    "bp",
    "budgets",
    "expenses",
    "filing",
    "notifications",
    "receipt_reading",
    "receipts",
    "reports",
    "rules",
    "security_events",
]
