"""What a stranger's file may be called here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.receipts.names import tidy_name
from lib.records import MAX_FILE_NAME
from lib.storable import text


@pytest.mark.parametrize(
    ("given_name", "extension", "kept"),
    [
        ("rewe.jpg", "jpg", "rewe.jpg"),
        ("IMG_1234.HEIC", "jpg", "IMG_1234.jpg"),
        ("photo.jpeg", "jpg", "photo.jpg"),
        ("invoice.pdf.exe", "pdf", "invoice.pdf.exe.pdf"),
        ("page.html", "png", "page.html.png"),
        ("..\\..\\secret\\a.png", "png", "a.png"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("invoice\u202efdp.exe", "pdf", "invoice fdp.exe.pdf"),
        ("a\x00b\r\nc.png", "png", "a b c.png"),
        ("", "gif", "receipt.gif"),
        (".jpg", "jpg", "receipt.jpg"),
        ("   ", "webp", "receipt.webp"),
        ("Café 🧾 чек.pdf", "pdf", "Café 🧾 чек.pdf"),
        ("a" * 300 + ".jpg", "jpg", "a" * 116 + ".jpg"),
        ('quote" and * and ?.png', "png", "quote and and.png"),
    ],
)
def test_a_name_is_shown_as_it_was_meant_with_the_ending_of_what_it_is(given_name, extension, kept):
    assert tidy_name(given_name, extension) == kept


@given(st.text(max_size=400))
def test_every_name_becomes_one_that_can_be_kept(name):
    kept = tidy_name(name, "pdf")
    assert text(kept, "name", MAX_FILE_NAME, required=True).endswith(".pdf")
    assert not set('/\\\r\n\0"') & set(kept)
