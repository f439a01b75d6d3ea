"""Look at the messages that could not be delivered, and send them back to their queue.

    .venv/bin/python -m scripts.redrive_queue notification-queue            show them
    .venv/bin/python -m scripts.redrive_queue notification-queue --move     send them back

Shows before it moves, and moves what it showed: message by message, each first put into its queue, then taken out of the
dead letters. Cut off in between, a message is in both, and whoever works on it can do that twice.
"""

import argparse
import sys
from typing import Any

from aws_config.config import QUEUES
from scripts.operating import CANNOT, FINE, WRONG, Bench, run, start

AT_ONCE = 10
HIDDEN = 60  # seconds for which what is shown is not shown again
LONGEST = 100  # characters of a message that are shown


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="redrive_queue", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("queue", choices=QUEUES, help="the queue they were meant for")
    parser.add_argument(
        "--move", action="store_true", help="send them back; without this, they are only shown"
    )
    parser.add_argument("--most", type=int, default=100, metavar="N", help="look at no more than N (100)")
    parser.add_argument(
        "--with-contents", action="store_true", help="show what is in them: it may be private"
    )
    options = start(argv, parser)
    return run(options, lambda bench: redrive(bench, options))


def redrive(bench: Bench, options: argparse.Namespace) -> int:
    sqs = bench.aws.client("sqs", read_timeout=25)
    names, screen = bench.names, bench.screen
    dead = sqs.get_queue_url(QueueName=names.dead_letters(options.queue))["QueueUrl"]
    alive = sqs.get_queue_url(QueueName=names.queue(options.queue))["QueueUrl"]
    if options.most < 1:
        screen.complain("--most must be 1 or more.")
        return CANNOT
    messages = taken(sqs, dead, options.most)
    try:
        for message in messages:
            screen.say(told(message, options.with_contents))
        if options.move:
            for message in list(messages):
                _move(sqs, message, dead, alive)
                messages.remove(message)
                screen.say(f"Moved {message['MessageId']}", "green")
    finally:
        _give_back(sqs, dead, messages)
    left = len(messages)
    return _end(bench, options, left)


def taken(sqs: Any, url: str, most: int) -> list[dict[str, Any]]:
    """Up to `most` messages, hidden from others for a while."""
    found: dict[str, dict[str, Any]] = {}
    while len(found) < most:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(AT_ONCE, most - len(found)),
            VisibilityTimeout=HIDDEN,
            WaitTimeSeconds=1,  # asks every server, not some of them
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        new = {message["MessageId"]: message for message in answer.get("Messages", [])}
        if not new.keys() - found.keys():
            break
        found |= new
    return list(found.values())


def told(message: dict[str, Any], with_contents: bool) -> str:
    """Which message it is; what is in it only where that was asked for."""
    attributes, body = message["Attributes"], message["Body"]
    words = f"{message['MessageId']}  given out {attributes['ApproximateReceiveCount']} times, {len(body)} characters"
    return f"{words}\n    {body[:LONGEST]}" if with_contents else words


def _move(sqs: Any, message: dict[str, Any], dead: str, alive: str) -> None:
    sqs.send_message(
        QueueUrl=alive,
        MessageBody=message["Body"],
        MessageAttributes={
            name: {key: value for key, value in attribute.items() if not key.endswith("ListValues")}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
    )
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


def _give_back(sqs: Any, url: str, messages: list[dict[str, Any]]) -> None:
    """Let others see at once what stays."""
    for message in messages:
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )


def _end(bench: Bench, options: argparse.Namespace, left: int) -> int:
    if options.move or not left:
        bench.screen.say(
            "The dead letters are in their queue again." if options.move else "There are none.", "green"
        )
    else:
        bench.screen.say(f"{left} dead letters. To send them back, add --move.", "yellow")
    bench.screen.hand_over({"queue": bench.names.queue(options.queue), "dead": left})
    return WRONG if left else FINE


if __name__ == "__main__":
    sys.exit(main())
