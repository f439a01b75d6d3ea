"""Why a category was chosen, in words for the person whose purchase it is."""

from collections.abc import Callable

from lib.categorising.brands import BrandHit
from lib.categorising.lexicon import Hit, Kind
from lib.categorising.rules import Rule

Name = Callable[[str], str]  # a category's key to its name


def by_rule(rule: Rule) -> str:
    return f"your rule “{rule.name}”"


def by_history(shop: str, category: str, times: int, others: int) -> str:
    often = {1: "once", 2: "twice"}.get(times, f"{times:,} times")
    return f"you filed {shop} under {category} {often}" + (f", elsewhere {others:,}" if others else "")


def by_look_alike(shop: str, category: str) -> str:
    return f"you filed {shop}, which has a similar name, under {category}"


def by_kind(kind: Kind, category: str) -> str:
    return f"you file {kind.words} under {category}"


def by_word(word: str, category: str) -> str:
    return f"you file “{word}” under {category}"


def by_hit(hit: Hit | BrandHit) -> str:
    if isinstance(hit, BrandHit):
        if not hit.name:
            return f"its card company calls it “{hit.kind.words}”"
        return f"{_titled(hit.name)} is {hit.kind.words}"
    if hit.is_name:
        return f"{_titled(hit.phrase)}: {hit.kind.words}"
    return f"“{hit.phrase}” points to {hit.kind.words}"


def by_habit(category: str) -> str:
    return f"much of what you file goes under {category}"


def by_sound(category: str) -> str:
    return f"its name resembles others in {category}"


def by_direction() -> str:
    return "the money came in"


def _titled(name: str) -> str:
    return " ".join(word.upper() if len(word) < 4 else word.capitalize() for word in name.split())
