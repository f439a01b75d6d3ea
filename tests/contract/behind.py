"""Behind a store's back: what is really there, and what someone else did to it."""

from decimal import Context, Decimal
from typing import Any, Protocol

from sqlalchemy import MetaData, create_engine, select, text

from aws_config.config import Names
from aws_config.session import AWS
from tests.aws.dynamodb_local import everything

_EXACT = Context(prec=60)


class Behind(Protocol):
    def add_to_totals(self, category: str, spent: Decimal = Decimal(0), count: int = 0) -> None:
        """Make everyone's kept totals of a category wrong."""

    def rename_totals(self, category: str, other: str) -> None: ...
    def drop_totals(self) -> None: ...
    def traces_of(self, *texts: str) -> list[str]:
        """Every row or item, of whatever table or index, with one of these texts in it."""


class BehindSQL:
    def __init__(self, database: str) -> None:
        self.database = database

    def add_to_totals(self, category: str, spent: Decimal = Decimal(0), count: int = 0) -> None:
        units = int(spent.scaleb(4))
        self._change(
            f"UPDATE summaries SET spent = spent + {units}, count = count + {count} WHERE category = '{category}'"
        )

    def rename_totals(self, category: str, other: str) -> None:
        self._change(f"UPDATE summaries SET category = '{other}' WHERE category = '{category}'")

    def drop_totals(self) -> None:
        self._change("DELETE FROM summaries")

    def traces_of(self, *texts: str) -> list[str]:
        engine = create_engine(self.database)
        found = []
        with engine.connect() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            assert {"users", "expenses", "summaries", "budgets", "documents"} <= set(metadata.tables)
            for table in metadata.tables.values():
                rows = connection.execute(select(table))
                found += [f"{table.name}: {row}" for row in rows if any(t in str(row) for t in texts)]
            if engine.dialect.name == "sqlite":
                runs = connection.scalars(text("SELECT term FROM expenses_text_runs")).all()
                found += [f"search index: {run}" for run in runs if any(run in t for t in texts)]
        engine.dispose()
        return found

    def _change(self, statement: str) -> None:
        engine = create_engine(self.database)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


class BehindDynamoDB:
    def __init__(self, aws: AWS, names: Names) -> None:
        self.aws, self.names = aws, names

    def add_to_totals(self, category: str, spent: Decimal = Decimal(0), count: int = 0) -> None:
        for month in self._months():
            for name in [name for name in month if name.endswith(f"#{category}")]:
                more = spent if name.startswith("s#") else count
                month[name] = {"N": format(_EXACT.add(Decimal(month[name]["N"]), Decimal(more)), "f")}
            self._put(month)

    def rename_totals(self, category: str, other: str) -> None:
        for month in self._months():
            for name in [name for name in month if name.endswith(f"#{category}")]:
                month[f"{name.removesuffix(category)}{other}"] = month.pop(name)
            self._put(month)

    def drop_totals(self) -> None:
        for month in self._months():
            key = {name: month[name] for name in ("user_id", "month")}
            self.aws.client("dynamodb").delete_item(TableName=self.names.table("summaries"), Key=key)

    def traces_of(self, *texts: str) -> list[str]:
        return [
            f"{what}: {item}"
            for what, items in everything(self.aws, self.names).items()
            for item in items
            if any(t in str(item) for t in texts)
        ]

    def _months(self) -> list[dict[str, Any]]:
        return everything(self.aws, self.names)["summaries"]

    def _put(self, month: dict[str, Any]) -> None:
        self.aws.client("dynamodb").put_item(TableName=self.names.table("summaries"), Item=month)
