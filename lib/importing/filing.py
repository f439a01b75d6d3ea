"""Which categories the rows of a file get that name none: the planner's own, shown by look-alikes before anything is stored."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lib.categories import INCOME, NOT_SPENDING, UNCATEGORISED
from lib.importing.drafts import Draft
from lib.records import Filing

if TYPE_CHECKING:
    from lib.filing.many import Look, Many

SHOWN = 300  # groups that can be changed before they come in; all others can afterwards
_TITLE = 80
NO_SHOP = ("-", "+")  # keys of rows that have nothing in common: each is answered by itself, once it is in
STRANGER = Filing(INCOME, 70, "general", "the money came from someone you never pay")


class Group(NamedTuple):
    """Rows that one answer files together."""

    key: str
    title: str  # of one of them
    money_in: bool
    rows: int
    category: str  # key, which most of them get; UNCATEGORISED where there is only a guess
    filing: Filing

    def to_json(self) -> list[Any]:
        return [*self[:5], list(_values(self.filing))]

    @classmethod
    def from_json(cls, data: list[Any]) -> "Group":
        key, title, money_in, rows, category, filing = data
        return cls(key, title, money_in, rows, category, Filing(*filing))


class Filed(NamedTuple):
    """Where a row goes. No `filing`: because a person says so."""

    category: str
    filing: Filing | None


class Looks(NamedTuple):
    """What is known of a row; and of the purchase it would be the refund of, where money came in."""

    itself: "Look"
    refunded: "Look | None"

    @classmethod
    def of(cls, draft: Draft, many: "Many[Draft]") -> "Looks":
        refunded = many.look_as_refund(draft) if draft.money_in else None
        return cls(many.look(draft), refunded)

    def decided(self, *, from_stranger: bool) -> Filed:
        """`from_stranger`: whether the money came from someone whom the file pays nothing, and is no refund."""
        itself, refunded = self
        if refunded is None or itself.is_own:
            return Filed(itself.category, itself.filing)
        if not from_stranger:
            return Filed(refunded.category, refunded.filing)
        if itself.category in NOT_SPENDING:
            return Filed(itself.category, itself.filing)
        return Filed(INCOME, STRANGER)


class RowFiler:
    """Files the rows of a confirmed file: as the file says, then as the person did, else by itself."""

    def __init__(self, many: "Many[Draft]", chosen: Mapping[str, str]) -> None:
        """`chosen`: categories by the key of their group."""
        self._many, self._chosen = many, chosen

    def file(self, draft: Draft, *, from_stranger: bool) -> Filed:
        if draft.category:
            return Filed(draft.category, None)
        look = self._many.look(draft)
        if look.key in self._chosen:
            return Filed(self._chosen[look.key], None)
        if not draft.money_in:
            return Filed(look.category, look.filing)
        return Looks.of(draft, self._many).decided(from_stranger=from_stranger)


class Groups:
    """Counts the rows that name no category, by look-alikes."""

    def __init__(self, many: "Many[Draft]") -> None:
        self._many = many
        self._titles: dict[str, tuple[str, bool]] = {}
        self._counts: Counter[tuple[Looks, int]] = Counter()  # with the mark

    def see(self, draft: Draft, mark: int, sign: int) -> None:
        """`mark`: of who paid, where money came in; else 0."""
        looks = Looks.of(draft, self._many)
        self._counts[looks, mark] += sign
        if looks.itself.key not in self._titles:
            self._titles[looks.itself.key] = ((draft.payee or draft.description)[:_TITLE], draft.money_in)

    def category_of(self, draft: Draft, *, from_stranger: bool) -> str:
        """The key of the category that a row gets."""
        return RowFiler(self._many, {}).file(draft, from_stranger=from_stranger).category

    def finish(self, paid: set[int]) -> tuple[list[Group], Counter[str]]:
        """The groups, the least sure first and of those the largest; and how many rows get which category."""
        categories: Counter[str] = Counter()
        by_key: dict[str, Counter[Filed]] = {}
        for (looks, mark), count in self._counts.items():
            filed = looks.decided(from_stranger=mark not in paid)
            categories[filed.category] += count
            by_key.setdefault(looks.itself.key, Counter())[filed] += count
        groups = []
        for key, counts in by_key.items():
            [((category, filing), _)] = counts.most_common(1)
            if counts.total() > 0 and filing is not None and key not in NO_SHOP:
                groups.append(Group(key, *self._titles[key], counts.total(), category, filing))
        return sorted(groups, key=_least_sure), categories


def _least_sure(group: Group) -> tuple[int, int, str]:
    sure = group.filing.confidence // 10 if group.category != UNCATEGORISED else -1
    return sure, -group.rows, group.key


def _values(filing: Filing) -> tuple[str, int, str, str]:
    return filing.category, filing.confidence, filing.source, filing.reason
