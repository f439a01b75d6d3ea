"""Reports from end to end: the page, the worker, the function and the bucket, each under its own role; and what breaks on the way."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from aws_config.config import names_of
from aws_config.lambda_client import LambdaClient
from lib.jobs import KIND, OWNER
from lib.records import Expense, User
from lib.reporting import runs
from lib.reporting.elsewhere import CUT_OFF
from lib.reporting.reports import TASK
from lib.services import Services
from tests.aws.deployed import REPORTS, deploy
from tests.aws.ministack import Emulator
from tests.aws.report_function import CRASH, HANG, break_it
from tests.browser.on_aws import planner_on_aws
from tests.engines import program
from tests.live import Planner, Visitor, wait_until

pytestmark = pytest.mark.aws
SOON = 60  # seconds
DAY = date.today().replace(day=1)  # noqa: DTZ011


class Home:
    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.emulator = Emulator(planner.settings.aws_endpoint_url, planner.surroundings["AWS_CA_BUNDLE"])
        self.services: Services = planner.services()

    def visitor(self, name: str) -> tuple[Visitor, User]:
        """Somebody who has spent 12.50."""
        visitor = Visitor(self.planner.address).register(name)
        user = self.services.store.find_user_by_username(name)
        assert user
        made = Expense(
            user.user_id, "1" * 32, DAY, Decimal("12.50"), user.currency, "Groceries", user.created_at
        )
        self.services.store.add_expenses([made])
        return visitor, user

    def files(self, user: User) -> list[str]:
        found = self.services.files.list(f"reports/{user.user_id}/")
        return [key.rpartition(".")[2] for key in found]

    def waited_for(self) -> bool:
        jobs = self.services.store.list_documents(OWNER, KIND)
        return any(job.data["task"] == TASK for job in jobs)

    def calls(self) -> int:
        """How often the function has been called: each call is a line of its log."""
        return sum(line.startswith("START") for line in self.log())

    def log(self) -> list[str]:
        """What the function said, once nobody waits for it any more: it is written down when it has ended."""
        wait_until(lambda: not self.waited_for(), "the worker to have its answer", SOON)
        logs = self.emulator.root().client("logs")
        group = f"/aws/lambda/{names_of(self.planner.settings).function(REPORTS)}"
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with planner_on_aws(tmp_path_factory.mktemp("aws") / "data") as planner:
        planner.start()
        yield Home(planner)
        planner.stop()


@pytest.fixture(autouse=True)
def _as_it_is(home: Home) -> None:
    deploy(home.emulator, home.planner.settings, [REPORTS])


def make(visitor: Visitor, **chosen: str) -> str:
    """The address of the report that the form on the page makes."""
    given = {"kind": "monthly", "month": f"{DAY:%Y-%m}", **chosen}
    answer = visitor.submit("/reports", "/reports", **given)
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["Location"])


def ended(visitor: Visitor, address: str) -> str:
    """Its state once it is not at work any more, as the page asks for it."""

    def state() -> dict[str, object]:
        found: dict[str, object] = visitor.http.get(f"{visitor.address}{address}/state", timeout=30).json()
        return found

    wait_until(lambda: not state()["busy"], "the report to end", SOON)
    return str(state()["state"])


def test_a_report_comes_by_itself_and_is_downloaded_from_the_page(home: Home, tmp_path: Path) -> None:
    visitor, user = home.visitor("alice")
    address = make(visitor, csv="y")
    assert ended(visitor, address) == runs.DONE
    links = [str(link["href"]) for link in visitor.page(address).select(".r-files a")]
    assert links == [f"{address}/pdf", f"{address}/csv"]
    file = tmp_path / "report.pdf"
    file.write_bytes(visitor.http.get(home.planner.address + links[0], timeout=30).content)
    said = subprocess.run(
        [program("pdftotext"), "-layout", file, "-"], capture_output=True, text=True, check=True
    )
    assert "€12.50" in said.stdout
    assert "Groceries" in said.stdout
    assert sorted(home.files(user)) == ["csv", "pdf", "svg"]
    said_by_function = [json.loads(line) for line in home.log() if line.startswith("{")]
    [made] = [line for line in said_by_function if line.get("message") == "report made"]
    assert made["user"] == home.services.pseudonyms.of(user.user_id)
    assert f"report is to be done as {made['request_id']}" in home.planner.log
    [counted] = [line for line in said_by_function if "_aws" in line]
    assert (counted["Service"], counted["ReportsMade"]) == ("report-generator", [1])


def test_the_page_does_not_wait_for_it(home: Home) -> None:
    visitor, _ = home.visitor("bob")
    break_it(home.emulator, home.planner.settings, HANG)
    started = time.monotonic()
    address = make(visitor)
    assert visitor.page(address).select_one("[data-progress]")
    assert time.monotonic() - started < 25
    assert ended(visitor, address) == runs.FAILED  # before anyone counts calls again


@pytest.mark.parametrize(("name", "happens"), [("carol", CRASH), ("dave", HANG)], ids=["crash", "timeout"])
def test_a_function_that_breaks_leaves_one_report_that_says_so_and_can_be_made_again(
    home: Home, name: str, happens: str
) -> None:
    visitor, user = home.visitor(name)
    break_it(home.emulator, home.planner.settings, happens)
    before = home.calls()
    address = make(visitor)
    assert ended(visitor, address) == runs.FAILED
    assert home.calls() == before + 1
    page = visitor.page(address)
    assert CUT_OFF in page.get_text()
    assert home.files(user) == []
    deploy(home.emulator, home.planner.settings, [REPORTS])
    answer = visitor.submit(address, f"{address}/again")
    assert answer.headers["Location"] == address
    assert ended(visitor, address) == runs.DONE
    assert len(home.services.reports.list(user)) == 1
    assert sorted(home.files(user)) == ["pdf", "svg"]


def test_a_request_that_is_sent_again_makes_one_report(home: Home) -> None:
    visitor, user = home.visitor("erin")
    before = home.calls()
    addresses = {make(visitor, key="one") for _ in range(3)}
    assert len(addresses) == 1
    assert ended(visitor, addresses.pop()) == runs.DONE
    assert home.calls() == before + 1
    assert sorted(home.files(user)) == ["pdf", "svg"]


def invoke(home: Home, asked: dict[str, object]) -> dict[str, str]:
    return cast(LambdaClient, home.services.functions).invoke_report_generator(asked)


def test_who_serves_pages_may_have_the_function_make_one_for_another_program(home: Home) -> None:
    _, user = home.visitor("frank")
    asked = {"user_id": user.user_id, "report_type": "monthly", "year": DAY.year, "month": DAY.month}
    keys = {invoke(home, asked)["report_key"] for _ in range(2)}
    assert len(keys) == 1
    assert sorted(home.files(user)) == ["pdf", "svg"]
