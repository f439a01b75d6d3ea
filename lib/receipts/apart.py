"""Looking at a stranger's file in a process of its own, which may fail, hang or be taken over without anybody else noticing.

It has bounds on time, memory and what it writes, an environment without secrets, and one file: the one it is to look at. Once
what it needs is loaded it can open no other, no connection and no process. It runs as the same user all the same.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any, BinaryIO, NamedTuple

from lib.errors import Invalid, Unavailable

SECONDS = 1.8  # of the processor
MEMORY = 280 << 20  # bytes that it may take for itself; libraries are some 20 MB more
PATIENCE = 4  # times as long by the clock, where others use the processor as well
QUEUE = 10  # seconds to wait for one's turn
MOST_WAITING = 2  # at once: they hold threads that others' pages need
_CHILD = Path(__file__).with_name("child.py")
# As many as one process of ours has at work: each may take MEMORY.
_turns, _places = BoundedSemaphore(1), BoundedSemaphore(MOST_WAITING)
log = logging.getLogger(__name__)


class Looked(NamedTuple):
    facts: dict[str, Any]
    parts: list[bytes]


class Overwhelmed(Exception):
    """The work failed, or was ended at its bounds."""


def apart(
    work: str, file: BinaryIO, *, seconds: float = SECONDS, memory: int = MEMORY, **about: Any
) -> Looked:
    """Have a function work on a file from its beginning.

    Args:
        work: "module:function" of what is called with the file and `about`, and gives back facts and parts. It may raise
            Invalid, whose sentence is for people.
        file: One with a descriptor; where it stands afterwards is not said.
        about: JSON.

    Raises:
        Invalid: As the function does.
        Overwhelmed: When it broke or needed more than its bounds.
        Unavailable: When this machine has no room for it, or too many others wait.
    """
    request = {
        "work": work,
        "seconds": seconds,
        "memory": memory,
        "path": [*map(os.path.abspath, sys.path)],
        "about": about,
    }
    with _turn(), TemporaryFile() as out:
        code, words = _run(json.dumps(request), file, out, PATIENCE * seconds)
        if code:
            raise Overwhelmed(f"{code} {words}")
        out.seek(0)
        answer = json.loads(out.readline())
        parts = [out.read(size) for size in answer["sizes"]]
    if "refused" in answer:
        raise Invalid(*answer["refused"])
    if "facts" not in answer:
        raise Overwhelmed(answer["failed"])
    return Looked(answer["facts"], parts)


def _run(request: str, file: BinaryIO, out: BinaryIO, seconds: float) -> tuple[int, str]:
    """Returns how it ended: with 0 everything was written."""
    file.seek(0)
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", str(_CHILD), request]
    with TemporaryFile() as errors:
        try:
            child = subprocess.Popen(  # noqa: S603  # our own program
                command,
                stdin=file,
                stdout=out,
                stderr=errors,
                cwd="/",
                env={"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"},  # threads' own arenas count as well
                start_new_session=True,
            )
        except OSError as error:
            log.warning("files cannot be looked at: no process (%s)", error.strerror)
            raise Unavailable("No receipt can be taken right now. Try again in a moment.", "files") from error
        code = _end_of(child, seconds)
        errors.seek(0)
        words = errors.read(4000).decode(errors="replace").strip().rpartition("\n")[2]
    if code:
        log.info("a receipt could not be looked at: %s (%s)", code, words.partition(":")[0])
    return code, words


def _end_of(child: subprocess.Popen[bytes], seconds: float) -> int:
    """What it ended with; at the latest, and with whatever it has started, after so many seconds."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return child.wait()


@contextmanager
def _turn(seconds: float = QUEUE) -> Iterator[None]:
    if not (_turns.acquire(blocking=False) or _waited(seconds)):
        raise Unavailable("Many receipts are being looked at right now. Try again in a moment.", "files")
    try:
        yield
    finally:
        _turns.release()


def _waited(seconds: float) -> bool:
    """Whether one's turn came. Who finds as many waiting as may, does not wait."""
    if not _places.acquire(blocking=False):
        return False
    try:
        return _turns.acquire(timeout=seconds)
    finally:
        _places.release()
