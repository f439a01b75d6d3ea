"""What our functions do with messages: each by itself, so that what is wrong with one comes back alone."""

import json
import logging
from collections.abc import Callable, Sequence
from traceback import extract_tb
from typing import Any, Generic, NamedTuple, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

T = TypeVar("T")
log = logging.getLogger(__name__)


class Left(NamedTuple):
    """A message that could not be worked with."""

    body: str
    reason: str  # the name of what went wrong; its words may hold what the message did


class Batch(NamedTuple, Generic[T]):
    done: list[tuple[str, T]]  # what came of each message, by the message's id
    left: list[Left]
    again: list[dict[str, str]]  # which of them the queue shall bring again, as SQS wants to hear it


def work_through(records: Sequence[Any], do: Callable[[str], T]) -> Batch[T]:
    """Have `do` work with each message's body.

    Args:
        records: As SQS sends them; or messages as they are, whose bodies are JSON then, and whose ids are empty.
    """
    # It would raise where everything failed: what SQS then does is the same, but nobody would read the answer.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def done(record: SQSRecord) -> tuple[str, T]:
        return record.message_id, do(record.body)

    with processor([_enveloped(each) for each in records], done):
        outcomes = processor.process()
    failed = [record for status, _, record in outcomes if status != "success"]
    left = []
    for record, (kind, _, trace) in zip(failed, processor.exceptions, strict=True):
        reason = kind.__name__ if kind else ""
        places = [f"{place.filename}:{place.lineno}" for place in extract_tb(trace)[-3:]]
        extra = {"message_id": record.message_id, "error": reason, "at": places}
        log.error("a message is left to the queue", extra=extra)
        left.append(Left(record.body, reason))
    again = [{"itemIdentifier": record.message_id} for record in failed]
    return Batch([found for status, found, _ in outcomes if status == "success"], left, again)


def _enveloped(record: Any) -> dict[str, Any]:
    there = record if isinstance(record, dict) else {}
    name, body = str(there.get("messageId") or ""), there.get("body")
    return {"messageId": name, "body": body if isinstance(body, str) else json.dumps(record)}
