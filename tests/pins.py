"""Which packages our files name, in which versions."""

from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins(*names: str) -> list[Requirement]:
    """What files pin: each is NAME==VERSION, perhaps for some Pythons or systems only."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in names]
    lines = [line.partition("  #")[0].strip() for text in texts for line in text.splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def versions(*names: str, where: Mapping[str, str] | None = None) -> dict[str, str]:
    """Package by package, for this Python and system but for what `where` says of another."""
    found = [pin for pin in pins(*names) if pin.marker is None or pin.marker.evaluate(dict(where or {}))]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in found}
