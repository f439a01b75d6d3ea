"""What AWS's own command line does with a command of ours, as far as our pages use it."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import xform_name
from botocore.model import Shape

SHOWN = {"--query", "--output"}  # how the answer is shown: nothing that AWS is asked


def ask(command: str, aws: Any) -> None:
    """Every word is a service's, an operation's, or a parameter's name or value."""
    _, service, operation, *words = shlex.split(command)
    client, method = aws.client(service), operation.replace("-", "_")
    known = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    getattr(client, method)(**dict(_parameters(words, known.members)))


def _parameters(words: list[str], members: Mapping[str, Shape]) -> Iterator[tuple[str, Any]]:
    names = {f"--{xform_name(member, '-')}": member for member in members}
    left = iter(words)
    for word in left:
        if word in SHOWN:
            next(left)
        elif word.startswith("--no-"):
            yield names[f"--{word.removeprefix('--no-')}"], False
        elif members[names[word]].type_name == "boolean":
            yield names[word], True
        else:
            yield names[word], _value(next(left), members[names[word]])


def _value(text: str, shape: Any) -> Any:
    if shape.type_name == "list":
        return [_value(text, shape.member)]
    if shape.type_name == "structure":
        return dict(pair.split("=") for pair in text.split(","))
    return {"integer": int, "double": float}.get(shape.type_name, str)(text)
