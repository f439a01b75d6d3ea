"""Counts in the place of clocks: how often functions are called while something is done."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls(do: Callable[[], Any], of: Callable[..., Any] | None = None) -> int:
    """How many calls `do` makes: of that function of ours, or of all functions, ours and built-in ones."""
    count, wanted = 0, getattr(of, "__code__", None)

    def see(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        if wanted is None:
            count += event in ("call", "c_call")
        else:
            count += event == "call" and frame.f_code is wanted

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count
