"""What people can be told of, and on which ways."""

from dataclasses import dataclass

APP, EMAIL, SMS, WEBHOOK = "app", "email", "sms", "webhook"
CHANNELS = (APP, EMAIL, SMS, WEBHOOK)  # the app itself shows what the other ways carry
_MESSAGES = frozenset({APP, EMAIL, WEBHOOK})
_URGENT = frozenset(CHANNELS)


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    name: str
    what: str  # when it comes, in a sentence
    channels: frozenset[str]  # on which it comes unless its owner chose others
    icon: str  # a Bootstrap icon's name
    optional: bool = True  # whether it can be turned off


THRESHOLD = Kind(
    "budget_alert",
    "Budget nearly used up",
    "A budget reaches one of its percentages, 80% unless you set others.",
    _MESSAGES,
    "bell",
)
EXCEEDED = Kind(
    "budget_exceeded", "Budget exceeded", "More is spent than a budget has.", _URGENT, "exclamation-triangle"
)
EARLY = Kind(
    "early_warning",
    "Early warning",
    "At this pace a budget runs out before the month does.",
    _MESSAGES,
    "graph-up-arrow",
)
OVERALL = Kind(
    "overall_limit",
    "Limit for all spending",
    "All spending together reaches a percentage of your monthly limit, or goes over it.",
    _URGENT,
    "speedometer2",
)
LARGE = Kind(
    "large_expense",
    "Large expense",
    "A single expense is larger than the bounds below.",
    _MESSAGES,
    "cash-stack",
)
UNUSUAL = Kind(
    "unusual_spending",
    "Unusual spending",
    "A category is far above what it usually comes to.",
    _MESSAGES,
    "search",
)
PRICE_RISE = Kind(
    "price_rise",
    "A subscription costs more",
    "The same payee under Subscriptions takes more than the last time.",
    _MESSAGES,
    "arrow-up-right",
)
WEEKLY = Kind(
    "weekly_summary",
    "Weekly summary",
    "Your week, on the first day of the next.",
    frozenset({APP}),
    "calendar-week",
)
MONTHLY = Kind(
    "monthly_summary",
    "Monthly summary",
    "Your month, on the first day of the next.",
    frozenset({APP, EMAIL}),
    "calendar-month",
)
CONFIRMATION = Kind(
    "expense_confirmation",
    "Each expense",
    "A note for every expense that is added.",
    frozenset(),
    "receipt",
)
TEST = Kind("test", "Test message", "You asked for it.", frozenset(), "send", optional=False)
DIGEST = Kind(
    "digest", "Daily digest", "The day's messages in one.", frozenset({EMAIL}), "inboxes", optional=False
)
WELCOME = Kind(
    "subscription_welcome",
    "Welcome",
    "Your address is confirmed.",
    frozenset({APP}),
    "envelope-check",
    optional=False,
)

OPTIONAL = (THRESHOLD, EXCEEDED, EARLY, OVERALL, LARGE, UNUSUAL, PRICE_RISE, WEEKLY, MONTHLY, CONFIRMATION)
ALL = {kind.key: kind for kind in (*OPTIONAL, TEST, DIGEST, WELCOME)}
