"""A person's rules: kept one by one, in their order, tried on the history before they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from lib.categories import UNCATEGORISED, Categories
from lib.categorising.rules import MAX_RULES, MOST_TOGETHER, Rule, Rules, steps_of
from lib.categorising.sieve import Sieve
from lib.errors import Changed, Invalid, NotFound
from lib.filing.asking import purchase_of
from lib.ids import id_for
from lib.ports import Store
from lib.records import Document, Expense, Filters, User

KIND = "rule"
MOST_TRIED = 10_000  # expenses that a rule is tried on
PAGE = 1_000
EXAMPLES = 20


class KeptRule(NamedTuple):
    rule: Rule
    position: int
    version: int


class Trial(NamedTuple):
    """What a rule, saved as it is, says of the history."""

    tried_on: int  # expenses, the latest
    is_all: bool  # whether that is the whole history
    fits: int  # of them that the rule decides
    changes: int  # of those that would be filed elsewhere: what no person decided
    kept: int  # of those that a person put elsewhere, where they stay
    examples: list[Expense]  # of the changes, as they are now


class RuleBook:
    def __init__(self, store: Store) -> None:
        self._store = store

    def list_rules(self, user: User) -> list[KeptRule]:
        """In their order: the first that fits decides."""
        found = [_read(each) for each in self._store.list_documents(user.user_id, KIND)]
        return sorted(found, key=lambda kept: (kept.position, kept.rule.rule_id))

    def rules(self, user: User) -> Rules:
        """Those that file: what leads to a category that was put away waits until it is brought back."""
        return _at_work(user, (kept.rule for kept in self.list_rules(user)))

    def get_rule(self, user: User, rule_id: str) -> KeptRule:
        """Raises NotFound."""
        found = self._store.get_document(user.user_id, KIND, rule_id)
        if found is None:
            raise NotFound("This rule is not there any more.")
        return _read(found)

    def add_rule(self, user: User, rule: Rule, key: str) -> KeptRule:
        """Add it after the others; `key` makes a repeated request add it once. Its own id does not count.

        Raises:
            Invalid: At "category" where the person has no such category; at "name" where there are MAX_RULES; at "pattern"
                where there is more to all patterns together than MOST_TOGETHER.
        """
        others = self.list_rules(user)
        rule = _checked(replace(rule, rule_id=id_for(user.user_id, key)), user.categories)
        self._has_room(rule, others)
        position = others[-1].position + 1 if others else 0
        try:
            return _read(self._store.put_document(_written(user, KeptRule(rule, position, 0))))
        except Changed:  # the same form, sent twice
            return self.get_rule(user, rule.rule_id)

    def change_rule(self, user: User, rule: Rule, version: int) -> KeptRule:
        """Save what `rule` says in the place of the one with its id. Raises NotFound, Invalid, and Changed."""
        old = self.get_rule(user, rule.rule_id)
        if (rule.how, rule.pattern) != (old.rule.how, old.rule.pattern):
            self._has_room(rule, self.list_rules(user))
        changed = KeptRule(_checked(rule, user.categories), old.position, version)
        return _read(self._store.put_document(_written(user, changed)))

    def move_rule(self, user: User, rule_id: str, steps: int) -> None:
        """Up the list (below zero) or down it. Raises NotFound."""
        order = self.list_rules(user)
        at = next((n for n, kept in enumerate(order) if kept.rule.rule_id == rule_id), None)
        if at is None:
            raise NotFound("This rule is not there any more.")
        moved = order.pop(at)
        order.insert(min(max(at + steps, 0), len(order)), moved)
        for place, kept in enumerate(order):
            if kept.position != place:
                self._store.put_document(_written(user, kept._replace(position=place)))

    def remove_rule(self, user: User, rule_id: str) -> None:
        """What it filed stays where it is. Nothing happens where it is gone."""
        self._store.remove_document(user.user_id, KIND, rule_id)

    def restore_rule(self, user: User, kept: KeptRule) -> None:
        """Put a rule that was removed back to where it was; nothing happens where it is there. Raises Invalid, as `add_rule`."""
        rule = _checked(kept.rule, user.categories)
        self._has_room(rule, self.list_rules(user))
        try:
            self._store.put_document(_written(user, kept._replace(rule=rule, version=0)))
        except Changed:
            return

    def _has_room(self, rule: Rule, kept: Sequence[KeptRule]) -> None:
        others = [each.rule for each in kept if each.rule.rule_id != rule.rule_id]
        if len(others) >= MAX_RULES:
            raise Invalid(f"There can be {MAX_RULES} rules at most. Remove one first.", "name")
        if rule.how == "regex" and steps_of([rule, *others]) > MOST_TOGETHER:
            raise Invalid(
                "Your expressions are too much together. Make this one simpler, or remove others.", "pattern"
            )

    def try_rule(self, user: User, rule: Rule) -> Trial:
        """What saving `rule` would mean for the latest MOST_TRIED expenses: one with a known id in its place, else the last."""
        rule, others = _checked(rule, user.categories), self.list_rules(user)
        order = [rule if kept.rule.rule_id == rule.rule_id else kept.rule for kept in others]
        self._has_room(rule, others)
        if rule not in order:
            order.append(rule)
        earlier = _at_work(user, order[: order.index(rule)])
        latest, is_all = self._latest(user)
        fitting = _decided_by(rule, earlier, latest)
        elsewhere = [each for each in fitting if user.categories[each.category].key != rule.category]
        changes = [each for each in elsewhere if each.is_open]
        return Trial(
            tried_on=len(latest),
            is_all=is_all,
            fits=len(fitting),
            changes=len(changes),
            kept=len(elsewhere) - len(changes),
            examples=changes[:EXAMPLES],
        )

    def _latest(self, user: User) -> tuple[list[Expense], bool]:
        """The latest expenses, and whether these are all."""
        found: list[Expense] = []
        cursor = ""
        while len(found) < MOST_TRIED:
            page = self._store.list_expenses(user.user_id, Filters(), cursor, PAGE)
            found += page.items
            cursor = page.cursor
            if not cursor:
                return found, True
        return found, False


def _at_work(user: User, rules: Iterable[Rule]) -> Rules:
    return Rules(rule for rule in rules if not user.categories[rule.category].archived)


def _decided_by(rule: Rule, earlier: Rules, expenses: Sequence[Expense]) -> list[Expense]:
    """Those that it fits, but for those that one before it decides."""
    # Itself first: what it does not fit need not be shown to a thousand others.
    itself, before = Rules([rule]), Sieve(earlier)
    purchases = ((each, purchase_of(each)) for each in expenses)
    return [each for each, bought in purchases if itself.apply(bought) and not before.apply(bought)]


def _checked(rule: Rule, categories: Categories) -> Rule:
    known = categories[rule.category]
    if known.key == UNCATEGORISED or known.archived:
        raise Invalid("Choose one of your categories.", "category")
    return replace(rule, category=known.key)


def _written(user: User, kept: KeptRule) -> Document:
    rule = kept.rule
    data: dict[str, Any] = {
        "name": rule.name,
        "category": rule.category,
        "how": rule.how,
        "pattern": rule.pattern,
        "least": None if rule.least is None else str(rule.least),
        "most": None if rule.most is None else str(rule.most),
        "money_in": rule.money_in,
        "active": rule.active,
        "position": kept.position,
    }
    return Document(user.user_id, KIND, rule.rule_id, data, version=kept.version)


def _read(document: Document) -> KeptRule:
    data = dict(document.data)
    position = int(data.pop("position"))
    for name in ("least", "most"):
        data[name] = None if data[name] is None else Decimal(data[name])
    return KeptRule(Rule(document.id, **data), position, document.version)
