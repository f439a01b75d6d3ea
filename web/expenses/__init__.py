"""The pages about expenses: the list, one of them, many at once, the trash."""

from web.expenses import editing, listing, many
from web.expenses.blueprint import bp

__all__ = ["bp", "editing", "listing", "many"]
