"""The pages about expenses: the list, one of them, many at once, the trash."""

from web.expenses import editing, filing, listing, many, review
from web.expenses.blueprint import bp

__all__ = ["bp", "editing", "filing", "listing", "many", "review"]
