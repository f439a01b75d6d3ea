"""One household of a given size, looked at over HTTP by someone signed in."""

import re
from datetime import date
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from benchmarks.data import MONTHS, RARE, fill
from benchmarks.measure import KeptConnection, Times, memory_of_workers, requests_per_second, times
from benchmarks.servers import ROUNDS, planner
from lib.ids import new_id
from lib.periods import Month
from tests.live import PASSWORD, Planner, Visitor

Figures = dict[str, Times | float | None]
PAGES = ("/", "/dashboard", "/expenses", "/budget")
SLOWER = 300  # rounds for what writes or searches
ANEW = "anew=1"  # an address that is not the usual one is rendered anew each time, as after a change


def measure_household(size: int) -> Figures:
    today = date.today()  # noqa: DTZ011
    with planner() as running:
        user = running.services().accounts.register("bench", "bench@example.com", PASSWORD)
        fill(running.services().store, user, size, today)
        visitor = sign_in(running)
        figures = look(visitor, today)
        figures["memory"] = memory_of_workers(running.running["web"].pid)
        overview = f"{running.address}/dashboard"
        figures["overviews a second"] = requests_per_second(overview, visitor.cookie)
        figures["overviews rendered a second"] = requests_per_second(f"{overview}?{ANEW}", visitor.cookie)
        figures |= add(visitor)
        figures["first load, KB"] = max(first_load(visitor, page) for page in PAGES) / 1000
    return figures


class BenchVisitor(Visitor):
    """Someone whose requests can also be made with as little of our own time in between as can be."""

    port: int

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)

    def connect(self) -> KeptConnection:
        return KeptConnection(self.port, self.cookie)


def sign_in(running: Planner) -> BenchVisitor:
    visitor = BenchVisitor(running.address)
    visitor.port = running.settings.port
    given = {"csrf_token": visitor.token("/login"), "login": "bench", "password": PASSWORD}
    assert visitor.post("/login", given).is_redirect
    visitor.page("/dashboard")  # shows the greeting once, and gives the session its form token
    return visitor


def look(visitor: BenchVisitor, today: date) -> Figures:
    """Pages that change nothing: the overview as it is kept and of other months, a month's list, searches."""
    connection = visitor.connect()
    past = [Month.of(today).plus(-back) for back in range(MONTHS)]
    month = f"/expenses?month={Month.of(today).plus(-1)}"
    page = connection.get(month)
    return {
        "overview": times(lambda _: fine(connection, "/dashboard"), ROUNDS),
        "overview, rendered anew": times(lambda _: fine(connection, f"/dashboard?{ANEW}"), SLOWER),
        "overview of other months": times(
            lambda n: fine(connection, f"/dashboard?month={past[n % MONTHS]}&{ANEW}"), SLOWER
        ),
        "month's list": times(lambda _: fine(connection, month), SLOWER),
        "month's list, KB": len(page.body) / 1000,
        "search, frequent": times(lambda _: fine(connection, "/expenses?q=coffee"), SLOWER),
        "search, rare": times(lambda _: fine(connection, f"/expenses?q={RARE}"), SLOWER),
        "search, no match": times(lambda n: fine(connection, f"/expenses?q=qwertzu{n}"), SLOWER),
    }


def add(visitor: BenchVisitor) -> Figures:
    """Add one expense and look at the overview, again and again; and the overview alone right after a change."""
    connection, token = visitor.connect(), visitor.token("/expenses/new")
    form = f"csrf_token={token}&amount=4.20&category=Groceries&day=today&payee=Corner+Shop&key="

    def add_one() -> None:
        assert connection.post("/expenses/new", form + new_id()).status == 303

    def add_and_look(_: int) -> None:
        add_one()
        fine(connection, "/dashboard")

    fine(connection, "/expenses")  # shows what was said about the last one
    return {
        "add one": times(lambda _: add_one(), SLOWER),
        "add one, then the overview": times(add_and_look, SLOWER),
    }


def fine(connection: KeptConnection, path: str) -> bytes:
    answer = connection.get(path)
    assert answer.status == 200, f"{path} answers {answer.status}"
    return answer.body


def first_load(visitor: BenchVisitor, path: str) -> int:
    """Bytes of a page and all it asks for, as they travel, for a browser that has nothing yet."""
    connection = visitor.connect() if path != "/" else KeptConnection(visitor.port)
    answer = connection.get(path)
    page = BeautifulSoup(visitor.http.get(visitor.address + path, timeout=30).text, "html.parser")
    wanted = {tag.get("href") for tag in page.find_all("link") if tag.get("rel") != ["canonical"]}
    wanted |= {tag.get("src") for tag in page.find_all(["script", "img"])}
    total = size_of(answer.headers, answer.body)
    for address in sorted(filter(None, wanted)):
        if not address.startswith("data:"):
            part = connection.get(re.sub(r"^https?://[^/]+", "", urljoin(visitor.address + path, address)))
            total += size_of(part.headers, part.body)
    return total


def size_of(headers: dict[str, str], body: bytes) -> int:
    return len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items())
