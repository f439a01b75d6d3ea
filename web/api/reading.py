"""What a program sent, read strictly: exact numbers, no second meaning, and every mistake named in words.

Amounts are read from the text of the request: a JSON number never becomes a float on its way.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, DecimalException
from functools import cache
from typing import Any, NoReturn, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ValidationError

from lib.errors import PlannerError
from lib.receipts.arriving import MOST

Model = TypeVar("Model", bound=BaseModel)
LARGEST_BODY = 100_000  # bytes: ten times the longest expense
LARGEST_FORM = MOST + LARGEST_BODY  # a receipt, and what goes with it
FORM = "multipart/form-data"
_SHOWN = 60  # characters of a name that we repeat


class Unreadable(PlannerError):
    """This cannot be read."""

    status = 400
    title = "That needs a change"

    def __init__(self, message: str = "", errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or []


class NotForm(PlannerError):
    """Send a form with the file, with the header Content-Type: multipart/form-data."""

    status = 415
    title = "Not a form"


class NotJson(PlannerError):
    """Send JSON, with the header Content-Type: application/json."""

    status = 415
    title = "Not JSON"


def read_json(model: type[Model]) -> Model:
    """The request's body. Raises Unreadable or NotJson."""
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = LARGEST_BODY
    try:
        value = json.loads(
            request.get_data(cache=False).decode(),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except (ValueError, DecimalException, RecursionError):
        raise Unreadable("The body is not JSON in UTF-8, with each name once and without NaN.") from None
    return _checked(model, value)


def read_form(model: type[Model]) -> Model:
    """A form with its files. Raises Unreadable or NotForm."""
    if request.mimetype != FORM:
        raise NotForm
    files = [(name, [each for each in given if each.filename]) for name, given in request.files.lists()]
    fields = [(name, given) for name, given in request.form.lists() if name != "csrf_token"]
    return _checked(model, _once_each(model, [*fields, *((name, given) for name, given in files if given)]))


def read_query(model: type[Model]) -> Model:
    """What stands after the "?". Raises Unreadable."""
    return _checked(model, _once_each(model, request.args.lists()))


def read_headers(model: type[Model]) -> Model:
    """Those headers that the model names. Raises Unreadable."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    return _checked(model, {name: request.headers[name] for name in names if name in request.headers})


def _once_each(model: type[BaseModel], found: Iterable[tuple[str, list[Any]]]) -> dict[str, Any]:
    """What stands under each name: one thing, but for lists."""
    lists, values = _lists(model), dict[str, Any]()
    for name, given in found:
        if name in values or (name not in lists and len(given) > 1):
            raise _refused([{"field": _shown(name), "message": "Send this once."}])
        values[name] = given if name in lists else given[0]
    return values


def _checked(model: type[Model], value: Any) -> Model:
    if not isinstance(value, dict):
        raise Unreadable('Send one JSON object, such as {"amount": "12.50"}.')
    try:
        return model.model_validate(value)
    except ValidationError as problems:
        found = problems.errors(include_url=False, include_input=False)
        raise _refused([{"field": _path(each["loc"]), "message": _words(each)} for each in found]) from None


def _refused(errors: list[dict[str, str]]) -> Unreadable:
    first = errors[0]
    more = f" There is more to change: {len(errors) - 1}." if len(errors) > 1 else ""
    return Unreadable(f"{first['field']}: {first['message']}{more}", errors)


def _words(problem: Mapping[str, Any]) -> str:
    """A sentence that says what would be right."""
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return "This is needed."
        case "extra_forbidden":
            return "There is no such field here."
        case "string_too_long":
            return f"Use up to {limits['max_length']} characters."
        case "string_too_short" | "too_short":
            return "Fill this in, or leave it out."
        case "too_long":
            return f"Use up to {limits['max_length']} of them."
        case "literal_error":
            return f"Use one of these: {limits['expected']}."
        case "value_error":
            return str(limits["error"])
        case "greater_than_equal":
            return f"Use {limits['ge']} or more."
        case "less_than_equal":
            return f"Use {limits['le']} or less."
    return _KINDS.get(problem["type"], "This cannot be used as it is.")


_KINDS = {
    "string_type": "Send text.",
    "string_unicode": "This contains half a character (a lone surrogate). Remove it.",
    "int_type": "Send a whole number.",
    "bool_type": "Send true or false.",
    "list_type": "Send a list.",
    "tuple_type": "Send a list.",
}


def _path(location: tuple[int | str, ...]) -> str:
    return _shown(".".join(str(part) for part in location))


def _shown(name: str) -> str:
    """A name that someone made up, fit to be repeated."""
    name = name.encode("ascii", "backslashreplace").decode()
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."


@cache
def _lists(model: type[BaseModel]) -> frozenset[str]:
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if get_origin(field.annotation) in (list, tuple))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")  # which of the two counts would be anyone's guess
    return found
