"""Take pictures of every page, light and dark, wide and narrow, for docs/screenshots; and of the overview for the landing page.

    python -m scripts.take_screenshots              all of them: about two minutes
    python -m scripts.take_screenshots overview     those whose names begin so

A made-up household on a fixed day, so that a picture changes when a page does. Needs Chromium and requirements-dev.txt.
"""

import argparse
import base64
import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from lib.alerting import preferences
from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.demo import fill
from lib.expenses import ExpenseDraft
from lib.file_links import FileLinks
from lib.periods import Month
from lib.records import Delivery, Expense, Filters, Notification, User
from lib.reporting.periods import month_period, year_period
from lib.services import Services
from lib.settings import Settings
from lib.work import do
from scripts.screenshot_papers import SLIP, STATEMENT
from selfhost.disk_files import DiskFiles
from selfhost.local_functions import LocalFunctions
from selfhost.messenger import make_messenger
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests.papers import pdf, photo

ROOT = Path(__file__).parent.parent
PICTURES, LANDING = ROOT / "docs/screenshots", ROOT / "static/img"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105  # of accounts that exist for two minutes
WIDTHS = {1280: 1, 375: 2}  # how many dots a pixel has there
TALLEST = 2400
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
]
# A bare machine has no interface font and falls back to one that is a fifth wider than any desktop's.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include>
<match target="pattern"><edit name="family" mode="prepend" binding="strong">
<string>Inter</string><string>Noto Sans</string><string>Liberation Sans</string></edit></match></fontconfig>"""


@dataclass(frozen=True)
class Shot:
    """One page: what its pictures are called, where it is, who looks at it ("" for a stranger), and receipts to choose there."""

    name: str
    address: str
    who: str = "anna"
    files: tuple[FilePayload, ...] = ()


class AtOnce:
    """A queue whose work is done when it is sent."""

    services: Services

    def check(self) -> None: ...

    def send(self, task: str, *arguments: str) -> None:
        do(self.services, task, *arguments)

    def send_expense_message(self, expense: Expense) -> None:
        self.send("categorise", expense.user_id, expense.expense_id)

    def send_notification(self, message: Mapping[str, str]) -> None:
        self.send("notify", message["user_id"], message["notification_id"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="take_screenshots", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", help="only pictures whose names begin so")
    wanted = tuple(parser.parse_args(arguments).names) or ("",)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with TemporaryDirectory() as folder, running(Path(folder)) as (services, address):
        shots = [shot for shot in prepare(services) if shot.name.startswith(wanted)]
        with browser(Path(folder)) as chromium:
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    take(chromium, address, shots, theme, width)
                if "landing".startswith(wanted) or "" in wanted:
                    take_for_landing(chromium, address, theme)
    return 0


@contextmanager
def running(folder: Path) -> Iterator[tuple[Services, str]]:
    """The planner in this process, on the fixed day."""
    settings = Settings(_env_file=None, data_dir=folder, secret_key="only for pictures" * 2)
    upgrade(settings.database)
    store, queue = SQLStore(settings.database, now=lambda: NOW), AtOnce()
    files = DiskFiles(folder / "files", FileLinks(settings.secret, lambda: NOW))
    messenger = make_messenger(settings)
    queue.services = services = Services(
        settings, store, files, queue, messenger, LocalFunctions({}), now=lambda: NOW
    )
    server = make_server("127.0.0.1", 0, create_app(settings, services), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield services, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    store.close()


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS)
    where = shutil.which("chromium") or shutil.which("google-chrome")
    surroundings: dict[str, str | float | bool] = {
        "FONTCONFIG_FILE": str(fonts),
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
    }
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=where, args=ARGUMENTS, env=surroundings)
        yield chromium
        chromium.close()


def prepare(services: Services) -> list[Shot]:
    """A household with three years behind it, a newcomer with nothing, and every page there is."""
    places = {"currency": "EUR", "locale": "en_IE", "time_zone": "Europe/Dublin"}
    anna = services.accounts.register("anna", "anna@example.com", PASSWORD, display_name="Anna", **places)
    preferences.change(services.store, anna.user_id, confirmed_email=anna.email)
    services.accounts.register("newcomer", "newcomer@example.com", PASSWORD, **places)
    fill(services.store, anna, NOW)
    latest = services.store.list_expenses(anna.user_id, Filters(), limit=6).items
    services.expenses.delete_expenses(anna, [latest[-1].expense_id, latest[-2].expense_id])
    budget = services.store.list_budgets(anna.user_id)[0]
    services.tokens.create(anna, "Spreadsheet", "read", 90)
    reset = services.accounts.resets.issue(anna.user_id, {})
    confirm = services.accounts.confirmations.issue(anna.user_id, {"email": "anna@home.example"})
    return [
        Shot("landing", "/", ""),
        Shot("demo", "/demo", ""),
        Shot("sign-in", "/login", ""),
        Shot("register", "/register", ""),
        Shot("forgotten-password", "/password/forgot", ""),
        Shot("forgotten-password-sent", "/password/forgot/sent", ""),
        Shot("new-password", f"/password/reset/{reset}", ""),
        Shot("old-link", "/password/reset/nobody.nothing", ""),
        Shot("confirm-email", f"/email/confirm/{confirm}", ""),
        Shot("goodbye", "/goodbye", ""),
        Shot("api", "/docs", ""),
        Shot("not-found", "/nowhere", ""),
        Shot("overview", "/dashboard"),
        Shot("overview-empty", "/dashboard", "newcomer"),
        Shot("expenses", "/expenses?month=2026-11"),
        Shot("expenses-filtered", "/expenses?q=market&category=Groceries"),
        Shot("expenses-empty", "/expenses", "newcomer"),
        Shot("expenses-refused-filter", "/expenses?min=much&from=2026-13-40"),
        Shot("expense-add", "/expenses/new"),
        Shot("expense-edit", f"/expenses/{latest[0].expense_id}"),
        *receipts(services, anna),
        *filing(services, anna),
        Shot("trash", "/expenses/trash"),
        Shot("budgets", "/budget"),
        Shot("budgets-empty", "/budget", "newcomer"),
        Shot("budget-options", f"/budget/{budget.budget_id}?month=2026-11"),
        *imports(services, anna),
        *messages(services, anna),
        *reports(services, anna),
        Shot("settings-profile", "/settings"),
        Shot("settings-categories", "/settings/categories"),
        Shot("settings-category", "/settings/categories/edit?key=Groceries"),
        Shot("settings-category-new", "/settings/categories/new"),
        Shot("settings-security", "/settings/security"),
        Shot("settings-security-events", "/settings/security/events"),
        Shot("settings-tokens", "/settings/tokens"),
        Shot("settings-delete", "/settings/delete"),
        Shot("sign-out", "/logout"),
    ]


def receipts(services: Services, anna: User) -> list[Shot]:
    """An expense that has some, and one that is added with some, of which one is no receipt."""
    expense = services.store.list_expenses(anna.user_id, Filters(text="Green Market"), limit=1).items[0]
    slip, bill = photo(words=SLIP), pdf("Northlight Energy", "18 November 2026", "Amount due EUR 86.50")
    long = "Till slip of the weekly shop at the Green Market, photographed on the kitchen table"
    for name, content in (
        ("slip.jpg", slip),
        (f"{long}.jpg", photo(900, 600, SLIP)),
        ("warranty.pdf", pdf()),
    ):
        one = services.receipts.upload_receipt(anna, expense.expense_id, name, BytesIO(content))
        services.receipts.attach(anna, expense.expense_id, [one.receipt_id])
    chosen = (
        FilePayload(name="slip.jpg", mimeType="image/jpeg", buffer=slip),
        FilePayload(name="bill.pdf", mimeType="application/pdf", buffer=bill),
        FilePayload(name="notes.docx", mimeType="application/zip", buffer=b"PK\x03\x04" + bytes(900)),
    )
    return [
        Shot("expense-receipts", f"/expenses/{expense.expense_id}"),
        Shot("expense-add-receipts", "/expenses/new", files=chosen),
    ]


def filing(services: Services, anna: User) -> list[Shot]:
    """What the planner filed and why, what it asks, rules, and what filing the past again would change."""
    left_to_it = ExpenseDraft(Decimal("46.20"), "EUR", UNCATEGORISED, NOW.date(), auto=True)
    payees = ("SHELL 0042 DUBLIN", "Zorblatt 17", "ZORBLATT 23", "Fitness First", "Amazon Mktplace")
    added = [services.expenses.add_expense(anna, replace(left_to_it, payee=payee), payee) for payee in payees]
    rules = [
        Rule("", "Rent", "Housing", "words", "instalment rent", Decimal(500), Decimal(1200), False),
        Rule("", "Supermarkets", "Groceries", "regex", r"^(rewe|edeka|aldi|lidl)\b"),
        Rule("", "Kiosks", "Food & Dining", "contains", "kiosk"),
    ]
    kept = [services.rules.add_rule(anna, rule, rule.name) for rule in rules]
    again = services.replays.start(anna, "picture")
    return [
        Shot("expense-why", f"/expenses/{added[0].expense_id}"),
        Shot("review", "/expenses/review"),
        Shot("review-empty", "/expenses/review", "newcomer"),
        Shot("file-again", f"/expenses/again/{again.replay_id}"),
        Shot("settings-rules", "/settings/rules"),
        Shot("settings-rules-empty", "/settings/rules", "newcomer"),
        Shot("settings-rule", f"/settings/rules/{kept[0].rule.rule_id}"),
    ]


def imports(services: Services, anna: User) -> list[Shot]:
    """The four steps of bringing in a bank's file, each with a run that has come so far."""
    runs = [
        services.imports.start(
            anna, f"statement-{number}.csv", BytesIO(STATEMENT.encode()), f"picture-{number}"
        )
        for number in (1, 2, 3)
    ]
    services.imports.check(anna, runs[1].run_id)
    checked = services.imports.check(anna, runs[2].run_id)
    services.imports.confirm(anna, checked.run_id, (), (), checked.version)
    return [
        Shot("import", "/import"),
        Shot("import-empty", "/import", "newcomer"),
        Shot("import-done", f"/import/{runs[2].run_id}"),
        Shot("import-columns", f"/import/{runs[0].run_id}/columns"),
        Shot("import-check", f"/import/{runs[1].run_id}/check"),
    ]


def reports(services: Services, anna: User) -> list[Shot]:
    """Two that are made, and one that waits for the worker."""
    made = [
        services.reports.ask(anna, period, ("pdf", "csv"), f"picture {period.kind}")
        for period in (year_period(2025), month_period(Month(2026, 10)))
    ]
    for run in made:
        services.report_work.make(anna.user_id, run.report_id)
    services.reports.ask(anna, month_period(Month(2026, 9)), ("pdf",), "picture-2")
    return [
        Shot("reports", "/reports"),
        Shot("reports-ready", f"/reports/{made[1].report_id}"),
        Shot("reports-empty", "/reports", "newcomer"),
    ]


def messages(services: Services, anna: User) -> list[Shot]:
    """What anna was told: of her budgets as they are, and on earlier days what went well and what did not."""
    told = [
        (1, "large_expense", "Large expense: €64 at Fahrradladen Süd", "sent", ""),
        (2, "price_rise", "Streaming costs €2 more", "failed", "The mailbox is full."),
        (5, "weekly_summary", "Your week: €182.30", "held", "Goes out with the day's digest."),
    ]
    for days, kind, subject, status, reason in told:
        at = NOW - timedelta(days=days, hours=days)
        way = Delivery("email", status, at, NOW if status == "held" else None, reason=reason)
        row = Notification(
            anna.user_id,
            f"{days:032x}",
            kind,
            subject,
            "",
            at,
            NOW + timedelta(days=400),
            data={"link": "/expenses", "action": "Look at the expenses"},
            deliveries=(way,),
            unread=False,
        )
        services.store.add_notification(row)
    services.alerts.catch_up(anna)
    test = services.ledger.send_test(anna, "email").notification_id
    newcomer = services.accounts.find("newcomer")
    confirm = newcomer and services.alert_addresses.links.issue(newcomer.user_id, {"email": newcomer.email})
    unsubscribe = (
        f"/notifications/unsubscribe/{anna.user_id}.{services.alert_choices.get(anna).key}?kind=large_expense"
    )
    return [
        Shot("notifications", "/notifications"),
        Shot("notifications-empty", "/notifications", "newcomer"),
        Shot("notifications-none", "/notifications?kind=monthly_summary&state=failed"),
        Shot("notification-settings", f"/settings/notifications?test={test}"),
        Shot("notification-settings-new", "/settings/notifications", "newcomer"),
        Shot("notification-confirm", f"/notifications/confirm/{confirm}", ""),
        Shot("notification-received", f"/notifications/received/{anna.user_id}.{test}", ""),
        Shot("notification-unsubscribe", unsubscribe, ""),
    ]


def take(chromium: Browser, address: str, shots: list[Shot], theme: str, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitors: dict[str, Page] = {}
    for shot in shots:
        page = visitors.get(shot.who) or visit(chromium, address, shot.who, theme, width, WIDTHS[width])
        visitors[shot.who] = page
        page.set_viewport_size({"width": width, "height": 720})
        page.goto(address + shot.address)
        if shot.files:
            page.set_input_files("[data-receipts] [multiple]", shot.files)
            page.wait_for_selector("[data-receipts] .rc-offer button")
            page.wait_for_selector("[data-state=sending]", state="detached")
        page.wait_for_function(
            "Array.from(document.images).every((image) => image.complete || image.loading === 'lazy')"
        )
        # As tall as the page, so that what is fixed to the window's edges stands at the page's.
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(TALLEST, tall)})
        save(page, PICTURES / f"{shot.name}-{theme}-{width}.webp", 80)
        print(f"{shot.name}-{theme}-{width}")
    for page in visitors.values():
        page.context.close()


def take_for_landing(chromium: Browser, address: str, theme: str) -> None:
    """What a stranger sees of the overview: its upper part, at the sizes it is shown in."""
    LANDING.mkdir(parents=True, exist_ok=True)
    for name, size, dots in (("wide", (1200, 720), 1.5), ("narrow", (375, 660), 2)):
        page = visit(chromium, address, "anna", theme, size[0], dots)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address + "/dashboard")
        save(page, LANDING / f"overview-{theme}-{name}.webp", 72)
        page.context.close()


def visit(chromium: Browser, address: str, who: str, theme: str, width: int, dots: float) -> Page:
    """A window of `who`, signed in."""
    context: BrowserContext = chromium.new_context(
        viewport={"width": width, "height": 720},
        device_scale_factor=dots,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.route(
        "**/notifications/read", lambda route: route.abort()
    )  # what is unread stays so for all pictures
    page = context.new_page()
    if who:
        page.goto(f"{address}/login")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{address}/dashboard")
    return page


def save(page: Page, path: Path, quality: int) -> None:
    """As WebP, which Playwright does not offer by itself."""
    page.evaluate("document.activeElement?.blur()")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
    path.write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    sys.exit(main())
