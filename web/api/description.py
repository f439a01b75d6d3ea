"""What the API does, as OpenAPI 3.1: gathered by spectree from the views, their models and docstrings.

A view says what it takes by the annotations of `query`, `json` and `headers`, and what it answers by `described`.
Why spectree, and what of it is replaced here: docs/decisions/0003-openapi-library.md.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, cast

from flask import Request
from pydantic import BaseModel
from spectree import Response, SecurityScheme, SecuritySchemeData, SpecTree, Tag
from spectree.models import InType, SecureType
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin

from lib.identity.pace import LIMIT
from web.api.fields import ID_PATTERN
from web.api.models import Problem
from web.api.reading import FORM, LARGEST_BODY, LARGEST_FORM, read_form, read_headers, read_json, read_query

View = Callable[..., Any]
Scope = Literal["public", "read", "write"]

EXPENSES = Tag(name="Expenses", description="What was spent, and what came in.")
FILING = Tag(name="Filing", description="Which category something belongs in, and your rules about that.")
RECEIPTS = Tag(name="Receipts", description="Pictures and PDFs that prove an expense.")
BUDGETS = Tag(name="Budgets", description="What may be spent a month, and how the month stands.")
NOTIFICATIONS = Tag(name="Notifications", description="What you were told, and whether it reached you.")
REPORTS = Tag(name="Reports", description="What a month, a week, a year or any other days came to, as files.")
ACCOUNT = Tag(name="Account", description="Who is signed in, and what is theirs.")
HEALTH = Tag(name="Health", description="For whoever runs the planner.")
_TAGS = [tag.name for tag in (EXPENSES, FILING, RECEIPTS, BUDGETS, NOTIFICATIONS, REPORTS, ACCOUNT, HEALTH)]

INTRODUCTION = f"""
Everything about expenses, their categories, receipts, budgets, notifications and reports, for scripts and other programs.

**Signing in.** Make a token in the planner under Settings, API tokens, and send it as `Authorization: Bearer <token>`. A
token that may only read can only use `GET`. Pages of the planner itself may use their session cookie instead, together
with the page's CSRF token for everything but `GET`.

**Money** is text such as `"12.50"`, in major units of its currency. **Days** are `2026-11-21`, **months** `2026-11`,
**moments** ISO 8601 in UTC. Requests are read strictly: a field that does not exist is a mistake, not ignored.

**Mistakes** are answered by a problem (RFC 9457) whose `detail` and `errors` say in words what would be right.

**Limit**: {LIMIT} requests a minute and account. A request over it is answered by 429 with `Retry-After`.
"""
PROBLEMS = {
    400: "Something cannot be read, or a signed-in browser sent no CSRF token. `errors` says what would be right.",
    401: "Nobody is signed in; or the token is none, has ended or was revoked.",
    403: "The token may only read.",
    404: "There is nothing under that id, or it is not yours.",
    409: "It can be read but does not fit what your account holds: a category that you do not have, more decimals than "
    "the currency has, a cursor of another list, a version that is no longer the saved one.",
    412: "`If-Match` names a version that is no longer the saved one.",
    413: f"The body has more than {LARGEST_BODY // 1000} kB, or a receipt more than 10 MB.",
    415: "The body is not of a type that is taken here.",
    429: "Too many requests within a minute.",
    503: "A part of the planner does not answer right now. Nothing was saved.",
}
_SECURITY: dict[Scope, list[dict[str, list[str]]]] = {
    "public": [],
    "read": [{"bearer": ["read"]}, {"session": []}],
    "write": [{"bearer": ["write"]}, {"session": [], "csrf": []}],
}
_SCHEMES = [
    SecurityScheme(
        name="bearer",
        data=SecuritySchemeData(
            type=SecureType.HTTP, scheme="bearer", description="A token made in Settings, API tokens."
        ),
    ),
    SecurityScheme(
        name="session",
        data=SecuritySchemeData(
            type=SecureType.API_KEY,
            name="planner",
            field_in=InType.COOKIE,
            description="A signed-in browser. Over HTTPS it is called `__Host-planner`.",
        ),
    ),
    SecurityScheme(
        name="csrf",
        data=SecuritySchemeData(
            type=SecureType.API_KEY,
            name="X-CSRFToken",
            field_in=InType.HEADER,
            description="The page's CSRF token, with a session only.",
        ),
    ),
]


class Strict(FlaskPlugin):
    """Reads with `web.api.reading`: spectree's own way takes broken JSON for an empty object, and amounts for floats."""

    def request_validation(
        self, request: Request, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        if json and form:  # either of them
            json, form = (None, form) if request.mimetype == FORM else (json, None)
        request.context = Context(  # type: ignore[attr-defined]  # where spectree looks for it
            query and read_query(query),
            json and read_json(json),
            form and read_form(form),
            headers and read_headers(headers),
            None,
        )

    def parse_path(self, route: Any, descriptions: Mapping[str, str] | None) -> tuple[str, list[Any]]:
        path, parameters = super().parse_path(cast(Any, str(route).replace("<id:", "<")), descriptions)
        for parameter in parameters:
            parameter["schema"] = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
        return path, parameters


_tree = SpecTree(
    "flask",
    backend=Strict,
    title="Smart Budget Planner",
    description=INTRODUCTION.strip(),
    version="1.0.0",
    mode="strict",
    page_templates={},
    security_schemes=_SCHEMES,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda parent, child: child,
    validation_error_status=400,
    validation_error_model=Problem,
)


def described(
    tag: Tag,
    answers: Mapping[int, type[BaseModel] | None],
    scope: Scope = "read",
    problems: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Put a view, under `route`, into the description; hand it what it takes, and write what it answers.

    Args:
        answers: The model of each status it answers with; None for no content.
        scope: Who may use it: everyone, or a token of that scope (and whoever is signed in).
        problems: Those it has besides the ones that follow from what it takes.
    """

    def decorate(view: View) -> View:
        found = sorted({*problems, *_usual_problems(view, scope)})
        models: dict[str, Any] = {f"HTTP_{status}": model for status, model in answers.items()}
        models |= {f"HTTP_{status}": (Problem, PROBLEMS[status]) for status in found}
        validated = _tree.validate(
            resp=Response(**models),
            tags=[tag],
            security=_SECURITY[scope],
            operation_id=view.__name__,
            path_parameter_descriptions={
                "expense_id": "The expense's `id`.",
                "budget_id": "The budget's id.",
                "report_id": "The report's `id`.",
                "rule_id": "The rule's `id`.",
                "replay_id": "The look's `id`.",
                "receipt_id": "The receipt's `id`.",
                "object_name": "A key of yours, or what stands behind its last slash.",
            },
        )(view)
        if "form" in view.__annotations__:
            validated.largest_body = LARGEST_FORM
        elif "json" in view.__annotations__:
            validated.largest_body = LARGEST_BODY
        return cast(View, validated)

    return decorate


def _usual_problems(view: View, scope: Scope) -> set[int]:
    read = {"json", "form", "query", "headers"}
    takes = set(view.__annotations__) - {"return"}
    found = set() if scope == "public" else {401, 429, 503}
    found |= {400, 403} if scope == "write" else set()
    found |= {400} if takes & read else set()
    found |= {413, 415} if takes & {"json", "form"} else set()
    return found | ({404} if takes - read else set())


@cache
def document() -> dict[str, Any]:
    """The description, complete. Needs an application context."""
    found: dict[str, Any] = _tree.spec
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["responses"] = _complete(operation["responses"])
            for status, where, ids in _LINKS.get(operation["operationId"], []):
                operation["responses"][status]["links"] = {
                    id: {"operationId": id, "parameters": {"expense_id": where}} for id in ids
                }
            if operation["operationId"] in _FILES:
                operation["responses"]["200"]["content"] = _FILES[operation["operationId"]]
            for parameter in operation["parameters"]:
                _without_null(parameter["schema"])
    found["tags"].sort(key=lambda tag: _TAGS.index(tag["name"]))
    schemas = found["components"]["schemas"]
    for schema in (schema for name, schema in schemas.items() if name.endswith("Form")):
        for field in schema["properties"].values():
            _without_null(field)
    text = str(found["paths"]) + str(schemas)
    found["components"]["schemas"] = {
        name: schema for name, schema in schemas.items() if f"schemas/{name}'" in text
    }
    return found


def _without_null(schema: dict[str, Any]) -> None:
    """An address, a header and a form have no null: what is not given is left out."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema |= kinds[0]
        del schema["anyOf"]
    if schema.get("default", "") is None:
        del schema["default"]


def _complete(responses: dict[str, Any]) -> dict[str, Any]:
    """With what spectree cannot say, the media type of problems and headers; without the 400 that it adds everywhere."""
    found = {
        status: each for status, each in sorted(responses.items()) if each["description"] != "Bad Request"
    }
    for status, response in found.items():
        content = response.get("content", {})
        if content.get("application/json") == _IS_PROBLEM:
            response["content"] = {"application/problem+json": _IS_PROBLEM}
        if status in _HEADERS:
            name, words = _HEADERS[status]
            response["headers"] = {
                name: {"description": words, "required": True, "schema": {"type": "string"}}
            }
    return found


_BYTES: dict[str, Any] = {"schema": {}}
_FILES = {  # answers that are no JSON
    "get_report_file": {
        "application/pdf": _BYTES,
        "text/csv": _BYTES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BYTES,
    }
}
_LINKS = {  # what an answer leads to: its status, where the expense's id stands, and the operations
    "add_expense": [("201", "$response.body#/id", ["get_expense", "change_expense", "delete_expense"])],
    "delete_expense": [("204", "$request.path.expense_id", ["restore_expense"])],
}
_IS_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_HEADERS = {
    "201": ("Location", "The address of what was added."),
    "401": ("WWW-Authenticate", "`Bearer`, with what is wrong with the token."),
    "429": ("Retry-After", "Seconds to wait."),
}
