"""A function for the contract of Functions: it does what the request says. It runs in Lambda's stead too, so it stands alone."""

import sys
from pathlib import Path
from threading import Event


def lambda_handler(event, context):
    if "trace" in event:  # a file to leave a line in, so that who asked sees how often this ran
        with Path(event["trace"]).open("a") as trace:
            trace.write("ran\n")
    return _ACTIONS[event["do"]](event, context)


def _break(event, context):
    raise ValueError(event["secret"])


def _change(event, context):
    event["numbers"].append(4)
    return event


_ACTIONS = {
    "add": lambda event, context: {"sum": sum(event["numbers"])},
    "change": _change,
    "break": _break,
    "exit": lambda event, context: sys.exit(event["secret"]),
    "hang": lambda event, context: Event().wait(20),
    "nothing": lambda event, context: None,
    "list": lambda event, context: [1, 2],
    "text": lambda event, context: "{}",
    "unspeakable": lambda event, context: {"set": {1}},
    "who": lambda event, context: {
        "name": context.function_name,
        "numbered": bool(context.aws_request_id),
        "has_time": 0 < context.get_remaining_time_in_millis() <= 60_000,
    },
}
