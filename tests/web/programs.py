"""A program that uses the API with somebody's bearer token, and looks at every answer the way a careful one would."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from lib.records import User
from lib.services import Services


class Program:
    def __init__(self, app: Flask, services: Services, user: User, scope: str = "write") -> None:
        self.client = app.test_client()
        self.document, token = services.tokens.create(user, "tests", scope, 30)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, address: str, status: int = 200, **kwargs: Any) -> Any:
        """What is answered, parsed, after a look at it."""
        return self.answer(method, address, status, **kwargs).json

    def answer(self, method: str, address: str, status: int = 200, **kwargs: Any) -> TestResponse:
        headers = self.headers | kwargs.pop("headers", {})
        response = self.client.open(address, method=method, headers=headers, **kwargs)
        assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        examine(response)
        return response

    def add(self, **fields: Any) -> Any:
        """Add an expense, of which only what matters is given."""
        return self.ask("POST", "/api/expenses", 201, json={"amount": "10.00", "category": "Other"} | fields)


def examine(response: TestResponse) -> None:
    """JSON or nothing; a mistake is a problem in words; nothing may be cached."""
    assert response.headers["Cache-Control"] == "no-store"
    if response.status_code == 204:
        assert response.data == b""
        return
    if response.status_code < 400:
        assert response.content_type == "application/json"
        return
    assert response.content_type == "application/problem+json"
    problem = response.json
    assert problem["status"] == response.status_code
    assert problem["title"]
    for words in [problem["detail"], *(error["message"] for error in problem.get("errors", []))]:
        assert words[-1] in ".”", f"not a sentence: {words}"
        assert "Input" not in words, f"pydantic's words, not ours: {words}"
        assert "input" not in words, f"pydantic's words, not ours: {words}"
