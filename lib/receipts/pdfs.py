"""What can be said of a PDF without drawing it. Runs in a child process only."""

from typing import Any, BinaryIO

import pypdfium2

from lib.errors import Invalid

MOST_PAGES = 100
_UNREADABLE = "This PDF cannot be read: its file is damaged or was cut off. Save it anew, and send that."


def examine(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """How many pages there are; the file itself is kept as it is. Raises Invalid where nobody could read it."""
    try:
        with pypdfium2.PdfDocument(file) as document:
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Invalid(
                "This PDF is locked with a password. Save it without one, and send that.", "receipt"
            ) from error
        raise Invalid(_UNREADABLE, "receipt") from error
    if not 1 <= pages <= MOST_PAGES:
        what = f"has {pages:,} pages" if pages else "has no pages"
        raise Invalid(f"This PDF {what}. From 1 to {MOST_PAGES} fit.", "receipt")
    return {"extension": "pdf", "pages": pages}, []
