"""Every page there is, with the address at which someone finds it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlsplit

from playwright.sync_api import Page

from app import create_app
from lib.alerting import preferences
from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.records import Delivery, Notification, User
from lib.reporting.periods import month_period
from lib.reporting.runs import FORMATS
from lib.services import Services
from tests.live import Planner, wait_until
from tests.papers import pdf, photo

NO_PAGES = {
    "bootstrap.static",
    "docs.openapi",
    "expenses.export",
    "favicon",
    "health.alive",
    "health.ready",
    "landing.favicon",
    "landing.robots",
}
# Seconds that the worker may take. While it is at it, a page loads itself anew under whoever looks at it.
SOON = 60
BANK_FILE = b"Date;Payee;Amount\n2026-11-03;Corner shop;-12.50\n2026-11-04;Bakery;-3.20\nsoon;Bakery;-1.00\n"


def pages(planner: Planner, services: Services) -> list[str]:
    """Addresses of all pages that name nothing of anyone's. What a stranger may not see leads them to sign in."""
    app = create_app(planner.settings, services)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    found = [
        rule.rule for rule in rules if rule.endpoint not in NO_PAGES and not rule.endpoint.startswith("api.")
    ]
    return sorted(found) + ["/nothing/here"]


def visits(page: Page, addresses: list[str]) -> Iterator[str]:
    """Open one after the other. What only leads to a page seen before, such as a stranger to sign in, is left out."""
    seen: set[str] = set()
    for address in addresses:
        page.goto(address)
        path = urlsplit(page.url).path
        if path == urlsplit(address).path or path not in seen:
            seen.add(path)
            yield address


def tell(services: Services, user: User) -> None:
    """Messages in every state, with texts as long as they may be."""
    at, long = services.now(), "Lebensmittelfachgeschäftsinhaberin" * 4
    states = ("queued", "sending", "sent", "failed", "held")
    for number, state in enumerate(states):
        row = Notification(
            user.user_id,
            f"{number:032x}",
            "budget_exceeded",
            f"{long} {state}",
            f"{long} " * 3,
            at,
            at + timedelta(days=9),
            data={"state": "over", "link": "/budget", "action": f"Look at {long}"},
            deliveries=tuple(
                Delivery(channel, state, at, reason=long) for channel in ("email", "sms", "webhook")
            ),
            note=long,
        )
        services.store.add_notification(row)


def looked(services: Services, user: User) -> str:
    """A look at what would be filed anew, done."""
    run = services.replays.start(user, "a look")
    wait_until(lambda: not services.replays.get_replay(user, run.replay_id).is_at_work, "the look", SOON)
    return run.replay_id


def own_pages(services: Services, user: User) -> list[str]:
    """Addresses of pages about what is `user`'s: an expense with receipts, a budget, a category, imports at each step."""
    draft = ExpenseDraft(Decimal("8.40"), user.currency, "Groceries", date(2026, 11, 2), payee="Bakery")
    expense = services.expenses.add_expense(user, draft, "a page of its own")
    for name, content in (("Kassenbon" * 20, photo()), ("bill", pdf())):
        receipt = services.receipts.upload_receipt(user, expense.expense_id, name, BytesIO(content))
        services.receipts.attach(user, expense.expense_id, [receipt.receipt_id])
    budget = services.budgets.set_budget(user, "Travel", Decimal(250), Month(2026, 11))
    new, checked = (
        services.imports.start(user, "bank.csv", BytesIO(BANK_FILE), key) for key in ("new", "checked")
    )
    services.imports.check(user, checked.run_id)
    done = services.imports.start(user, "bank.csv", BytesIO(BANK_FILE), "done")
    if done.is_waiting:
        done = services.imports.check(user, done.run_id)
        services.imports.confirm(user, done.run_id, (), (), done.version)
    wait_until(lambda: services.imports.get_run(user, done.run_id).is_finished, "the import", SOON)
    rule = services.rules.add_rule(
        user, Rule("", "Brot" * 15, "Groceries", "words", "Bäckerei " * 20), "rule"
    )
    guessed = replace(draft, category=UNCATEGORISED, payee="Wolkenkuckucksheimverwaltung" * 3)
    waits = services.expenses.add_expense(user, replace(guessed, auto=True), "waits")
    services.expenses.add_expense(user, guessed, "nobody's")
    services.filing.categorise(user.user_id, waits.expense_id)
    tell(services, user)
    reports = [services.reports.ask(user, month_period(Month(2026, 10)), FORMATS, key) for key in ("r", "s")]
    wait_until(lambda: not any(each.is_at_work for each in services.reports.list(user)), "the reports", SOON)
    key = preferences.change(services.store, user.user_id, subscription="").key
    return [
        f"/notifications/unsubscribe/{user.user_id}.{key}?kind=large_expense",
        *(f"/reports/{report.report_id}" for report in reports),
        "/notifications?state=failed&kind=weekly_summary",
        f"/notifications/confirm/{services.alert_addresses.links.issue(user.user_id, {'email': user.email})}",
        "/notifications/confirm/no.such-link",
        "/notifications/received/no.such.link",
        f"/expenses/{expense.expense_id}",
        f"/expenses/{waits.expense_id}",
        "/expenses/review",
        f"/settings/rules/{rule.rule.rule_id}",
        f"/expenses/again/{looked(services, user)}",
        f"/budget/{budget.budget_id}",
        "/settings/categories/edit?key=Groceries",
        f"/import/{new.run_id}/columns",
        f"/import/{checked.run_id}/check",
        f"/import/{done.run_id}",
        "/dashboard?month=2026-01",
        "/expenses?q=nothing-like-it",
        "/expenses?min=much&from=soon",
        "/password/reset/no.such-link",
        "/email/confirm/no.such-link",
    ]
