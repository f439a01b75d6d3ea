"""What a person does in a month, one thing at a time, through the pages."""

from collections.abc import Callable, Iterator
from io import BytesIO

from bs4 import BeautifulSoup

from benchmarks.data import bank_file, fill
from lib.ids import new_id
from lib.records import Filters
from lib.services import Services
from tests.conftest import PASSWORD, Clock, Waiting
from tests.pages import PageClient
from web.known_browser import NAME as BROWSER

ROWS = 60  # of a month's bank statement
LUNCH = {"amount": "12.50", "category": "Groceries", "payee": "Café Müller"}
Action = Callable[[], object]


class Household:
    """Someone with `size` expenses over three years and a budget for each category, signed in."""

    def __init__(self, services: Services, client: PageClient, clock: Clock, size: int) -> None:
        self.services, self.client, self.today = services, client, clock().date()
        self.user = services.accounts.register("bench", "bench@example.com", PASSWORD)
        fill(services.store, self.user, size, self.today)
        services.alerts.look(self.user)  # who spends that much was told so long ago
        clock.turn(minutes=5)
        self.latest = services.store.list_expenses(self.user.user_id, Filters(), limit=1).items[0]

    def work_off(self) -> None:
        """The worker's part."""
        queue = self.services.queue
        assert isinstance(queue, Waiting)
        queue.run(self.services)

    def open(self, address: str) -> None:
        response = self.client.get(address)
        assert response.status_code == 200, f"{address}: {response.status_code}"

    def send(self, address: str, **typed: str) -> None:
        """Send a form whose page is open already."""
        response = self.client.post(address, data={"csrf_token": self.token, **typed})
        assert response.status_code == 303, f"{address}: {response.status_code} {response.text[:500]}"

    def sign_in(self) -> None:
        """From a page that is open already."""
        self.send("/login", login="bench", password=PASSWORD)

    def sign_out(self) -> None:
        """And open the page to come back by."""
        self.see_form("/logout")
        self.send("/logout")
        self.see_form("/login")

    def see_form(self, address: str) -> None:
        page = BeautifulSoup(self.client.get(address).text, "html.parser")
        self.token = str(page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]


class Actions:
    def __init__(self, household: Household) -> None:
        self.household = household

    def __iter__(self) -> Iterator[tuple[str, Action]]:
        """In an order in which each can be done."""
        home, month = self.household, f"{self.household.today:%Y-%m}"
        expense = f"/expenses/{home.latest.expense_id}"
        home.see_form("/login")
        home.sign_in()
        home.sign_out()
        yield "sign in", home.sign_in
        home.client.delete_cookie(BROWSER, path="/login")
        home.client.delete_cookie("planner")
        home.see_form("/login")
        yield "sign in from a new browser, and the letter", self.come_from_elsewhere
        home.open("/dashboard")  # greets once
        yield "overview", lambda: home.open("/dashboard")
        yield "overview again, nothing changed", lambda: home.open("/dashboard")
        yield "a month's list", lambda: home.open(f"/expenses?month={month}")
        yield "all expenses, first page", lambda: home.open("/expenses")
        yield "search in a month", lambda: home.open(f"/expenses?q=zeppelin&month={month}")
        yield "search in everything", lambda: home.open("/expenses?q=zeppelin")
        yield "budgets", lambda: home.open("/budget")
        yield "form to add an expense", lambda: home.see_form("/expenses/new")
        yield "add an expense", lambda: home.send("/expenses/new", **LUNCH)
        yield "overview after a change", lambda: home.open("/dashboard")
        yield "form to change an expense", lambda: home.see_form(expense)
        yield "delete an expense", lambda: home.send(f"{expense}/delete")
        yield f"import {ROWS} rows of a bank's file", self.bring_in

    def come_from_elsewhere(self) -> None:
        self.household.sign_in()
        self.household.work_off()

    def bring_in(self) -> None:
        """Upload, look, confirm; and the worker's part."""
        home = self.household
        imports, user = home.services.imports, home.user
        run = imports.start(user, "bank.csv", BytesIO(bank_file(ROWS, home.today)), new_id())
        run = imports.check(user, run.run_id)
        imports.confirm(user, run.run_id, (), (), run.version)
        home.work_off()
        assert imports.get_run(user, run.run_id).done == ROWS
