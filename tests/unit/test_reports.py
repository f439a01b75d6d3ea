"""Reports from the request to the file: made once, kept a while, gone with the account."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from zipfile import ZipFile

import pytest

from lib.alerting import kinds
from lib.errors import Invalid, NotFound, TooMany, Unavailable
from lib.periods import Month
from lib.reporting import runs
from lib.reporting.periods import month_period, year_period
from lib.reporting.reports import MOST_AT_WORK
from lib.work import tidy
from tests.unit.report_samples import expense

NOVEMBER = month_period(Month(2026, 11))
ALL = (runs.PDF, runs.CSV, runs.XLSX)


@pytest.fixture
def reports(services):
    return services.reports


def contents(reports, user, report_id, form) -> bytes:
    _, file = reports.open(user, report_id, form)
    with file:
        return file.read()


def files_of(services, user) -> list[str]:
    return services.files.list(f"reports/{user.user_id}/")


def test_the_worker_makes_every_file_that_was_asked_for(services, reports, alice):
    services.store.add_expenses(
        [expense(alice, date(2026, 11, 3), "12.50", payee="=cmd()", description="<b>x")]
    )
    run = reports.ask(alice, NOVEMBER, ALL, "one")
    assert run.state == runs.QUEUED
    services.queue.run(services)
    done = reports.get(alice, run.report_id)
    assert (done.state, done.pages, set(done.sizes)) == (runs.DONE, 2, {*ALL, runs.PICTURE})
    pdf = contents(reports, alice, run.report_id, runs.PDF)
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(pdf) == done.sizes[runs.PDF]
    text = contents(reports, alice, run.report_id, runs.CSV).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][:5] == [
        "2026-11-03",
        "'=cmd()",
        "<b>x",
        "Groceries",
        "-12.50",
    ]
    with ZipFile(io.BytesIO(contents(reports, alice, run.report_id, runs.XLSX))) as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if "sheet" in name)
    assert b"<f>" not in sheets  # no formula anywhere
    assert b"=cmd()" in sheets


@pytest.mark.parametrize(("period", "has_change"), [(NOVEMBER, False), (month_period(Month(2026, 10)), True)])
def test_a_workbook_gives_a_change_once_the_period_is_over(reports, services, alice, period, has_change):
    services.store.add_expenses([expense(alice, period.since, 10)])
    run = reports.ask(alice, period, (runs.XLSX,), "one")
    services.queue.run(services)
    with ZipFile(io.BytesIO(contents(reports, alice, run.report_id, runs.XLSX))) as book:
        categories = book.read("xl/worksheets/sheet2.xml")
    assert b"Groceries" in categories
    assert (b"Change" in categories) == has_change


def test_files_are_where_they_are_documented_to_be(services, reports, alice):
    run = reports.ask(alice, NOVEMBER, (runs.PDF,), "one")
    services.queue.run(services)
    key, picture = files_of(services, alice)
    assert (key, picture) == (run.key, run.file_key(runs.PICTURE))
    assert key.startswith(f"reports/{alice.user_id}/monthly_report_20261121T120000Z_")
    assert run.file_name("pdf") == "report-2026-11.pdf"


def test_one_request_makes_one_report_however_often_it_comes(services, reports, alice):
    runs_ = [reports.ask(alice, NOVEMBER, (), "one") for _ in range(3)]
    services.queue.run(services)
    runs_.append(reports.ask(alice, NOVEMBER, (), "one"))
    services.queue.run(services)
    assert len({run.report_id for run in runs_}) == 1
    assert len(reports.list(alice)) == 1
    assert files_of(services, alice) == [
        run.file_key(form) for run in runs_[:1] for form in (runs.PDF, runs.PICTURE)
    ]
    assert runs_[-1].state == runs.DONE


def test_the_job_done_twice_writes_the_same_files(services, reports, alice):
    run = reports.ask(alice, NOVEMBER, (), "one")
    services.queue.send("report", alice.user_id, run.report_id)
    services.queue.run(services)
    assert len(files_of(services, alice)) == 2  # the PDF and its picture


class Broken:
    """Files that cannot be written while `away` is set."""

    def __init__(self, files) -> None:
        self.files, self.away = files, True

    def __getattr__(self, name):
        return getattr(self.files, name)

    def put(self, key, data):
        if self.away:
            raise Unavailable(part="files")
        self.files.put(key, data)


def test_a_store_of_files_that_is_away_only_delays_it(services, reports, alice):
    files = services.report_work.files = Broken(services.files)
    run = reports.ask(alice, NOVEMBER, (), "one")
    with pytest.raises(Unavailable):
        services.queue.run(services)
    assert reports.get(alice, run.report_id).state == runs.RUNNING
    files.away = False
    services.jobs.sweep(everything=True)
    services.queue.run(services)
    assert reports.get(alice, run.report_id).state == runs.DONE


def test_what_cannot_be_drawn_is_said_with_a_sentence(services, reports, alice):
    class Odd(Broken):
        def put(self, key, data):
            raise ValueError("odd")

    services.report_work.files = Odd(services.files)
    run = reports.ask(alice, NOVEMBER, (), "one")
    services.queue.run(services)
    failed = reports.get(alice, run.report_id)
    assert failed.state == runs.FAILED
    assert "Make it again" in failed.error
    assert services.jobs.sweep(everything=True) == 0


def test_a_removed_report_can_be_brought_back_for_a_day(services, reports, alice, clock):
    run = reports.ask(alice, NOVEMBER, (), "one")
    services.queue.run(services)
    reports.remove(alice, run.report_id)
    assert reports.list(alice) == []
    with pytest.raises(NotFound):
        reports.open(alice, run.report_id, "pdf")
    reports.restore(alice, run.report_id)
    assert contents(reports, alice, run.report_id, "pdf")
    reports.remove(alice, run.report_id)
    clock.turn(days=1)
    tidy(services)
    assert files_of(services, alice) == []
    with pytest.raises(NotFound):
        reports.restore(alice, run.report_id)


def test_reports_go_after_their_time_with_their_files(services, reports, alice, clock):
    reports.ask(alice, NOVEMBER, ALL, "one")
    services.queue.run(services)
    clock.turn(days=services.settings.report_days - 1)
    tidy(services)
    assert len(files_of(services, alice)) == len(ALL) + 1  # its picture
    clock.turn(days=1)
    tidy(services)
    assert files_of(services, alice) == []
    assert reports.list(alice) == []


def test_reports_go_with_the_account(services, reports, alice, bob):
    for user in (alice, bob):
        reports.ask(user, NOVEMBER, (), "one")
    services.queue.run(services)
    services.accounts.erase(alice.user_id)
    assert files_of(services, alice) == []
    assert reports.list(alice) == []
    assert len(files_of(services, bob)) == 2


def test_not_everything_is_made_at_once(reports, alice):
    for number in range(MOST_AT_WORK):
        reports.ask(alice, year_period(2020 + number), (), str(number))
    with pytest.raises(TooMany):
        reports.ask(alice, NOVEMBER, (), "more")


def test_an_unknown_format_is_refused(reports, alice):
    with pytest.raises(Invalid):
        reports.ask(alice, NOVEMBER, ("docx",), "one")


def test_a_report_of_each_month_comes_with_its_summary(services, reports, alice, clock):
    services.store.add_expenses([expense(alice, date(2026, 11, 3), Decimal("12.50"))])
    reports.schedule(alice, on=True)
    reports.schedule(alice, on=True)  # twice is once
    clock.turn(days=10)  # the 1st of December
    for _ in range(2):
        services.daily.look_after(alice)
    services.queue.run(services)
    [run] = reports.list(alice)
    assert run.period == NOVEMBER
    told = services.store.list_notifications(alice.user_id).items
    [summary] = [each for each in told if each.kind == kinds.MONTHLY.key]
    assert summary.data["link"] == f"/reports/{run.report_id}"


def test_who_wants_no_report_each_month_gets_none(services, reports, alice, clock):
    services.store.add_expenses([expense(alice, date(2026, 11, 3), Decimal("12.50"))])
    reports.schedule(alice, on=True)
    reports.schedule(alice, on=False)
    clock.turn(days=10)
    services.daily.look_after(alice)
    assert reports.list(alice) == []
    [summary] = services.store.list_notifications(alice.user_id).items
    assert summary.data["link"] == "/dashboard?month=2026-11"


def test_bobs_eyes_see_nothing_of_alices(services, reports, alice, bob):
    run = reports.ask(alice, NOVEMBER, (), "one")
    services.queue.run(services)
    for look in (reports.get, reports.remove, reports.restore):
        with pytest.raises(NotFound):
            look(bob, run.report_id)


def test_who_waits_hears_at_once_when_it_is_made_and_in_the_end_in_any_case(services, reports, alice):
    run = reports.ask(alice, NOVEMBER, (), "one")
    reports.patience = timedelta(0)
    assert reports.wait(alice, run.report_id).state == runs.QUEUED
    services.queue.run(services)
    reports.patience = timedelta(hours=1)
    assert reports.wait(alice, run.report_id).state == runs.DONE
