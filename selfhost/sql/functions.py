"""What both databases can do, each under a name of its own."""

from typing import Any

from sqlalchemy import Boolean, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class holds(FunctionElement[bool]):
    """Whether a text contains another, to the letter."""

    type = Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


class json_rows(FunctionElement[str]):
    """The rows of a group as one JSON list of lists, in no particular order."""

    type = Text()
    inherit_cache = True


@compiles(json_rows, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS text)"


class share(FunctionElement[int]):
    """A number that spreads ids evenly, as they end at random: made of their last three characters."""

    type = Integer()
    inherit_cache = True


@compiles(share, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    id = compiler.process(element.clauses, **options)
    return f"(7 * unicode(substr({id}, -1)) + 3 * unicode(substr({id}, -2)) + unicode(substr({id}, -3)))"


@compiles(share, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    id = compiler.process(element.clauses, **options)
    return f"(7 * ascii(right({id}, 1)) + 3 * ascii(right({id}, 2)) + ascii(right({id}, 3)))"
