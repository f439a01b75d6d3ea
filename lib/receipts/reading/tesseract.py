"""Pictures read by Tesseract, a program of the machine that the planner runs on, whatever its home: `lib.ports.PictureReader`."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore
from typing import BinaryIO

from lib.errors import Unavailable
from lib.receipts.apart import Overwhelmed, apart
from lib.receipts.reading.paper import Paper

SECONDS = 10  # for one look, by the clock and of the processor
MEMORY = 1 << 20  # KiB of addresses
QUEUE = 4  # seconds to wait for others' receipts
PREPARING = 4  # seconds of the processor for making a picture ready
MOST_LANGUAGES = 4  # each makes it slower
_LANGUAGES = {
    "en": "eng",
    "de": "deu",
    "fr": "fra",
    "es": "spa",
    "it": "ita",
    "nl": "nld",
    "pt": "por",
    "pl": "pol",
}
_BLOCK = (
    "6"  # the page is one even block of lines: told to find columns itself, it takes prices for another text
)
_LOOKS = (False, True)  # how the picture is made ready: evenly lit, then as it is
# Bounds that hold before anything of it runs, also where this process has threads. A system may know some of them only.
_BOUND = (
    'ulimit -v {memory} 2>/dev/null; ulimit -t {seconds} 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$0" "$@"'
)
_turns = BoundedSemaphore(1)


class Tesseract:
    """One picture at a time in each process. Only pixels that we drew ourselves reach it, never a file of someone's."""

    def __init__(self, program: str) -> None:
        self._program = program

    @cached_property
    def languages(self) -> frozenset[str]:
        """What is installed of those that totals are known in, as Tesseract calls them."""
        listed = self._run(["--list-langs"], b"", 5).splitlines()
        return frozenset(listed) & frozenset(_LANGUAGES.values())

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        for again in _LOOKS:
            with _turn():
                text = self._look(picture, locale, again)
            yield Paper(tuple(text.splitlines()))

    def _look(self, picture: BinaryIO, locale: str, again: bool) -> str:
        work = "lib.receipts.reading.picture:prepared"
        drawn = apart(work, picture, seconds=PREPARING, again=again).parts
        return self._text(drawn[0], locale) if drawn else ""

    def _text(self, png: bytes, locale: str) -> str:
        # Wide gaps stay, so that columns can be told.
        command = ["-", "-", "--psm", _BLOCK, "--dpi", "300", "-c", "preserve_interword_spaces=1"]
        languages = self._chosen(locale)
        return self._run([*command, "-l", "+".join(languages)] if languages else command, png, SECONDS)

    def _chosen(self, locale: str) -> list[str]:
        """The person's language first: receipts are mostly of where they live, and of where they travel."""
        own = _LANGUAGES.get(locale.partition("_")[0], "")
        return sorted(self.languages, key=lambda language: (language != own, language != "eng", language))[
            :MOST_LANGUAGES
        ]

    def _run(self, arguments: list[str], data: bytes, seconds: int) -> str:
        bound = _BOUND.format(memory=MEMORY, seconds=seconds)
        try:
            ended = subprocess.run(  # noqa: S603  # the program that the operator installed; what it reads is on its input
                ["/bin/sh", "-c", bound, self._program, *arguments],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                cwd="/",
                env={"OMP_THREAD_LIMIT": "1"},  # more threads make it slower, and others wait
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Overwhelmed(f"Tesseract needed more than {seconds} seconds") from error
        except OSError as error:
            raise Unavailable(f"Tesseract cannot be started ({error.strerror})", "pictures") from error
        if ended.returncode:
            raise Overwhelmed(f"Tesseract ended with {ended.returncode}")
        return ended.stdout.decode(errors="replace")


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=QUEUE):
        raise Unavailable("others' receipts are being read", "pictures")
    try:
        yield
    finally:
        _turns.release()


def installed() -> Tesseract | None:
    """The machine's Tesseract, if it has one."""
    program = shutil.which("tesseract")
    return Tesseract(program) if program else None
