"""Pieces of pages, made once for the same figures.

After an expense is added, one budget's bar and one month's column differ; the other thirty pieces of the overview do not.
`kept(macro, figures…)` in a template is what the macro makes of these figures, remembered under the figures themselves:
a piece can be neither out of date nor somebody else's.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from web import icons

MOST = 4096  # pieces kept by one process: about 4 MB

Macro = Callable[..., Markup]


def init_app(app: Flask) -> None:
    app.add_template_global(kept)


def kept(macro: Macro, *figures: Hashable) -> Markup:
    """What an imported `macro` makes of `figures`, which is all that it may look at."""
    piece, used = _made(macro, figures)
    icons.used().update(used)
    return piece


@lru_cache(MOST)
def _made(macro: Macro, figures: tuple[Hashable, ...]) -> tuple[Markup, frozenset[str]]:
    return icons.noting(lambda: macro(*figures))
