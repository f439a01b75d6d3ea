"""What the child process does with a file that somebody wants to keep as a receipt."""

from typing import Any, BinaryIO

from lib.receipts.kinds import validate_file_type


def load(file: BinaryIO) -> None:
    """Of the two libraries, the one that this file needs: each takes its time."""
    kind = validate_file_type(file)
    if kind == "pdf":
        import lib.receipts.pdfs  # noqa: F401
    else:
        from lib.receipts.images import load_decoder

        load_decoder(kind)


def look(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """What is known of it, and what to keep in its place: nothing of a PDF, else the picture and its thumbnail."""
    kind = validate_file_type(file)
    if kind == "pdf":
        from lib.receipts.pdfs import examine

        return examine(file)
    from lib.receipts.images import redraw

    return redraw(file, kind)
