"""What money is spent on: the eighteen categories everyone starts with, and the ones people make of them.

Expenses, budgets and totals hold a category's `key`, which never changes. Its name, icon and colour are the person's and
live on their user record. So renaming a category renames its whole history at once, on any store, whatever its length,
and merging two is one note ("count this one as that one") that can be taken back.
"""

import json
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from lib.errors import Invalid, Taken

UNCATEGORISED = "Uncategorised"  # the key of what has no category yet
INCOME = "Income"
TRANSFERS = "Transfers"
NOT_SPENDING = frozenset(
    {INCOME, TRANSFERS}
)  # money that moves without being spent: never in a budget or a total
OVERALL = "*"  # the key of the budget that covers all spending

MAX_NAME = 40
MAX_CATEGORIES = 200


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    name: str
    icon: str  # a Bootstrap icon's name
    colour: int  # 0 to 17: which of the theme's category hues
    archived: bool = False  # no longer offered, its history stays
    merged_into: str = ""  # key of the category it counts as

    @property
    def is_spending(self) -> bool:
        return self.key not in NOT_SPENDING


DEFAULTS = tuple(
    Category(name, name, icon, colour)
    for colour, (name, icon) in enumerate(
        [
            ("Food & Dining", "fork-knife"),
            ("Groceries", "basket"),
            ("Transport", "bus-front"),
            ("Housing", "house"),
            ("Utilities", "lightning-charge"),
            ("Entertainment", "film"),
            ("Shopping", "bag"),
            ("Health", "heart-pulse"),
            ("Travel", "airplane"),
            ("Education", "book"),
            ("Personal Care", "scissors"),
            ("Insurance", "shield-check"),
            ("Subscriptions", "arrow-repeat"),
            ("Gifts & Donations", "gift"),
            ("Fees & Taxes", "bank"),
            (INCOME, "piggy-bank"),
            (TRANSFERS, "arrow-left-right"),
            ("Other", "three-dots"),
        ]
    )
)
_UNCATEGORISED = Category(UNCATEGORISED, UNCATEGORISED, "question-circle", 17)


class Categories:
    """One person's categories. Immutable: every change gives a new one."""

    __slots__ = ("_by_key", "all")

    def __init__(self, categories: tuple[Category, ...] = DEFAULTS) -> None:
        self.all = categories
        self._by_key = {category.key: category for category in categories}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Categories) and self.all == other.all

    def __hash__(self) -> int:
        return hash(self.all)

    def __getitem__(self, key: str) -> Category:
        """The category that counts for `key`: after merging the one it went into. Unknown keys are uncategorised."""
        category = self._by_key.get(key)
        for _ in range(MAX_CATEGORIES):
            if category is None or not category.merged_into:
                break
            category = self._by_key.get(category.merged_into)
        return category or _UNCATEGORISED

    @property
    def offered(self) -> list[Category]:
        """Those to choose from, in their order."""
        return [c for c in self.all if not c.archived and not c.merged_into]

    def keys_counting_as(self, key: str) -> list[str]:
        """`key` and the keys of every category merged into it: what to look for in the store."""
        return [key] + [c.key for c in self.all if c.merged_into and c.key != key and self[c.key].key == key]

    def find(self, name: str) -> Category | None:
        """The category of that name (or key), whatever its case, that is not merged away."""
        wanted = _folded(name)
        live = [c for c in self.all if not c.merged_into]
        return self._named(wanted) or next((c for c in live if _folded(c.key) == wanted), None)

    def added(self, name: str, icon: str = "tag", colour: int = 0) -> "Categories":
        """With one more. Raises Invalid for an unusable name, Taken for one in use."""
        name = self._checked(name)
        if len(self.all) >= MAX_CATEGORIES:
            raise Invalid(
                f"There can be {MAX_CATEGORIES} categories at most. Archive or merge one first.", "name"
            )
        key, number = name, 2
        while key in self._by_key or key in (UNCATEGORISED, OVERALL):
            key, number = f"{name} {number}", number + 1
        return Categories((*self.all, Category(key, name, icon, colour % 18)))

    def changed(self, key: str, *, name: str, icon: str, colour: int) -> "Categories":
        """With another name, icon and colour for `key`."""
        return self._with(key, name=self._checked(name, key), icon=icon, colour=colour % 18)

    def archived(self, key: str, archived: bool = True) -> "Categories":
        return self._with(key, archived=archived)

    def merged(self, key: str, into: str) -> "Categories":
        """With everything of `key` counted as `into`. Raises Invalid where that would go in a circle."""
        if key in NOT_SPENDING:
            raise Invalid("Income and Transfers stay: they keep what is not spending apart.", "into")
        if into not in self._by_key or self[into].key == key or self._by_key[into].merged_into:
            raise Invalid("Choose another category to merge into.", "into")
        return self._with(key, merged_into=into)

    def unmerged(self, key: str) -> "Categories":
        """With `key` on its own again. Raises Taken where another has its name by now."""
        if key in self._by_key:
            self._checked(self._by_key[key].name, key)
        return self._with(key, merged_into="")

    def _with(self, key: str, **changes: object) -> "Categories":
        if key not in self._by_key:
            raise Invalid("There is no such category.", "category")
        return Categories(tuple(replace(c, **changes) if c.key == key else c for c in self.all))  # type: ignore[arg-type]

    def _named(self, folded: str) -> Category | None:
        if folded == _folded(UNCATEGORISED):
            return _UNCATEGORISED
        return next((c for c in self.all if not c.merged_into and _folded(c.name) == folded), None)

    def _checked(self, name: str, own_key: str = "") -> str:
        """The name as it is kept. Another category may have had it before: only names that are shown are taken."""
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        if not _folded(name) or len(name) > MAX_NAME:
            raise Invalid(f"Give the category a name of up to {MAX_NAME} characters.", "name")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            raise Invalid("This contains characters that cannot be shown. Remove them.", "name")
        taken = self._named(_folded(name))
        if taken is not None and taken.key != own_key:
            raise Taken(f"There is already a category called {taken.name}.", "name")
        return name


def to_text(categories: Categories) -> str:
    """As stores keep them: JSON, or nothing where they are those that everyone starts with."""
    if categories.all == DEFAULTS:
        return ""
    rows = [[c.key, c.name, c.icon, c.colour, int(c.archived), c.merged_into] for c in categories.all]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=512)  # read with every page, changed once a year
def from_text(kept: str) -> Categories:
    if not kept:
        return Categories()
    return Categories(
        tuple(
            Category(key, name, icon, colour, bool(archived), merged_into)
            for key, name, icon, colour, archived, merged_into in json.loads(kept)
        )
    )


@lru_cache(maxsize=4096)  # an import looks the same few names up again and again
def _folded(name: str) -> str:
    """What of a name tells it from others: not its case, its spacing, how accents are encoded, or what is invisible."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(seen.split()).casefold()
