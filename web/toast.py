"""Say what was just done on the next page, with a way to take it back."""

from collections.abc import Mapping, Sequence

from flask import flash


def undoable(
    text: str, undo: str, fields: Mapping[str, str | Sequence[str]] | None = None, label: str = "Undo"
) -> None:
    """A toast with a button that posts `fields` to the address `undo`.

    It travels in the session cookie, which holds 4 kB: name what was done by one id rather than by a hundred.
    """
    flash({"text": text, "undo": undo, "fields": dict(fields or {}), "label": label}, "undo")  # type: ignore[arg-type]
