"""Look at the messages that could not be delivered, and send them back to their queue.

    .venv/bin/python -m scripts.redrive_queue notification-queue            show them
    .venv/bin/python -m scripts.redrive_queue notification-queue --move     send them back

Shows before it moves, and moves what it showed: ten by ten, each first put into its queue, then taken out of the dead
letters. Cut off in between, a message is in both, and whoever works on it can do that twice. It ends with 0 when no dead
letters are left, as far as SQS can say, and with 1 when there are some.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from aws_config.config import QUEUES
from scripts.operating import CANNOT, FINE, WRONG, Bench, explained, parser_of, run, start

AT_ONCE = 10
HIDDEN = 60  # seconds for which what is shown is not shown again
LONGEST = 100  # characters of a message that are shown
MOST_BYTES = 262_144  # of all messages that are sent at once
Message = dict[str, Any]


def main(argv: list[str] | None = None) -> int:
    options = start(argv, usage())
    return run(options, lambda bench: redrive(bench, options))


def usage() -> argparse.ArgumentParser:
    parser = parser_of("redrive_queue", __doc__)
    parser.add_argument("queue", choices=QUEUES, help="the queue they were meant for")
    parser.add_argument(
        "--move", action="store_true", help="send them back; without this, they are only shown"
    )
    parser.add_argument("--most", type=int, default=100, metavar="N", help="look at no more than N (100)")
    parser.add_argument(
        "--with-contents", action="store_true", help="show what is in them: it may be private"
    )
    return parser


def redrive(bench: Bench, options: argparse.Namespace) -> int:
    sqs = bench.aws.client("sqs", read_timeout=25)
    names, screen = bench.names, bench.screen
    dead = sqs.get_queue_url(QueueName=names.dead_letters(options.queue))["QueueUrl"]
    alive = sqs.get_queue_url(QueueName=names.queue(options.queue))["QueueUrl"]
    if options.most < 1:
        screen.complain("--most must be 1 or more.")
        return CANNOT
    kept: list[Message] = []
    moved = 0
    try:
        for batch in taken(sqs, dead, options.most):
            for message in batch:
                screen.say(told(message, options.with_contents))
            gone = _moved(sqs, batch, dead, alive) if options.move else set()
            kept += [message for message in batch if message["MessageId"] not in gone]
            moved += len(gone)
        more = _waiting(sqs, dead)
    finally:
        _give_back(bench, sqs, dead, kept)
    return _end(bench, options, moved=moved, kept=len(kept), more=more)


def taken(sqs: Any, url: str, most: int) -> Iterator[list[Message]]:
    """Up to `most` messages, ten by ten, hidden from others for a while."""
    seen: set[str] = set()
    while len(seen) < most:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(AT_ONCE, most - len(seen)),
            VisibilityTimeout=HIDDEN,
            WaitTimeSeconds=1,  # asks every server, not some of them
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        new = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        if not new:
            break
        seen |= {each["MessageId"] for each in new}
        yield new


def told(message: dict[str, Any], with_contents: bool) -> str:
    """Which message it is; what is in it only where that was asked for."""
    attributes, body = message["Attributes"], message["Body"]
    words = f"{message['MessageId']}  given out {attributes['ApproximateReceiveCount']} times, {len(body)} characters"
    return f"{words}\n    {body[:LONGEST]}" if with_contents else words


def _moved(sqs: Any, batch: list[Message], dead: str, alive: str) -> set[str]:
    """Send these to their queue and take them out of the dead letters. Returns the ids of those for which both was done."""
    gone: set[str] = set()
    for load in _loads(batch):
        entries = [
            {"Id": str(number), "MessageBody": each["Body"], "MessageAttributes": _attributes(each)}
            for number, each in enumerate(load)
        ]
        sent = sqs.send_message_batch(QueueUrl=alive, Entries=entries).get("Successful", [])
        receipts = [
            {"Id": each["Id"], "ReceiptHandle": load[int(each["Id"])]["ReceiptHandle"]} for each in sent
        ]
        if receipts:
            done = sqs.delete_message_batch(QueueUrl=dead, Entries=receipts).get("Successful", [])
            gone |= {load[int(each["Id"])]["MessageId"] for each in done}
    return gone


def _loads(batch: Iterable[Message]) -> Iterator[list[Message]]:
    """As many at once as SQS takes, in order: it counts their bytes together."""
    load: list[Message] = []
    size = 0
    for message in batch:
        bytes_of_it = len(message["Body"].encode()) + len(str(_attributes(message)).encode())
        if load and size + bytes_of_it > MOST_BYTES:
            yield load
            load, size = [], 0
        load.append(message)
        size += bytes_of_it
    if load:
        yield load


def _attributes(message: Message) -> Message:
    return {
        name: {key: value for key, value in attribute.items() if not key.endswith("ListValues")}
        for name, attribute in message.get("MessageAttributes", {}).items()
    }


def _waiting(sqs: Any, url: str) -> int:
    """About how many more there are, those that are hidden now not counted."""
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def _give_back(bench: Bench, sqs: Any, url: str, messages: list[Message]) -> None:
    """Let others see at once what stays. Where that fails, they see it a minute later by themselves."""
    for start_at in range(0, len(messages), AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, message in enumerate(messages[start_at : start_at + AT_ONCE])
        ]
        try:
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            bench.screen.complain(
                f"What was looked at shows again after {HIDDEN} seconds. {explained(error)}"
            )
            return


def _end(bench: Bench, options: argparse.Namespace, *, moved: int, kept: int, more: int) -> int:
    screen, left = bench.screen, kept + more
    if options.move and moved:
        screen.say(f"{moved} dead letters are in their queue again.", "green")
    if options.move and kept:
        screen.complain(f"{kept} could not be moved. Run it again.")
    if more:
        screen.say(f"About {more} more were not looked at: run it again, or set --most.", "yellow")
    if kept and not options.move:
        screen.say(f"{kept} dead letters. To send them back, add --move.", "yellow")
    if not left and not moved:
        screen.say("There are none.", "green")
    screen.hand_over({"queue": bench.names.queue(options.queue), "moved": moved, "dead": left})
    return WRONG if left else FINE


if __name__ == "__main__":
    sys.exit(main())
