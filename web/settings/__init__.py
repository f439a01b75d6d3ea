"""What people set about themselves, a page each."""

from web.settings import account, categories, events, notifications, profile, rules, security, tokens
from web.settings.pages import bp

__all__ = ["account", "bp", "categories", "events", "notifications", "profile", "rules", "security", "tokens"]
