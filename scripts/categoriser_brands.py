"""Which brand sells what, out of the name-suggestion-index (BSD-3-Clause): the categoriser's brands.txt."""

import json
import re
from pathlib import Path

from lib.categorising.text import plain

TAGS = Path(__file__).with_name("categoriser_tags.txt")
LONGEST = 5  # words of a name
MOST_COUNTRIES = 6
NETWORKS = {
    "transit/route": [f"transit/route/{by}" for by in ("train", "subway", "light_rail", "tram", "ferry")]
}
_OWN_CODES = {"fx": "fr"}  # the index's own names for parts of countries


def write_brands(index: Path, target: Path) -> int:
    """Write the brands of `index` (the package's `dist/json/nsi.min.json`), a section a tag. Returns how many."""
    found = json.loads(index.read_text(encoding="utf-8"))["nsi"]
    lines, count = [], 0
    for line in TAGS.read_text(encoding="utf-8").splitlines():
        tag, kind, words = line.split(" ", 2)
        names: dict[str, set[str]] = {}
        for path in (path for path in sorted(found) if _is(path, tag)):
            for item in found[path]["items"]:
                _add(names, item)
        lines.append(f"= {tag} | {kind} | {words}")
        lines += [f"{name};{','.join(sorted(places))}".rstrip(";") for name, places in sorted(names.items())]
        count += len(names)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return count


def _is(path: str, tag: str) -> bool:
    return path.split("/", 1)[1] == tag or path in NETWORKS.get(tag, ())


def _add(names: dict[str, set[str]], item: dict[str, object]) -> None:
    places = _countries(item["locationSet"]["include"])  # type: ignore[index]
    for written in (item["displayName"], *item.get("matchNames", ())):  # type: ignore[misc]
        name = plain(re.sub(r"\(.*?\)", "", str(written)))
        if len(name) > 1 and len(name.split()) <= LONGEST and re.fullmatch(r"[a-zа-я0-9 ]+", name):
            known = names.setdefault(name, set(places))
            names[name] = known | places if known and places else set()


def _countries(include: list[object]) -> set[str]:
    """Two-letter codes; empty for everywhere, or where they are too many to matter."""
    codes = {str(place).split("-")[0].split(".")[0].lower() for place in include}
    codes = {_OWN_CODES.get(code, code) for code in codes}
    wide = any(not re.fullmatch("[a-z]{2}", code) for code in codes)
    return set() if wide or len(codes) > MOST_COUNTRIES else codes
