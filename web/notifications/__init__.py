"""What someone was told, and the pages that links in messages lead to."""

from web.notifications import history, links
from web.notifications.blueprint import bp

__all__ = ["bp", "history", "links"]
