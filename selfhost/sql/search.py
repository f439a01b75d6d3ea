"""Looking for text."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from selfhost.sql.tables import expenses


class holds(FunctionElement[bool]):
    """Whether a text contains another, taken literally."""

    type = Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _instr(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "postgresql")
def _strpos(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


def holds_word(number: int) -> Any:
    return holds(expenses.c.search_text, bindparam(f"word{number}"))


def word_values(sought: Sequence[str]) -> dict[str, str]:
    return {f"word{number}": word for number, word in enumerate(sought)}
