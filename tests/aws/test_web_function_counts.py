"""The function that serves pages says what it counted before AWS may end it, under the names that the alarms look for."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

from aws_config.alarms import rules
from aws_config.config import Names
from aws_config.web_home import environment
from lib.settings import Settings
from tests.gateway import event_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = Names(app_env="staging")
# One request, and then the end, as AWS brings it about: nothing more is run, and nothing that waits is written.
SERVE = """
import json, os, sys
from lambda_functions.web.lambda_function import lambda_handler
answer = lambda_handler(json.loads(sys.stdin.read()), None)
print(answer["statusCode"], file=sys.stderr, flush=True)
os._exit(0)
"""


def test_an_error_page_is_counted_though_the_process_ends_right_after_it(tmp_path):
    nowhere = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-east-1"}
    settings = Settings(
        _env_file=None,
        app_env="staging",
        backend="aws",
        base_url="https://budget.example",
        ses_from="planner@budget.example",
        secret_key="nobody's",
        aws_endpoint_url="http://127.0.0.1:9",  # where nobody answers
    )
    done = subprocess.run(
        [sys.executable, "-c", SERVE],
        cwd=tmp_path,
        env=environment(settings)
        | nowhere
        | {"SECRET_KEY": "nobody's", "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": os.defpath},
        input=json.dumps(asked("/api/expenses")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr.splitlines()[-1] == "503", done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    [error] = [rule for rule in rules(NAMES) if rule.name == "server-errors"]
    [watched] = error.things.values()
    [counted] = [line for line in lines if line.items() >= watched.dimensions.items()]
    assert counted[error.signal.metric] == [1]
    assert watched.dimensions.keys() in map(set, counted["_aws"]["CloudWatchMetrics"][0]["Dimensions"])


def asked(path: str) -> dict[str, object]:
    """By a program with a token, which is looked for in the store."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "budget.example",
        "HTTP_AUTHORIZATION": "Bearer sbp_nobody_" + 43 * "a",
        "wsgi.input": io.BytesIO(),
    }
    return event_of(environ, "2.0")
