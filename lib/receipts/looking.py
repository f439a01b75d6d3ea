"""What the child process does with a file that somebody wants to keep as a receipt."""

from typing import Any, BinaryIO

from lib.receipts import kinds


def look(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """What it is, what is known of it, and what to keep in its place: nothing of a PDF, else the picture and its thumbnail."""
    kind = kinds.validate_file_type(file)
    if kind == "pdf":
        from lib.receipts.pdfs import examine  # of the two libraries, only one is worth its time to load

        facts, parts = examine(file)
    else:
        from lib.receipts.images import redraw

        facts, parts = redraw(file, kind)
    return {"extension": kinds.extension_for(kind), **facts}, parts
