"""How many web workers suit the processors that this process may use."""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

FEWEST = 2  # so that one answers while the other hangs or is replaced
MOST = 4  # each takes 45 MB, 300 more while it looks at a receipt, and connections to the database: more of that is asked for
CGROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def web_workers(processors: int) -> int:
    """One for each, within what suits every machine: Python runs on one processor at a time in each."""
    return min(max(processors, FEWEST), MOST)


def usable_processors(cgroups: Path = CGROUPS, own: Path = OWN) -> int:
    """Those that we may run on, or fewer where a container or service is given less time than that; at least 1.

    Args:
        cgroups: Where Linux shows control groups and what each is given.
        own: What names ours.
    """
    try:
        here = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS has no such thing, and no control groups
        here = os.cpu_count() or 1
    return min([here, *(math.ceil(limit) for limit in _limits(cgroups, own))])


def _limits(cgroups: Path, own: Path) -> Iterator[float]:
    """In processors: of our group and of each above it; and by the first version's files, where a container sees its own on top."""
    group = next((word.removeprefix("0::") for word in _words(own) if word.startswith("0::")), "/")
    folder = cgroups.joinpath(*(part for part in PurePosixPath(group).parts if part not in ("/", "..")))
    depth = len(folder.parts) - len(cgroups.parts)
    given = [_words(each / "cpu.max") for each in [folder, *folder.parents][: depth + 1]]
    given.append(
        [word for name in ("quota", "period") for word in _words(cgroups / f"cpu/cpu.cfs_{name}_us")]
    )
    for words in given:
        if len(words) == 2 and all(word.isdecimal() for word in words):  # not "max", not -1
            yield int(words[0]) / int(words[1])


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
