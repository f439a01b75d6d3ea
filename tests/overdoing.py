"""What a file could make its reader do: work for a process apart, which has to end it."""

import os
import signal
from typing import Any, BinaryIO

from lib.errors import Invalid

Answer = tuple[dict[str, Any], list[bytes]]


def forever(file: BinaryIO) -> Answer:
    while True:
        pass


def nothing(file: BinaryIO) -> Answer:
    """Waits for ever, without a processor."""
    signal.pause()
    return {}, []


def greedy(file: BinaryIO) -> Answer:
    return {"size": len(bytearray(400 << 20))}, []


def talkative(file: BinaryIO) -> Answer:
    os.write(2, b"x" * (1 << 20))  # more than a pipe holds
    return {}, []


def long(file: BinaryIO) -> Answer:
    return {}, [bytes(70 << 20)]


def broken(file: BinaryIO) -> Answer:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}, []


def raising(file: BinaryIO) -> Answer:
    raise RuntimeError("what it says is for nobody")


def refusing(file: BinaryIO) -> Answer:
    raise Invalid("That is no receipt.", "receipt")


def curious(file: BinaryIO, word: str) -> Answer:
    """What it is given, and what it could see."""
    return {"word": word, "environment": dict(os.environ), "folder": os.getcwd()}, [file.read(), b"two"]  # noqa: PTH109
