"""A file on its way in: bounded, complete, looked at in a process apart, and what is to be kept of it."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, NamedTuple

from lib.errors import Invalid, TooLarge, Unavailable
from lib.receipts.apart import Overwhelmed, apart
from lib.receipts.kinds import FORMATS

MOST = 10 << 20  # bytes: 10 MiB
_AT_ONCE = 1 << 16
TOO_LARGE = "This file is larger than 10 MB. Take the picture smaller, or save the PDF with fewer pages."
EMPTY = "This file is empty. Choose it again, or take the picture anew."


class Found(NamedTuple):
    facts: dict[str, Any]  # fields of Receipt
    size: int  # bytes of `content`
    content: BinaryIO
    thumbnail: bytes | None


def validate_file_size(size: int) -> None:
    """Raises Invalid for nothing, TooLarge for more than MOST bytes."""
    if size > MOST:
        raise TooLarge(TOO_LARGE)
    if size <= 0:
        raise Invalid(EMPTY, "receipt")


@contextmanager
def whole(stream: IO[bytes]) -> Iterator[tuple[BinaryIO, str]]:
    """All of a stream, in a file of this machine's, and its digest. No more of it is read than may be kept."""
    with ExitStack() as open_files:
        digest, size = hashlib.sha256(), 0
        with _room():
            file = open_files.enter_context(TemporaryFile())
            while size <= MOST and (some := stream.read(_AT_ONCE)):
                size += len(some)
                digest.update(some)
                file.write(some)
            file.flush()
        validate_file_size(size)
        yield file, digest.hexdigest()[:32]


def look(file: BinaryIO) -> Found:
    """Raises Invalid for what is no receipt, or is made so that looking at it takes more than there is."""
    try:
        facts, parts = apart("lib.receipts.looking:look", file)
    except Overwhelmed as error:
        words = f"This file cannot be read with the time and room there is. Make it smaller. {FORMATS} work."
        raise Invalid(words, "receipt") from error
    if parts:
        return Found(facts, len(parts[0]), BytesIO(parts[0]), parts[1])
    size = file.seek(0, 2)
    file.seek(0)
    return Found(facts, size, file, None)


@contextmanager
def _room() -> Iterator[None]:
    """For this machine's own temporary file, whose disk may be full."""
    try:
        yield
    except OSError as error:
        raise Unavailable("No receipt can be taken right now. Try again in a moment.", "files") from error
