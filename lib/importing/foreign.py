"""Files that are something else than they say: refused with a sentence that names what they are."""

import re

from lib.errors import Invalid

_PICTURE = "This is a picture. Bring the list of payments that your bank offers as CSV."
_PACKED = "This is a compressed file. Unpack it first, then bring what is in it."
_SPREADSHEET = "Save it as CSV in a spreadsheet program, then bring that."
_FORMAT = "Choose CSV where your bank asks for a format, then bring that."

_BINARY = (
    (b"%PDF", "This is a PDF document. Bring the list of payments that your bank offers as CSV."),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel workbook or Word document. {_SPREADSHEET}"),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\xff\x4f\xff\x51", _PICTURE),
    (b"SQLite format 3", "This is a database. Export a list as CSV from the program it belongs to."),
    (b"{\\rtf", f"This is a text document with formatting. {_SPREADSHEET}"),
)
_TEXT = (
    (re.compile(rb"<!doctype html|<html|<head", re.I),
     "This is a web page. Your bank may have wanted you to sign in again; open the file to see."),
    (re.compile(rb"OFXHEADER|<OFX>|<\?OFX|<\?xml.{0,400}<\??OFX", re.I | re.S), f"This is an OFX file. {_FORMAT}"),
    (re.compile(rb"<.{0,1000}camt\.05\d", re.I | re.S), f"This is a CAMT statement. {_FORMAT}"),
    (re.compile(rb"!(?:Type|Account|Option|Clear)\b", re.I), f"This is a QIF file. {_FORMAT}"),
    (re.compile(rb"<(?:\?xml|!doctype|[a-z][\w:-]*[\s>])", re.I), f"This is an XML file. {_FORMAT}"),
    (re.compile(rb":20:[^\n]*\r?\n:25:"), f"This is an MT940 statement. {_FORMAT}"),
    (re.compile(rb"[{\[]\s*[{\[\"\]}]"), f"This is a JSON file. {_FORMAT}"),
)  # fmt: skip


def refuse_foreign(head: bytes) -> None:
    """Look at a file's first bytes. Raises Invalid, at the field "file", for what is recognisably no CSV."""
    if head.startswith(b"PK\x03\x04"):
        raise Invalid(_zip(head), "file")
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise Invalid(_PICTURE, "file")
    for magic, sentence in _BINARY:
        if head.startswith(magic):
            raise Invalid(sentence, "file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, sentence in _TEXT:
        if pattern.match(start):
            raise Invalid(sentence, "file")


def _zip(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types]" in head:
        return f"This is an Excel workbook. {_SPREADSHEET}"
    if b"opendocument" in head:
        return f"This is a LibreOffice document. {_SPREADSHEET}"
    return "This is a ZIP archive. Unpack it first, then bring the CSV file that is in it."


def not_text() -> Invalid:
    return Invalid("This is not a text file: it holds characters that no list of payments has.", "file")
