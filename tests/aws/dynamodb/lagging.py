"""Indexes that do not follow: from `freeze` on, every query of an index is answered by a copy of the tables made then."""

from typing import Any

from aws_config.config import Names
from aws_config.dynamodb.tables import ALL_TABLES
from aws_config.session import AWS
from tests.aws.dynamodb_local import empty, everything


class Lagging:
    def __init__(self, aws: AWS, names: Names, copies: Names) -> None:
        self.aws, self.names, self.copy = aws, names, copies
        self.frozen = False
        self._stale = {names.table(t.what): self.copy.table(t.what) for t in ALL_TABLES}
        aws.client("dynamodb").meta.events.register("provide-client-params.dynamodb.Query", self._redirect)

    def freeze(self) -> None:
        """What is there now is what every index goes on to show."""
        empty(self.aws, self.copy)
        client = self.aws.client("dynamodb")
        for what, items in everything(self.aws, self.names).items():
            for item in items:
                client.put_item(TableName=self.copy.table(what), Item=item)
        self.frozen = True

    def follow(self) -> None:
        """Every index is up to date again."""
        self.frozen = False

    def _redirect(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        if not self.frozen or "IndexName" not in params:
            return params
        return params | {"TableName": self._stale[params["TableName"]]}
