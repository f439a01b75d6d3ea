"""Notifications and letters of every kind to look at and to test with, in several moneys, as short, as long and as hostile as they come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lib.alerting import kinds
from lib.alerting.kinds import Kind
from lib.alerting.letters import letter
from lib.alerting.preferences import Preferences
from lib.identity import letters as about
from lib.identity.events import SecurityEvent, What
from lib.records import Email, Notification, User
from lib.writing.formats import percent_text, short_money

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ADDRESS = "https://budget.example"
KEY = "kqWm3rJx0ZfX8cVtq1b7nHkq9w2e4r5t6y7u8i9o0pA"
RECEIVED = "Vt3kqWm3rJx0ZfX8cVtq1b7nHkq9w2e4r5t6y7u8i9o"
PREFERENCES = Preferences(key=KEY)
LONG = "Lebensmittelfachgeschäftsinhaberinnenbedarf und Donaudampfschifffahrt"
HOSTILE = "<script>alert(1)</script>\"'><b>Win\r\nBcc: x@evil.example\n\nhttp://evil.example/a \u202etxt.exe"

ANNA = User(
    "0193e5f0a1b2c3d4e5f60718293a4b5c",
    "anna",
    "anna@example.com",
    "",
    NOW,
    display_name="Anna",
    currency="EUR",
    locale="de_DE",
    time_zone="Europe/Berlin",
)
BILL = replace(
    ANNA, username="bill", email="bill@example.com", display_name="", currency="USD", locale="en_US"
)
YUKI = replace(
    ANNA, username="yuki", email="yuki@example.com", display_name="高橋 由紀", currency="JPY", locale="ja"
)

SIGNED_IN = SecurityEvent(
    "0193e5f0", What.NEW_BROWSER, NOW, NOW, 1, "Samsung Internet on Android", "2001:db8:1:x", ""
)


def money(user: User, amount: str) -> str:
    return short_money(Decimal(amount), user.currency, user.locale)


def notification(user: User, kind: Kind, subject: str, message: str = "", **data: Any) -> Notification:
    return Notification(
        user_id=user.user_id,
        notification_id="7f3c2a9e5b1d48069a7b3c5d7e9f1a2b",
        kind=kind.key,
        subject=subject,
        message=message,
        created_at=NOW,
        expires_at=NOW + timedelta(days=400),
        data=data,
    )


def budget(
    user: User, kind: Kind, subject: str, percent: int, *, state: str = "near", name: str = "Groceries"
) -> Notification:
    """What is told of a budget of 500, of which so much is spent."""
    spent = Decimal(5 * percent)
    left = 500 - spent
    return notification(
        user,
        kind,
        subject,
        f"You have spent {money(user, str(spent))} of {money(user, '500')} in November 2026.",
        figures=[
            ["Budget", money(user, "500")],
            ["Spent", money(user, str(spent))],
            ["Over" if left < 0 else "Left", money(user, str(abs(left)))],
        ],
        percent=percent,
        state=state,
        link="/budget?month=2026-11",
        action=f"Look at {name}" if name else "See the budgets of the month",
        category=name,
        month="2026-11",
    )


def expense(
    user: User, kind: Kind, subject: str, message: str, payee: str, *, amount: str = "240"
) -> Notification:
    figures = [
        ["Amount", money(user, amount)],
        ["Payee", payee],
        ["Category", "Housing"],
        ["Day", "20 Nov 2026"],
    ]
    return notification(
        user, kind, subject, message, figures=figures, link="/expenses/0193", action="Look at the expense"
    )


def every_kind(user: User) -> dict[str, Notification]:
    """One of each, by a name."""

    def sum_(amount: str) -> str:
        return money(user, amount)

    def percent(number: int) -> str:
        return percent_text(number, user.locale)

    return {
        "threshold": budget(user, kinds.THRESHOLD, f"Groceries: {percent(82)} of the budget is spent", 82),
        "exceeded": budget(user, kinds.EXCEEDED, f"Groceries is {sum_('60')} over budget", 112, state="over"),
        "early": budget(user, kinds.EARLY, "Groceries may run out on 23 Nov", 71),
        "overall": budget(
            user,
            kinds.OVERALL,
            f"You are {sum_('20')} over your limit for the month",
            104,
            state="over",
            name="",
        ),
        "large": expense(
            user,
            kinds.LARGE,
            f"Large expense: {sum_('240')} at Fahrradladen Süd",
            f"{sum_('240')} in Housing on 20 Nov 2026, {percent(30)} of its budget of {sum_('800')}.",
            "Fahrradladen Süd",
        ),
        "unusual": notification(
            user,
            kinds.UNUSUAL,
            "Travel is far above its usual month",
            f"{sum_('912.4')} so far in November 2026; a usual month comes to {sum_('205')}.",
            figures=[["Spent in November 2026", sum_("912.4")], ["A usual month", sum_("205")]],
            link="/expenses?category=Travel&month=2026-11",
            action="See what it was in Travel",
        ),
        "price-rise": expense(
            user,
            kinds.PRICE_RISE,
            f"Streaming Plus now costs {sum_('17.99')}, before {sum_('13.99')}",
            f"Streaming Plus took {sum_('17.99')} on 20 Nov 2026, and {sum_('13.99')} on 20 Oct 2026: {sum_('4')} more.",
            "Streaming Plus",
            amount="17.99",
        ),
        "weekly": notification(
            user,
            kinds.WEEKLY,
            f"Your week: {sum_('312.4')} spent",
            f"{sum_('312.4')} from 16 to 22 Nov, {sum_('41.2')} less than the week before.",
            figures=[
                ["Groceries", sum_("121.35")],
                ["Food & Dining", sum_("86.05")],
                ["Transport", sum_("49")],
                ["Everything else", sum_("56")],
            ],
            link="/dashboard",
            action="See the overview",
        ),
        "monthly": notification(
            user,
            kinds.MONTHLY,
            f"October 2026: {sum_('1834.2')} spent",
            f"That is {sum_('165.8')} less than budgeted. Two of eight budgets were exceeded.",
            figures=[
                ["Left", sum_("165.8")],
                ["Spent", sum_("1834.2")],
                ["Budgeted", sum_("2000")],
                ["Received", sum_("2610")],
                ["Housing", sum_("890")],
                ["Groceries", sum_("421.17")],
                ["Food & Dining", sum_("163.9")],
                ["Transport", sum_("98.5")],
                ["Everything else", sum_("260.63")],
            ],
            percent=91,
            state="fine",
            link="/dashboard?month=2026-10",
            action="See October 2026",
        ),
        "confirmation": expense(
            user,
            kinds.CONFIRMATION,
            f"Added: {sum_('240')} at IKEA",
            f"{sum_('240')} in Housing on 20 Nov 2026.",
            "IKEA",
        ),
        "test": notification(
            user,
            kinds.TEST,
            "A test message",
            "If you can read this, alerts reach you by e-mail. Say so, and the planner notes it.",
            received=RECEIVED,
            link=f"/notifications/received/{user.user_id}.{RECEIVED}",
            action="I received it",
        ),
        "digest": notification(
            user,
            kinds.DIGEST,
            f"Groceries: {percent(82)} of the budget is spent, and 2 more",
            f"Groceries: {percent(82)} of the budget is spent\nLarge expense\nTravel",
            lines=[
                {
                    "subject": f"Groceries: {percent(82)} of the budget is spent",
                    "message": f"You have spent {sum_('410')} of {sum_('500')} in November 2026.",
                    "link": "/budget?month=2026-11",
                },
                {
                    "subject": f"Large expense: {sum_('240')} at Fahrradladen Süd",
                    "message": f"{sum_('240')} in Housing on 20 Nov 2026.",
                    "link": "/expenses/0193",
                },
                {"subject": "Travel is far above its usual month", "message": "", "link": ""},
            ],
            link="/notifications",
            action="See all notifications",
        ),
        "welcome": notification(
            user,
            kinds.WELCOME,
            "Alerts reach you by e-mail now",
            "Your address is confirmed. You are told when a budget is in danger, once, and in time.",
            link="/budget",
            action="Look at your budgets",
        ),
    }


def hard_ones() -> dict[str, tuple[User, Notification]]:
    """Long names, large amounts, text from a stranger, text from right to left."""
    largest = money(ANNA, "9999999999.99")
    long = budget(ANNA, kinds.EXCEEDED, f"{LONG} is {largest} over budget", 348, state="over", name=LONG)
    figures = [
        ["Budget", largest],
        ["Spent", largest],
        ["Over", largest],
        [LONG, largest],
        ["Payee", LONG * 2],
    ]
    arabic = expense(
        ANNA,
        kinds.LARGE,
        f"Large expense: {money(ANNA, '240')} at متجر الكتب",
        "متجر الكتب, in Education.",
        "متجر الكتب",
    )
    hostile = expense(
        ANNA, kinds.LARGE, f"Large expense: 240 € at {HOSTILE}"[:200], f"{HOSTILE} in Housing.", HOSTILE
    )
    return {
        "long": (ANNA, replace(long, data={**long.data, "figures": figures, "action": f"Look at {LONG}"})),
        "unbroken": (
            ANNA,
            replace(long, subject="W" * 150, message="W" * 300, data={"figures": [["W" * 90, "W" * 90]]}),
        ),
        "arabic": (ANNA, arabic),
        "hostile": (ANNA, hostile),
        "nothing": (BILL, budget(BILL, kinds.THRESHOLD, "Groceries: 0% of the budget is spent", 0)),
    }


def samples() -> dict[str, tuple[User, Notification]]:
    """All of them, each under a name of its own."""
    people = {"de": ANNA, "us": BILL, "ja": YUKI}
    found = {
        f"{name}-{code}": (user, each)
        for code, user in people.items()
        for name, each in every_kind(user).items()
    }
    return found | hard_ones()


def account_letters(user: User) -> dict[str, Email]:
    """What is written about an account."""
    link = f"{ADDRESS}/email/confirm/{user.user_id}.{RECEIVED}"
    return {
        "account-reset": about.reset(user, ADDRESS, link),
        "account-confirm": about.confirm_email(user, "anna@home.example", ADDRESS, link),
        "account-changing": about.email_changing(user, "anna@home.example", ADDRESS),
        "account-changed": about.password_changed(user, ADDRESS),
        "account-new-browser": about.new_browser(user, SIGNED_IN, ADDRESS),
        "account-welcome": about.welcome(user, ADDRESS, link),
        "account-welcome-without": about.welcome(user, ADDRESS, ""),
        "account-alerts": about.confirm_alerts(user, ADDRESS, link),
        "account-hostile": about.reset(
            replace(user, username=HOSTILE[:40], display_name=HOSTILE[:80]), ADDRESS, link
        ),
    }


def letters() -> dict[str, Email]:
    """All of them as letters."""
    told = {name: letter(user, PREFERENCES, each, ADDRESS) for name, (user, each) in samples().items()}
    return told | account_letters(ANNA)
