"""Reports over the API, under both addresses that are documented."""

from datetime import date, timedelta

import pytest

from tests.unit.report_samples import expense
from tests.web.programs import Program

OCTOBER = {"report_type": "monthly", "year": 2026, "month": 10}


@pytest.fixture(autouse=True)
def _no_waiting(services, alice):
    services.reports.patience = timedelta(0)
    services.store.add_expenses([expense(alice, date(2026, 10, 3), "12.50")])


@pytest.mark.parametrize("address", ["/api/reports", "/api/reports/generate"])
def test_a_report_is_made_and_fetched(services, program, address):
    given = OCTOBER | {"formats": ["csv"]}
    answer = program.answer("POST", address, 202, json=given, headers={"Idempotency-Key": "one"})
    assert (answer.json["status"], answer.json["report_url"], answer.json["files"]) == ("queued", None, [])
    services.queue.run(services)
    made = program.ask("POST", address, 201, json=given, headers={"Idempotency-Key": "one"})
    assert made["id"] == answer.json["id"]
    assert made == program.ask("GET", answer.headers["Location"])
    assert [made] == program.ask("GET", "/api/reports")["reports"]
    assert made["file_name"] == "report-2026-10.pdf"
    assert made["report_key"].startswith("reports/")
    assert [file["format"] for file in made["files"]] == ["pdf", "csv"]
    for file, start in zip(made["files"], (b"%PDF-", b"\xef\xbb\xbfDate"), strict=True):
        got = program.client.get(file["url"], headers=program.headers, buffered=True)
        assert got.data.startswith(start)
        assert len(got.data) == file["size"]
    program.ask("DELETE", answer.headers["Location"], 204)
    program.ask("GET", answer.headers["Location"], 404)
    assert program.ask("GET", "/api/reports")["reports"] == []


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"report_type": "monthly"}, ("2026-11-01", "2026-11-30")),
        ({"report_type": "yearly", "year": 2024}, ("2024-01-01", "2024-12-31")),
        ({"report_type": "weekly", "start_date": "2026-11-19"}, ("2026-11-16", "2026-11-22")),
        (
            {"report_type": "custom", "start_date": "2026-11-02", "end_date": "2026-11-02"},
            ("2026-11-02", "2026-11-02"),
        ),
    ],
)
def test_every_kind_has_its_days(program, given, days):
    made = program.ask("POST", "/api/reports", 202, json=given)
    assert (made["start_date"], made["end_date"]) == days


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({}, 400, "report_type"),
        ({"report_type": "daily"}, 400, "report_type"),
        ({"report_type": "monthly", "month": 13}, 400, "month"),
        ({"report_type": "monthly", "formats": ["docx"]}, 400, "formats"),
        ({"report_type": "custom", "start_date": "2026-11-02"}, 409, "end_date"),
        ({"report_type": "custom", "start_date": "2026-11-02", "end_date": "2026-11-01"}, 409, "end_date"),
    ],
)
def test_what_makes_no_report_is_said_at_its_field(program, given, status, field):
    problem = program.ask("POST", "/api/reports", status, json=given)
    assert problem["errors"][0]["field"].startswith(field)


def test_a_file_that_is_not_there_is_not_found(services, program):
    made = program.ask("POST", "/api/reports", 202, json=OCTOBER)
    program.ask("GET", f"/api/reports/{made['id']}/file", 404)
    services.queue.run(services)
    program.ask("GET", f"/api/reports/{made['id']}/file?format=xlsx", 404)
    program.ask("GET", f"/api/reports/{made['id']}/file?format=docx", 400)


def test_a_reading_token_makes_and_deletes_nothing(app, services, alice, program):
    made = program.ask("POST", "/api/reports", 202, json=OCTOBER)
    reader = Program(app, services, alice, "read")
    reader.ask("GET", f"/api/reports/{made['id']}")
    reader.ask("POST", "/api/reports", 403, json=OCTOBER)
    reader.ask("DELETE", f"/api/reports/{made['id']}", 403)


def test_receipts_are_shown_where_they_are_asked_for(services, alice, program):
    program.ask("POST", "/api/reports", 202, json=OCTOBER | {"with_receipts": True})
    program.ask("POST", "/api/reports", 202, json=OCTOBER)
    assert sorted(run.with_receipts for run in services.reports.list(alice)) == [False, True]
    program.ask("POST", "/api/reports", 400, json=OCTOBER | {"with_receipts": "perhaps"})


def test_a_reports_picture_is_no_file_of_it(services, program):
    made = program.ask("POST", "/api/reports", 202, json=OCTOBER)
    services.queue.run(services)
    program.ask("GET", f"/api/reports/{made['id']}/file?format=svg", 400)
    assert [file["format"] for file in program.ask("GET", f"/api/reports/{made['id']}")["files"]] == ["pdf"]
