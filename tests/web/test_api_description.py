"""The description says all there is, and nothing that is not; people can read it too."""

import gzip
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator


@pytest.fixture
def described(client):
    return client.get("/openapi.json").json


def operations(described):
    return {
        (method.upper(), path): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def test_it_is_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_every_address_is_described_and_no_other(app, described):
    rules = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/health"))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert set(operations(described)) == rules


def test_every_operation_is_explained(described):
    ids = [operation["operationId"] for operation in operations(described).values()]
    assert len(ids) == len(set(ids))
    for where, operation in operations(described).items():
        assert operation["summary"].endswith((".", "totals.")), where
        assert operation["tags"], where
        assert all(response["description"] for response in operation["responses"].values()), where


def test_every_field_has_a_word_or_an_example(described):
    for name, schema in described["components"]["schemas"].items():
        for field, what in schema.get("properties", {}).items():
            words = {"description", "examples", "const", "enum", "$ref", "items", "default", "anyOf"}
            assert words & set(what) or what.get("type") in ("boolean", "integer", "string"), (
                f"{name}.{field}"
            )


def test_mistakes_are_described_as_problems(described):
    for where, operation in operations(described).items():
        for status, response in operation["responses"].items():
            if status >= "400" and where[1] != "/health/ready":
                assert list(response["content"]) == ["application/problem+json"], (where, status)


def test_who_may_use_what_is_described(described):
    for (method, path), operation in operations(described).items():
        if path in ("/health", "/health/ready", "/api/check-session"):
            assert operation["security"] == []
            continue
        scope = "read" if method == "GET" else "write"
        assert operation["security"][0] == {"bearer": [scope]}
        assert ("csrf" in operation["security"][1]) == (scope == "write")
        assert {"401", "429", "503"} <= set(operation["responses"])


def test_the_examples_of_what_goes_in_are_taken(described, program):
    for name, address, status in [
        ("NewExpense", "/api/expenses", 201),
        ("BudgetIn", "/api/budget", 200),
        ("ReadIn", "/api/notifications/read", 200),
    ]:
        fields = described["components"]["schemas"][name]["properties"]
        example = {field: what["examples"][0] for field, what in fields.items() if "examples" in what}
        program.ask("POST", address, status, json=example)


def test_the_examples_of_filters_are_taken(described, program):
    parameters = operations(described)["GET", "/api/expenses"]["parameters"]
    example = {p["name"]: p["schema"]["examples"][0] for p in parameters if "examples" in p["schema"]}
    assert {"search", "start_date", "end_date", "min_amount", "max_amount"} <= set(example)
    program.ask("GET", "/api/expenses", query_string=example)


def test_people_can_read_it(client):
    page = client.page("/docs")
    place = page.find(attrs={"data-api-docs": "/openapi.json"})
    assert "data-csrf" not in place.attrs
    files = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link"])]
    ours = [file for file in files if file.startswith("/docs/")]
    assert len(ours) == 2
    for file in ours:
        response = client.get(file)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        packed = client.get(file, headers={"Accept-Encoding": "gzip, br"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == response.data


def test_someone_signed_in_can_try_it_out(as_alice):
    token = as_alice.page("/docs").find(attrs={"data-csrf": True})["data-csrf"]
    what = {"amount": 1, "category": "Other"}
    assert as_alice.post("/api/expenses", json=what, headers={"X-CSRFToken": token}).status_code == 201


@pytest.mark.parametrize("name", ["x", "..", "%2e%2e%2fplugins.py", "swagger-ui-bundle.js.map"])
def test_no_other_file_of_the_package_is_served(client, name):
    assert client.get(f"/docs/{name}").status_code == 404
