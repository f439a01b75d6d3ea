"""What is around every function: whatever happens in it, its log and metrics say so, and nobody's words get out."""

import json
from dataclasses import dataclass

import pytest

from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.functions import FunctionFailed, installation_of, observed
from lib.errors import Invalid, Unavailable
from lib.metrics import ALERTS_SENT, SHARES
from tests.aws.lambda_in_process import Context
from tests.logged import logged


@dataclass
class Small:
    """A function that does what a test says."""

    does: object
    name: str = "budget-alert-function"

    def __post_init__(self):
        self.written = []
        self.metrics = EmbeddedMetrics("budget-alert", write=self.written.append)

    def __call__(self):
        handler = observed(self.metrics)(lambda event, context: self.does(self.metrics))
        return handler({"user_id": "a secret"}, Context(function_name=self.name))

    @property
    def lines(self):
        return [json.loads(line) for line in self.written]


def raises(error):
    def does(_):
        raise error

    return does


def test_what_it_counted_is_written_when_it_is_done():
    small = Small(lambda metrics: metrics.record(SHARES, 3) or {"ok": True})
    assert small() == {"ok": True}
    [line] = small.lines
    assert (line["Installation"], line["Service"], line["Shares"]) == ("smart-budget", "budget-alert", [3])
    small()
    assert [line["Shares"] for line in small.lines] == [[3], [3]]


@pytest.mark.parametrize("error", [ValueError("a secret"), Invalid("“a secret” is none", "user_id")])
def test_what_nobody_expected_is_counted_and_keeps_its_words_to_itself(error):
    small = Small(raises(error))
    with logged() as log, pytest.raises(FunctionFailed) as raised:
        small()
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__  # which Lambda would repeat
    assert [line["Errors"] for line in small.lines] == [[1]]
    [line] = log.lines
    assert (line["level"], line["request_id"], line["route"]) == (
        "ERROR",
        "REQUEST-1",
        "function budget-alert",
    )
    assert line["error"].endswith(type(error).__name__)
    assert log.found(["a secret"]) == set()


def test_what_cannot_work_now_is_passed_on_as_it_is():
    small = Small(raises(Unavailable(part="store")))
    with logged() as log, pytest.raises(Unavailable):
        small()
    assert small.lines == []
    assert [line["level"] for line in log.lines] == ["WARNING"]


def test_what_was_counted_before_it_failed_counts():
    def does(metrics):
        metrics.record(ALERTS_SENT, by="sms")
        raise ValueError

    small = Small(does)
    with pytest.raises(FunctionFailed):
        small()
    assert {"AlertsSent", "Errors"} <= {name for line in small.lines for name in line}


@pytest.mark.parametrize(
    ("name", "installation"),
    [
        ("budget-alert-function", "smart-budget"),
        ("smart-budget-staging-budget-alert-function", "smart-budget-staging"),
        ("home-budget-alert-function", "home"),
    ],
)
def test_its_name_says_which_installation_it_belongs_to(name, installation):
    assert installation_of(name, "budget-alert") == installation
