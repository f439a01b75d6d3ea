"""What the child process does with a file that somebody wants to keep as a receipt."""

from typing import Any, BinaryIO

from lib.receipts.kinds import validate_file_type


def look(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """What is known of it, and what to keep in its place: nothing of a PDF, else the picture and its thumbnail."""
    kind = validate_file_type(file)
    if kind == "pdf":
        from lib.receipts.pdfs import examine  # of the two libraries, only one is worth its time to load

        return examine(file)
    from lib.receipts.images import redraw

    return redraw(file, kind)
