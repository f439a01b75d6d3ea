"""What would happen if a file came in: counts, sums, problems and duplicates, before anything is stored."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any
from zlib import crc32

from lib.importing.drafts import PROBLEM, Draft, Left
from lib.importing.duplicates import LEFT_OUT, Duplicates, Other, Twin, Window
from lib.importing.filing import SHOWN as SHOWN_GROUPS
from lib.importing.filing import Group, Groups
from lib.importing.runs import Sums, sums_from_json, sums_to_json

if TYPE_CHECKING:
    from lib.filing.many import Many

CHUNK = 500
SHOWN = 200  # problems that are shown one by one
PREVIEW = 10
SHOWN_NAMES = 20
SHOWN_EACH = 100  # duplicates of each verdict that are shown one by one


@dataclass
class Check:
    """The result. `skip` and `perhaps` name rows by their line; rows beyond SHOWN are only counted and named."""

    rows: int = 0  # of the file that hold a payment
    first: date | None = None
    last: date | None = None
    counts: Counter[str] = field(default_factory=Counter)  # by kind of Left, and by verdict
    sums: dict[str, Sums] = field(
        default_factory=lambda: defaultdict(Sums)
    )  # by currency, of what comes in by default
    left: list[Left] = field(default_factory=list)  # problems, first ones
    remarks: list[Left] = field(default_factory=list)  # on rows that come in all the same
    twins: list[Twin] = field(default_factory=list)  # first ones
    skip: list[int] = field(default_factory=list)  # lines left out by default
    perhaps: list[int] = field(default_factory=list)  # lines that may be duplicates and come in by default
    preview: list[Draft] = field(default_factory=list)
    preview_keys: list[str] = field(default_factory=list)  # of the categories that these get
    categories: Counter[str] = field(default_factory=Counter)  # by key
    unknown: Counter[str] = field(
        default_factory=Counter
    )  # names of categories that the person does not have
    paid: set[int] = field(
        default_factory=set
    )  # marks of those that money went to: what comes from them is a refund
    revision: int = 0  # of the user, when the duplicates were looked for
    groups: list[Group] = field(default_factory=list)  # of rows without a category: those to look at first
    more_groups: int = 0  # that are not among them

    @property
    def ready(self) -> int:
        """How many rows come in by default."""
        return self.rows - len(self.skip)

    def to_json(self) -> dict[str, Any]:
        return {
            **{
                name: getattr(self, name)
                for name in (
                    *("rows", "skip", "perhaps", "revision", "counts", "categories", "unknown"),
                    *("more_groups", "preview_keys"),
                )
            },
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "sums": sums_to_json(self.sums),
            "left": self.left,
            "remarks": self.remarks,
            "twins": [
                [_plain(twin.draft), twin.verdict, twin.reason, _plain(twin.other)] for twin in self.twins
            ],
            "preview": [_plain(draft) for draft in self.preview],
            "paid": sorted(self.paid),
            "groups": [group.to_json() for group in self.groups],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Check":
        return cls(
            **{
                **data,
                "first": data["first"] and date.fromisoformat(data["first"]),
                "last": data["last"] and date.fromisoformat(data["last"]),
                **{name: Counter(data[name]) for name in ("counts", "categories", "unknown")},
                "sums": sums_from_json(data["sums"]),
                **{name: [Left(*each) for each in data[name]] for name in ("left", "remarks")},
                "twins": [
                    Twin(_draft(d), verdict, why, _other(other)) for d, verdict, why, other in data["twins"]
                ],
                "preview": [_draft(each) for each in data["preview"]],
                "paid": set(data["paid"]),
                "groups": [Group.from_json(each) for each in data.get("groups", ())],
            }
        )

    def is_from_stranger(self, draft: Draft) -> bool:
        """Whether it is money from someone whom the file pays nothing: no refund."""
        return draft.money_in and mark_of(draft) not in self.paid


def _plain(values: tuple[Any, ...]) -> list[Any]:
    return [str(value) if isinstance(value, date | Decimal) else value for value in values]


def _draft(data: list[Any]) -> Draft:
    line, spent_on, amount, *rest = data
    draft = Draft(line, date.fromisoformat(spent_on), Decimal(amount), *rest)
    return draft._replace(tags=tuple(draft.tags))


def _other(data: list[Any]) -> Other:
    return Other(date.fromisoformat(data[0]), *data[1:])


def mark_of(draft: Draft) -> int:
    """A number for whom a payment is to or from, the same in every process."""
    return crc32((draft.payee or draft.description).casefold().encode())


class _Checker:
    def __init__(self, window: Window, many: "Many[Draft]") -> None:
        self.check = Check()
        self._duplicates = Duplicates(window)
        self._groups = Groups(many)

    def see(self, results: list[Draft | Left]) -> None:
        check = self.check
        drafts = []
        for result in results:
            if isinstance(result, Left):
                check.counts[result.kind] += 1
                if result.kind == PROBLEM and len(check.left) < SHOWN:
                    check.left.append(result)
            else:
                drafts.append(result)
                self._count(result)
        check.rows += len(drafts)
        if drafts:
            days = [draft.spent_on for draft in drafts]
            check.first = min(check.first or days[0], *days)
            check.last = max(check.last or days[0], *days)
        check.preview += drafts[: PREVIEW - len(check.preview)]
        for twin in self._duplicates.see(drafts):
            self._twin(twin)

    def _count(self, draft: Draft, sign: int = 1) -> None:
        check = self.check
        check.sums[draft.currency].add(draft.amount, draft.money_in, sign)
        if draft.category:
            check.categories[draft.category] += sign
        elif draft.category_name:
            check.unknown[draft.category_name] += sign
        if not draft.money_in:
            check.paid.add(mark_of(draft))
        if not draft.category:
            self._groups.see(draft, mark_of(draft) if draft.money_in else 0, sign)
        if draft.remark and sign > 0:
            check.counts["remark"] += 1
            if len(check.remarks) < SHOWN:
                check.remarks.append(Left(draft.line, "remark", -1, draft.remark))

    def _twin(self, twin: Twin) -> None:
        check, line = self.check, twin.draft.line
        check.counts[twin.verdict] += 1
        if twin.verdict in LEFT_OUT:
            check.skip.append(line)
            self._count(twin.draft, -1)
        else:
            check.perhaps.append(line)
        if check.counts[twin.verdict] <= SHOWN_EACH:
            check.twins.append(twin)

    def finish(self) -> Check:
        check = self.check
        for twin in self._duplicates.settle():
            self._twin(twin)
        groups, categories = self._groups.finish(check.paid)
        check.categories += categories
        check.preview_keys = [
            self._groups.category_of(draft, from_stranger=check.is_from_stranger(draft))
            for draft in check.preview
        ]
        check.groups, check.more_groups = groups[:SHOWN_GROUPS], len(groups[SHOWN_GROUPS:])
        check.skip.sort()
        check.perhaps.sort()
        check.twins.sort(key=lambda twin: twin.draft.line)
        check.categories = +check.categories
        check.unknown = Counter(dict((+check.unknown).most_common(SHOWN_NAMES)))
        check.sums = {currency: sums for currency, sums in check.sums.items() if sums.count}
        return check


def check_entries(entries: Iterator[Draft | Left], window: Window, many: "Many[Draft]") -> Check:
    """Look at every row; those seen are let go, so that a long file takes no more memory than a short one."""
    checker = _Checker(window, many)
    while chunk := list(islice(entries, CHUNK)):
        checker.see(chunk)
    return checker.finish()
