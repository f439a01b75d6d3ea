"""Pages and the JSON API: a form, one call into lib, an answer."""

from importlib import import_module

from flask import Blueprint

# One module a group of pages; each has a blueprint `bp`.
GROUPS = (
    "landing",
    "health",
    "metrics",
    "auth",
    "dashboard",
    "expenses",
    "replays",
    "receipts",
    "files",
    "imports",
    "budgets",
    "reports",
    "notifications",
    "settings",
    "api",
    "api.docs",
)


def blueprints() -> list[Blueprint]:
    found: list[Blueprint] = [import_module(f"web.{group}").bp for group in GROUPS]
    return found
