"""Icons by name. A page carries each icon it uses once, however often it shows it, and none that it does not use."""

import re
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files

from flask import Flask
from markupsafe import Markup

_SPRITE = "static/bootstrap5/icons/bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)
UNKNOWN = "question-circle"
# Stripes for what is not over yet, and for what is beyond a limit.
_STRIPES = "".join(
    f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect class="{name}-ground" width="6" height="6"/><rect class="{name}-stripe" width="2.5" height="6"/></pattern>'
    for name in ("hatch", "hatch-over")
)


class _Page(threading.local):
    """The page this thread is making. Quicker to reach than Flask's `g`: an overview shows some eighty icons."""

    def __init__(self) -> None:
        self.icons: set[str] = set()


_page = _Page()
_shown: dict[str, Markup] = {}


def init_app(app: Flask) -> None:
    app.add_template_global(icon)
    app.add_template_global(icon_sheet)
    app.before_request(_begin)


def icon(name: str) -> Markup:
    """A picture beside words, hidden from screen readers. An unknown name gives a question mark, never an error."""
    _page.icons.add(name)
    return _shown.get(name) or _show(name)


def used() -> set[str]:
    """The names of the icons the page in the making has used. Whoever keeps a piece of a page keeps these with it."""
    return _page.icons


def noting(make: Callable[[], Markup]) -> tuple[Markup, frozenset[str]]:
    """What `make` gives, and the names of the icons in it."""
    before, _page.icons = _page.icons, set()
    try:
        made = make()
        return made, frozenset(_page.icons)
    finally:
        _page.icons = before | _page.icons


def icon_sheet() -> Markup:
    """The drawings of all icons used so far; stands once at the end of a page."""
    return _sheet(frozenset(_page.icons))


def names() -> frozenset[str]:
    return frozenset(_symbols())


def _begin() -> None:
    _page.icons = set()


def _show(name: str) -> Markup:
    if name not in _symbols():
        _page.icons.discard(name)
        return icon(UNKNOWN)
    shown = _shown[name] = Markup(f'<svg class="icon" aria-hidden="true"><use href="#i-{name}"></use></svg>')  # noqa: S704
    return shown


@cache
def _symbols() -> dict[str, str]:
    """Every icon of the package's sprite: its name and its `<symbol>`. About a megabyte."""
    sprite = files("flask_bootstrap").joinpath(_SPRITE).read_text()
    return {
        name: f'<symbol id="i-{name}" viewBox="{box}">{drawing}</symbol>'
        for box, name, drawing in _SYMBOL.findall(sprite)
    }


@lru_cache(maxsize=256)
def _sheet(wanted: frozenset[str]) -> Markup:
    drawings = _STRIPES + "".join(_symbols()[name] for name in sorted(wanted))
    return Markup(f'<svg class="icon-sheet" width="0" height="0" aria-hidden="true">{drawings}</svg>')  # noqa: S704
