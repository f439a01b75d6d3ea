"""Pictures read by Textract, which also says what it takes for the total: `lib.ports.PictureReader`. Each costs a cent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from aws_config.faults import code_of, translated
from aws_config.session import AWS
from lib.receipts.apart import apart
from lib.receipts.reading.paper import DAY, MERCHANT, TOTAL, Named, Paper
from lib.receipts.reading.placing import Word, in_rows

PATIENCE = 20  # seconds
PREPARING = 4  # seconds of the processor
WIDTH, HEIGHT = 600, 800  # points of a page, of which Textract gives parts
_NOTHING_THERE = {  # about this one picture
    "BadDocumentException",
    "UnsupportedDocumentException",
    "DocumentTooLargeException",
    "InvalidParameterException",
}
_NAMED = {  # the better first, as of several only the first is taken
    "TOTAL": TOTAL,
    "AMOUNT_PAID": TOTAL,
    "AMOUNT_DUE": TOTAL,
    "INVOICE_RECEIPT_DATE": DAY,
    "VENDOR_NAME": MERCHANT,
    "NAME": MERCHANT,
}


class TextractClient:
    def __init__(self, aws: AWS) -> None:
        self._aws = aws

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        """One look: a second would say the same. What is sent are pixels only, drawn anew, without what else a file holds."""
        drawn = apart("lib.receipts.reading.picture:prepared", picture, seconds=PREPARING).parts
        if drawn:
            yield self._seen(drawn[0])

    def _seen(self, png: bytes) -> Paper:
        client = self._aws.client("textract", read_timeout=PATIENCE, tries=2)
        with translated("pictures"):
            try:
                return paper_of(client.analyze_expense(Document={"Bytes": png}))
            except ClientError as error:
                if code_of(error) in _NOTHING_THERE:
                    return Paper(())
                raise


def paper_of(answer: Mapping[str, Any]) -> Paper:
    """What AnalyzeExpense answered, of all the receipts that it saw in one picture: the first, mostly the only one."""
    for document in answer.get("ExpenseDocuments", ()):
        words = [_word(block) for block in document.get("Blocks", ()) if block["BlockType"] == "LINE"]
        return Paper(tuple(in_rows(words)), _named(document.get("SummaryFields", ())))
    return Paper(())


def _word(block: Mapping[str, Any]) -> Word:
    box = block["Geometry"]["BoundingBox"]
    left, height = box["Left"] * WIDTH, box["Height"] * HEIGHT
    middle = (1 - box["Top"]) * HEIGHT - height / 2
    return Word(left, left + box["Width"] * WIDTH, middle, height, block["Text"])


def _named(fields: Iterable[Mapping[str, Any]]) -> dict[str, Named]:
    first: dict[str, Named] = {}
    for field in fields:
        kind, value = field.get("Type", {}), field.get("ValueDetection", {})
        sure = min(int(kind.get("Confidence", 0)), int(value.get("Confidence", 0)))
        first.setdefault(kind.get("Text", ""), Named(value.get("Text", ""), sure))
    return {what: first[kind] for kind, what in reversed(_NAMED.items()) if kind in first}
