"""Pictures read by Textract. No emulator has it, so its answers are put into botocore's hands, checked against its own model."""

from io import BytesIO
from tempfile import TemporaryFile

import pytest
from botocore.stub import ANY, Stubber
from PIL import Image

from aws_config.textract_client import PATIENCE, TextractClient, paper_of
from lib.errors import Unavailable
from lib.receipts.reading.paper import DAY, MERCHANT, TOTAL, Named
from tests.aws.moto_aws import account, answers
from tests.papers import photo


def line(text: str, left: float, top: float, width: float = 0.2, height: float = 0.02):
    box = {"Left": left, "Top": top, "Width": width, "Height": height}
    return {
        "BlockType": "LINE",
        "Text": text,
        "Confidence": 99.1,
        "Id": text,
        "Geometry": {"BoundingBox": box},
    }


def field(kind: str, text: str, sure: float = 97.4):
    return {
        "Type": {"Text": kind, "Confidence": sure},
        "ValueDetection": {"Text": text, "Confidence": 99.9},
        "PageNumber": 1,
    }


ANSWER = {
    "DocumentMetadata": {"Pages": 1},
    "ExpenseDocuments": [
        {
            "ExpenseIndex": 1,
            "SummaryFields": [
                field("VENDOR_NAME", "Blue Door\nDiner"),
                field("INVOICE_RECEIPT_DATE", "07/08/2026"),
                field("AMOUNT_DUE", "$12.34", 99.0),
                field("TOTAL", "$54.87", 98.9),
                field("TAX", "$1.37"),
                field("OTHER", "12"),
            ],
            "LineItemGroups": [],
            "Blocks": [
                {"BlockType": "PAGE", "Id": "page", "Geometry": {"BoundingBox": {}}},
                line("$54.87", 0.7, 0.5),
                line("Blue Door Diner", 0.1, 0.1),
                line("Total", 0.1, 0.502),
                {"BlockType": "WORD", "Text": "Total", "Id": "word", "Geometry": {"BoundingBox": {}}},
            ],
        }
    ],
}


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def papers(aws, data: bytes):
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        return list(TextractClient(aws).looks(file, "en_US"))


def stubbed(aws, **wanted):
    stub = Stubber(aws.client("textract", read_timeout=PATIENCE, tries=2))
    stub.add_response("analyze_expense", ANSWER, wanted)
    return stub


def test_an_answer_becomes_lines_as_they_are_seen_and_what_it_names():
    paper = paper_of(ANSWER)
    assert [" ".join(text.split()) for text in paper.lines] == ["Blue Door Diner", "Total $54.87"]
    assert paper.named == {
        TOTAL: Named("$54.87", 98),
        DAY: Named("07/08/2026", 97),
        MERCHANT: Named("Blue Door\nDiner", 97),
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_is_sent_as_pixels_drawn_anew(aws, form):
    with stubbed(aws, Document={"Bytes": ANY}) as stub:
        seen = []
        aws.client("textract", read_timeout=PATIENCE, tries=2).meta.events.register(
            "provide-client-params.textract.AnalyzeExpense",
            lambda params, **_: seen.append(params["Document"]["Bytes"]),
        )
        (paper,) = papers(aws, photo(form=form))
        stub.assert_no_pending_responses()
    assert paper.named[TOTAL].text == "$54.87"
    with Image.open(BytesIO(seen[0])) as sent:
        assert (sent.format, sent.mode) == ("PNG", "L")


@pytest.mark.parametrize(
    "code",
    [
        "BadDocumentException",
        "UnsupportedDocumentException",
        "DocumentTooLargeException",
        "InvalidParameterException",
    ],
)
def test_a_picture_that_it_cannot_read_says_nothing(aws, code):
    answers(aws, "textract.AnalyzeExpense", code)
    assert [paper.lines for paper in papers(aws, photo())] == [()]


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ProvisionedThroughputExceededException", "InternalServerError"]
)
def test_what_may_work_later_is_unavailable(aws, code, caplog):
    answers(aws, "textract.AnalyzeExpense", code)
    with pytest.raises(Unavailable):
        papers(aws, photo())
    assert code in caplog.text
    assert "secret" not in caplog.text


def test_an_answer_without_a_receipt_says_nothing():
    assert paper_of({"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": []}).lines == ()
    assert paper_of({}).named == {}
