"""The text of PDFs as people see it, whatever is in their files."""

from io import BytesIO
from tempfile import TemporaryFile
from time import monotonic

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from lib.receipts.apart import apart
from lib.receipts.reading.placing import Word, in_rows
from tests.papers import pdf


def lines(data: bytes) -> list[str]:
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        return apart("lib.receipts.reading.pdf_text:text_of", file).facts["lines"]


def drawn(
    *placed: tuple[float, int, str], pages: int = 1, encrypt: StandardEncryption | None = None
) -> bytes:
    """A PDF with pieces of text at places, in the order given."""
    file = BytesIO()
    canvas = Canvas(file, encrypt=encrypt)
    for page in range(pages):
        for x, y, text in placed:
            canvas.drawString(x, y, text.format(page=page + 1))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def squeezed(found: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in found]


def test_what_stands_side_by_side_is_one_line_whatever_order_it_was_written_in():
    data = drawn(
        (400, 600, "9,90"), (60, 700, "Laden"), (60, 580, "Summe"), (60, 600, "Brot"), (400, 580, "9,90")
    )
    assert squeezed(lines(data)) == ["Laden", "Brot 9,90", "Summe 9,90"]


def test_columns_stand_under_their_heads():
    data = drawn(
        (60, 700, "Net"), (250, 700, "Tax"), (440, 700, "Total"), (440, 680, "12.00"), (60, 680, "10.00")
    )
    head, row = lines(data)
    assert head.index("Net") == row.index("10.00")
    assert head.index("Total") == row.index("12.00")
    assert "   " in row


def test_letters_that_are_placed_one_by_one_are_words():
    placed, left = [], 60.0
    for letter in "Total":
        placed.append((left, 700, letter))
        left += stringWidth(letter, "Helvetica", 12)
    assert squeezed(lines(drawn(*placed, (160, 700, "12.00")))) == ["Total 12.00"]


def test_of_many_pages_the_last_is_read_too():
    found = squeezed(lines(drawn((60, 700, "page {page}"), pages=300)))
    assert found[0] == "page 1"
    assert found[-1] == "page 300"
    assert len(found) < 30


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n" + b"\x00" * 1000,
        pdf("Total 5.00")[:300],
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\ntrailer<</Root 1 0 R>>",
        drawn((60, 700, "secret"), encrypt=StandardEncryption("of nobody")),
        drawn(),
        b"not a PDF",
    ],
    ids=["zeros", "cut off", "circle", "locked", "empty", "text"],
)
def test_what_cannot_be_read_is_nothing(data):
    assert lines(data) == []


def test_a_page_of_very_much_text_is_bounded():
    since = monotonic()
    found = lines(drawn(*[(60 + row % 7, 20 + row % 800, "Total 12.00 " * 40) for row in range(4_000)]))
    assert len(found) <= 1600
    assert monotonic() - since < 10  # of the clock, on a busy machine; the child has a bound of its own


def test_words_that_stand_a_little_deeper_are_of_the_same_line():
    words = [Word(0, 30, 100, 10, "Total"), Word(200, 230, 98, 10, "5.00"), Word(0, 30, 88, 10, "Cash")]
    assert squeezed(in_rows(words)) == ["Total 5.00", "Cash"]
    assert in_rows([]) == []
