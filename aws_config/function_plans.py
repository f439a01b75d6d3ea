"""What each function is given: time, memory, and the queue it serves."""

from dataclasses import dataclass

from aws_config.config import FUNCTIONS

VISIBILITY_FACTOR = 6  # AWS: at least the function's timeout, or it refuses the pair; six times is advised
WORKER_VISIBILITY = 120  # seconds the planner's own worker has before a job of its queue is handed out again
# What our modules reach and most functions never use: it draws reports, and brings fonts and libraries of some 25 MB. A module
# that is left out is imported within what uses it; a test runs every function without what its package leaves out.
DRAWING = ("lib.reporting.drawing",)
FILING = ("lib.filing",)  # what is known of brands and words, some 2 MB, and what runs people's patterns
LIVE = "live"  # the alias that everything calls


@dataclass(frozen=True)
class FunctionPlan:
    timeout: int  # seconds
    memory: int  # MB; processor time grows with it
    queue: str = ""  # which of config.QUEUES brings it work
    batch: int = 10  # messages of it at once
    side_by_side: int = (
        20  # of it at most, for its queue: so that it leaves something of DynamoDB and SES to the others
    )
    without: tuple[str, ...] = (
        DRAWING + FILING
    )  # modules that its package leaves out, with all that only they need
    whole: tuple[str, ...] = ()  # files and folders of ours that come along as they are
    besides: tuple[str, ...] = ()  # packages that are read and never imported


PLANS = {
    "expense-categorizer-function": FunctionPlan(
        timeout=5, memory=512, queue="expense-processing-queue", without=DRAWING
    ),
    "notification-processor-function": FunctionPlan(timeout=60, memory=256, queue="notification-queue"),
    # A message of its queue is as many people as fit into its time: see aws_config/sharing.py.
    "budget-alert-function": FunctionPlan(
        timeout=60, memory=256, queue="budget-check-queue", batch=1, side_by_side=50
    ),
    "report-generator-function": FunctionPlan(timeout=300, memory=512, without=()),
}

# The planner's pages, where they are served by a function (docs/deploying.md): no part of an installation unless it is asked for.
WEB = FunctionPlan(
    timeout=29,  # API Gateway waits for thirty seconds, and what is broken off here is in the log
    memory=1769,  # a whole processor, by AWS's figures
    without=DRAWING,
    whole=("app.py", "web", "templates", "static"),
    besides=("flask_openapi3_swagger",),  # the files of /docs
)


def visibility(queue: str) -> int:
    """Seconds for which a queue hides what it handed out: longer than whoever has it can take."""
    timeouts = [plan.timeout for plan in PLANS.values() if plan.queue == queue]
    return VISIBILITY_FACTOR * max(timeouts) if timeouts else WORKER_VISIBILITY


def folder(function: str) -> str:
    """Where its code is, below lambda_functions/: "expense_categorizer"."""
    return function.removesuffix("-function").replace("-", "_")


def function_in(name: str) -> str:
    """The function whose code is in that folder. Raises ValueError for a folder that is none's."""
    function = f"{name.replace('_', '-')}-function"
    if function not in FUNCTIONS:
        raise ValueError(f"lambda_functions/{name}/ is none of {', '.join(map(folder, FUNCTIONS))}")
    return function
