"""The API against its own description: schemathesis makes up requests, good and bad, and looks at every answer."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from lib.identity.pace import Pace
from lib.records import Filters, User
from lib.reporting.reports import Reports
from lib.services import Services

SEED = 20261121
EXAMPLES = 80  # for each operation, besides those that schemathesis works out from the description
OFTEN = 10**9


class Patient(Services):
    """Services that nobody can ask too fast: 429 would hide what an answer should have been."""

    @cached_property
    def pace(self) -> Pace:
        return Pace(self.store, self.now, limit=OFTEN, free=OFTEN)

    @cached_property
    def reports(self) -> Reports:
        """No worker is there to wait for."""
        reports = super().reports
        reports.patience = timedelta(0)
        return reports


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None: ...


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """Where the planner answers."""
    patient = Patient(**{field.name: getattr(services, field.name) for field in fields(services)})
    app = create_app(services.settings, patient)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# No description can say which bytes are a picture: made-up ones are refused, as they should be.
CONFIG = """
[[operations]]
include-operation-id = ["upload_receipt", "replace_receipt", "add_expense"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "5xx"]
"""


def schemathesis(address: str, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}", "--checks", "all"),
            *("--seed", str(SEED), "--max-examples", str(EXAMPLES), "--no-color"),
            *(
                "--suppress-health-check",
                "too_slow",
                "--request-timeout",
                "60",
            ),  # a busy machine is no failure
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.mark.slow
def test_every_answer_is_what_the_description_says(
    services: Services, address: str, alice: User, tmp_path: Path
):
    _, token = services.tokens.create(alice, "schemathesis", "write", 30)
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    run = schemathesis(address, token, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    tested = re.search(r"Tested: (\d+)", run.stdout)
    assert tested, run.stdout
    assert int(tested[1]) == 50
    kept = services.store.list_expenses(alice.user_id, Filters()).items
    assert kept, "nothing was ever added: were all requests refused?"
