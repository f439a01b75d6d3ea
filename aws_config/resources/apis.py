"""HTTP APIs of API Gateway: one that hands every request to one function."""

from collections.abc import Mapping, Set
from typing import Any

from aws_config.account import Account
from aws_config.resources.base import Difference, Facts, widens
from aws_config.resources.callers import Caller

EVERYTHING = "$default"  # the route, and the stage, that are taken where no other is
THERE = "the function"  # where a route leads, in a fact
BURST = 2  # as many times the requests of a second may come at once
PATIENCE = 30_000  # milliseconds, the longest there is
# A line a request, under the names of AWS: no address, no path (which may name a person's things), no header.
LOGGED = {
    "time": "$context.requestTime",
    "request": "$context.requestId",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "error": "$context.integrationErrorMessage",
}
LOG_FORMAT = "{" + ",".join(f'"{name}":"{value}"' for name, value in LOGGED.items()) + "}"


class ApiResource:
    """An API with its integration, route and stage, and the permission to call the function."""

    kind = "HTTP API"

    def __init__(
        self, aws: Any, account: Account, name: str, function: str, *, log_group: str, rate: int
    ) -> None:
        """
        Args:
            log_group: The name of the one that has a line for each request.
            rate: Requests a second, of all visitors together; more are refused.
        """
        self.name, self._rate = name, rate
        self._api, self._account = aws.client("apigatewayv2"), account
        self._caller = Caller(aws, account, function, name, "apigateway.amazonaws.com")
        self._log = account.arn("logs", f"log-group:{log_group}")

    @property
    def id(self) -> str:
        """By which AWS itself, and its metrics, know it; "" where there is none."""
        found = self._found()
        return str(found["ApiId"]) if found else ""

    @property
    def address(self) -> str:
        """Where it is reached; "" where there is none."""
        found = self._found()
        return str(found["ApiEndpoint"]) if found else ""

    def wanted(self) -> Facts:
        return {
            "Integrations": [self._integration()],
            "Routes": {EVERYTHING: {"AuthorizationType": "NONE", "Target": THERE}},
            "Stages": {EVERYTHING: self._stage()},
            **self._caller.wanted(self._source(self.id)),
        }

    def actual(self) -> Facts | None:
        found = self._found()
        if found is None:
            return None
        cors = {"CorsConfiguration": found["CorsConfiguration"]} if found.get("CorsConfiguration") else {}
        return {
            **cors,
            "Integrations": [
                {fact: each.get(fact) for fact in self._integration()}
                for each in self._listed("integrations")
            ],
            "Routes": {each["RouteKey"]: self._led(each) for each in self._listed("routes")},
            "Stages": {each["StageName"]: _staged(each) for each in self._listed("stages")},
            **self._caller.actual(),
        }

    def create(self) -> None:
        self._api.create_api(Name=self.name, ProtocolType="HTTP", Description="Smart Budget Planner")

    def change(self, facts: Set[str]) -> None:
        if "CorsConfiguration" in facts:
            self._api.delete_cors_configuration(ApiId=self.id)
        if facts & {"Integrations", "Routes"}:
            self._lead()
        if "Stages" in facts:
            self._open()
        if any(fact.startswith("Policy ") for fact in facts):
            self._caller.set_right(facts, self._source(self.id))

    def remove(self) -> None:
        """Routes, stages and integrations go with it."""
        if self._found() is not None:
            self._api.delete_api(ApiId=self.id)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "CorsConfiguration" or widens(difference)

    def _integration(self) -> dict[str, Any]:
        return {
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": self._caller.alias,
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": PATIENCE,
        }

    def _stage(self) -> dict[str, Any]:
        return {
            "AutoDeploy": True,
            "DefaultRouteSettings": {
                "ThrottlingRateLimit": self._rate,
                "ThrottlingBurstLimit": self._rate * BURST,
            },
            "AccessLogSettings": {"DestinationArn": self._log, "Format": LOG_FORMAT},
        }

    def _lead(self) -> None:
        """Everything to the function, by one integration and one route; others go. What is right already is left alone."""
        api, wanted, there = self.id, self._integration(), self._listed("integrations")
        right = next((each for each in there if wanted.items() <= each.items()), None)
        if right is None:
            right = self._api.create_integration(ApiId=api, **wanted)
        self._route({"AuthorizationType": "NONE", "Target": f"integrations/{right['IntegrationId']}"})
        for each in there:
            if each["IntegrationId"] != right["IntegrationId"]:
                self._api.delete_integration(ApiId=api, IntegrationId=each["IntegrationId"])

    def _route(self, wanted: Mapping[str, Any]) -> None:
        api, routes = self.id, self._listed("routes")
        for each in routes:
            if each["RouteKey"] != EVERYTHING:
                self._api.delete_route(ApiId=api, RouteId=each["RouteId"])
            elif not wanted.items() <= each.items():
                self._api.update_route(ApiId=api, RouteId=each["RouteId"], **wanted)
        if not any(each["RouteKey"] == EVERYTHING for each in routes):
            self._api.create_route(ApiId=api, RouteKey=EVERYTHING, **wanted)

    def _open(self) -> None:
        """One stage, the one without a name in the address; others go."""
        api, there = self.id, {each["StageName"]: _staged(each) for each in self._listed("stages")}
        for name in there.keys() - {EVERYTHING}:
            self._api.delete_stage(ApiId=api, StageName=name)
        if there.get(EVERYTHING) != self._stage():
            put = self._api.update_stage if EVERYTHING in there else self._api.create_stage
            put(ApiId=api, StageName=EVERYTHING, **self._stage())

    def _led(self, route: Mapping[str, Any]) -> dict[str, Any]:
        known = {f"integrations/{each['IntegrationId']}" for each in self._listed("integrations")}
        target = route.get("Target", "")
        return {
            "AuthorizationType": route.get("AuthorizationType"),
            "Target": THERE if target in known else target,
        }

    def _source(self, api: str) -> str:
        """Any route of any stage of that API."""
        return self._account.arn("execute-api", f"{api}/*/*")

    def _found(self) -> dict[str, Any] | None:
        """The one of our name. AWS lets several have it; the first that was made counts."""
        pages = self._api.get_paginator("get_apis").paginate()
        ours = [each for page in pages for each in page["Items"] if each["Name"] == self.name]
        return min(ours, key=lambda each: (str(each.get("CreatedDate", "")), each["ApiId"]), default=None)

    def _listed(self, what: str) -> list[dict[str, Any]]:
        pages = self._api.get_paginator(f"get_{what}").paginate(ApiId=self.id)
        return [each for page in pages for each in page["Items"]]


def _staged(stage: Mapping[str, Any]) -> dict[str, Any]:
    limits, logs = stage.get("DefaultRouteSettings") or {}, stage.get("AccessLogSettings") or {}
    return {
        "AutoDeploy": stage.get("AutoDeploy"),
        "DefaultRouteSettings": {
            name: limits.get(name) for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
        },
        "AccessLogSettings": {name: logs.get(name) for name in ("DestinationArn", "Format")},
    }
