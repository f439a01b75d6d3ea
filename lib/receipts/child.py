"""What a child process runs: one piece of work on one file of a stranger's, under bounds that it sets itself before anything.

Started by `lib.receipts.apart` by its path, isolated from the environment and from this folder. It answers on its standard
output: a line of JSON, and the bytes that line counts.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

MORE_SECONDS = 1  # until the kernel ends what the timer did not
MOST_WRITTEN = 64 << 20  # bytes


def main() -> None:
    asked = json.loads(sys.argv[1])
    _bind(asked["seconds"], asked["memory"])
    sys.path[:] = asked["path"]
    from lib.errors import Invalid

    module, _, function = asked["work"].partition(":")
    try:
        facts, parts = getattr(import_module(module), function)(sys.stdin.buffer, **asked["about"])
        _answer({"facts": facts}, parts)
    except Invalid as error:
        _answer({"refused": [error.message, error.field]}, [])
    except MemoryError:
        _answer({"failed": "MemoryError"}, [])


def _bind(seconds: float, memory: int) -> None:
    """The processor's time, counted in all threads, and not the clock's: on a busy machine a good file gets its turn too."""
    signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal ends the process
    limits = {
        resource.RLIMIT_CPU: int(seconds) + MORE_SECONDS,
        resource.RLIMIT_DATA: memory,  # what it takes for itself
        resource.RLIMIT_AS: 2 * memory,  # and with libraries, which take hardly any
        resource.RLIMIT_FSIZE: MOST_WRITTEN,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,  # no copy of someone's receipt in a dump
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(limit, (most, most))


def _answer(head: dict[str, Any], parts: list[bytes]) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps({**head, "sizes": [len(part) for part in parts]}).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main()
