"""The pages about reports: made without JavaScript, downloaded under a name that says what it is, deleted with a way back."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from bs4 import BeautifulSoup

from tests.unit.report_samples import expense


@pytest.fixture
def spent(services, alice):
    services.store.add_expenses([expense(alice, date(2026, 11, 3), "12.50", payee="Corner shop")])


def make(client, **chosen):
    given = {"kind": "monthly", "month": "2026-11", "key": "one", **chosen}
    return client.post_form("/reports", given)


def made(services, client, **chosen) -> str:
    """The address of a report that is ready."""
    answer = make(client, **chosen)
    assert answer.status_code == 303, answer.text
    services.queue.run(services)
    return answer.location


def test_a_report_is_asked_for_comes_and_is_downloaded(services, as_alice, spent):
    address = make(as_alice, csv="y").location
    page = as_alice.page(address)
    assert page.find(attrs={"data-progress": f"{address}/state"})
    assert page.find("noscript").find("meta", {"http-equiv": "refresh"})
    assert as_alice.get(f"{address}/state").json["busy"]
    services.queue.run(services)
    assert not as_alice.get(f"{address}/state").json["busy"]
    page = as_alice.page(address)
    assert not page.find("noscript")
    links = [link["href"] for link in page.select(".r-files a")]
    assert links == [f"{address}/pdf", f"{address}/csv"]
    answer = as_alice.get(links[0], buffered=True)
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == "attachment; filename=report-2026-11.pdf"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content_length == len(answer.data)


def test_the_form_sent_twice_makes_one_report(services, as_alice, spent):
    assert made(services, as_alice) == made(services, as_alice)
    assert len(as_alice.page("/reports").select(".r-list > li")) == 1


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ({"kind": "monthly", "month": "2026-02"}, "February 2026"),
        ({"kind": "weekly", "week": "2026-12-31"}, "Week 53 of 2026"),
        ({"kind": "yearly", "year": "2025"}, "2025"),
        ({"kind": "custom", "start_date": "2026-11-01", "end_date": "2026-11-01"}, "Nov 1, 2026"),
    ],
)
def test_every_kind_of_period_can_be_chosen(services, as_alice, chosen, title):
    page = as_alice.page(made(services, as_alice, **chosen))
    assert page.h1.get_text() == f"Report: {title}"


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"kind": "monthly", "month": "November"}, "month"),
        ({"kind": "weekly", "week": "soon"}, "week"),
        ({"kind": "yearly", "year": "20260"}, "year"),
        ({"kind": "custom", "start_date": "2026-11-05", "end_date": "2026-11-01"}, "end_date"),
        ({"kind": "custom", "start_date": "", "end_date": "2026-11-01"}, "start_date"),
        ({"kind": "daily"}, "kind"),
    ],
)
def test_what_makes_no_period_is_said_at_its_field(as_alice, chosen, field):
    answer = make(as_alice, **chosen)
    page = as_alice.look(answer, 400)
    assert page.select_one(f"#{field}-help .invalid")
    assert not as_alice.page("/reports").select(".r-list")


def test_a_deleted_report_comes_back_with_undo(services, as_alice, spent):
    address = made(services, as_alice)
    answer = as_alice.post_form(f"{address}/delete", form_at="/reports")
    page = as_alice.page(answer.location)
    assert not page.select(".r-list")
    undo = page.select_one(".toasts form")["action"]
    assert as_alice.get(f"{address}/pdf").status_code == 404
    as_alice.post_form(undo, form_at="/reports")
    assert as_alice.get(f"{address}/pdf", buffered=True).status_code == 200


def test_a_report_can_be_made_again(services, alice, as_alice, spent):
    address = made(services, as_alice)
    services.store.add_expenses([expense(alice, date(2026, 11, 4), 99)])
    again = as_alice.post_form(f"{address}/again", {"key": "two"}, form_at=address).location
    assert again != address
    assert as_alice.post_form(f"{address}/again", {"key": "two"}, form_at=address).location == again


def test_a_report_that_failed_says_why(services, as_alice, spent):
    class Odd:
        def __getattr__(self, name):
            return getattr(services.files, name)

        def put(self, key, data):
            raise ValueError("odd")

    services.report_work.files = Odd()
    address = made(services, as_alice)
    assert "Make it again" in as_alice.page(address).get_text()
    assert as_alice.get(f"{address}/pdf").status_code == 404


def test_the_monthly_report_is_turned_on_and_off(services, alice, as_alice):
    for on in (True, False):
        button = as_alice.page("/reports").find("form", action="/reports/schedule")
        value = button.find("input", {"name": "on"})["value"]
        as_alice.post_form("/reports/schedule", {"on": value}, form_at="/reports")
        assert services.reports.is_scheduled(alice.user_id) == on


def test_too_many_at_once_are_refused_with_a_sentence(as_alice):
    for number in range(5):
        make(as_alice, key=str(number))
    answer = make(as_alice, key="more")
    assert answer.status_code == 429
    assert "being made already" in answer.text


def test_reports_stand_in_the_navigation(as_alice):
    rail = as_alice.page("/reports").select_one(".rail")
    assert rail.find("a", href="/reports")["aria-current"] == "page"


def test_a_file_that_is_gone_is_not_found(services, alice, as_alice, spent):
    address = made(services, as_alice)
    [key, _] = services.files.list(f"reports/{alice.user_id}/")
    services.files.remove(key)
    assert as_alice.get(f"{address}/pdf").status_code == 404
    services.files.put(key, BytesIO(b"%PDF-"))
    assert as_alice.get(f"{address}/docx").status_code == 404


def test_a_picture_of_its_first_page_stands_beside_a_report(services, as_alice, spent):
    address = make(as_alice).location
    assert not as_alice.page("/reports").select("img.r-page")
    assert as_alice.get(f"{address}/picture").status_code == 404
    services.queue.run(services)
    for page in (as_alice.page("/reports"), as_alice.page(address)):
        [picture] = page.select("img.r-page")
        answer = as_alice.get(picture["src"])
        assert answer.mimetype == "image/svg+xml"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        drawn = BeautifulSoup(answer.text, "html.parser").svg
        assert drawn["viewbox"] == f"0 0 {picture['width']} {picture['height']}"
        assert "November 2026" in [text.get_text() for text in drawn.find_all("text")]
    assert as_alice.get(f"{address}/svg").status_code == 404


def test_markup_in_a_name_is_words_in_the_picture(services, alice, as_alice):
    name = '<script>alert(1)</script> & "co" ]]>'
    alice = services.store.save_user(replace(alice, display_name=name))
    address = made(services, as_alice)
    drawn = BeautifulSoup(as_alice.get(f"{address}/picture").text, "html.parser")
    assert f"Spending report for {name}" in [text.get_text() for text in drawn.find_all("text")]
    assert not drawn.find("script")


def test_receipts_are_shown_where_they_are_asked_for(services, alice, as_alice, spent):
    make(as_alice, with_receipts="y")
    make(as_alice, key="two")
    assert sorted(run.with_receipts for run in services.reports.list(alice)) == [False, True]
