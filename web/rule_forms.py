"""What people type about a rule."""

import re
from decimal import Decimal

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from lib.categorising.rules import Rule
from lib.errors import Invalid
from lib.filing.rules import KeptRule
from lib.money import digits_of, parse_amount
from lib.records import User
from lib.writing import cldr
from lib.writing.formats import plain_amount
from web.account_forms import Form

HOWS = (
    ("contains", "these letters"),
    ("words", "all these words"),
    ("regex", "this regular expression"),
)
WAYS = (("", "Either way"), ("out", "Money out"), ("in", "Money in"))
_EXACT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?")


class RuleForm(Form):
    """A rule. What is empty does not matter to it."""

    name = StringField("Name", default="")
    how = RadioField("Payee or description has", choices=HOWS, default="contains", validate_choice=False)
    pattern = StringField("Text", default="")
    least = StringField("Amount from", default="")
    most = StringField("up to", default="")
    least_was = HiddenField(default="")  # digits and a point, as `least` was filled in: see `_amount`
    most_was = HiddenField(default="")
    way = RadioField("Money", choices=WAYS, default="", validate_choice=False)
    category = SelectField("File it under", validate_choice=False)
    active = BooleanField("Use this rule", default=True)
    version = HiddenField(default="0")

    def offer(self, user: User) -> "RuleForm":
        kept = [
            c for c in user.categories.all if c.key == self.category.data and c not in user.categories.offered
        ]
        self.category.choices = [
            ("", "Choose…"),
            *((c.key, c.name) for c in (*user.categories.offered, *kept)),
        ]
        return self

    def rule(self, user: User, rule_id: str = "") -> Rule:
        """Raises Invalid, at the field."""
        pattern = self.typed("pattern").strip()
        return Rule(
            rule_id,
            self.typed("name").strip() or pattern[:60] or "By amount",
            self.typed("category"),
            self.typed("how"),  # type: ignore[arg-type]  # the rule looks at it
            pattern,
            self._amount("least", user),
            self._amount("most", user),
            {"in": True, "out": False}.get(self.typed("way")),
            bool(self.active.data),
        )

    def _amount(self, name: str, user: User) -> Decimal | None:
        """What was not touched is what it was: programs may give a rule finer amounts than people of that currency type."""
        typed, was = self.typed(name).strip(), self.typed(f"{name}_was")
        if _EXACT.fullmatch(was) and typed == _shown(Decimal(was), user):
            return Decimal(was)
        try:
            return parse_amount(typed, user.currency, user.locale) if typed else None
        except Invalid as problem:
            raise Invalid(problem.message, name) from None


def form_of(kept: KeptRule, user: User) -> RuleForm:
    return RuleForm(data={**_values(kept, user), "version": str(kept.version)})


def fields_of(kept: KeptRule, user: User) -> dict[str, str]:
    """What brings a rule back that was removed: a form like any other, with its id and its place."""
    values = {**_values(kept, user), "active": "y" if kept.rule.active else ""}
    return {**values, "rule_id": kept.rule.rule_id, "position": str(kept.position)}


def _values(kept: KeptRule, user: User) -> dict[str, str]:
    rule = kept.rule
    bounds = {"least": rule.least, "most": rule.most}
    shown = {name: "" if amount is None else _shown(amount, user) for name, amount in bounds.items()}
    exact = {f"{name}_was": "" if amount is None else f"{amount:f}" for name, amount in bounds.items()}
    return {
        "name": rule.name,
        "how": rule.how,
        "pattern": rule.pattern,
        **shown,
        **exact,
        "way": {True: "in", False: "out", None: ""}[rule.money_in],
        "category": user.categories[rule.category].key,
        "active": "y" if rule.active else "",
    }


def _shown(amount: Decimal, user: User) -> str:
    """To fill an input with: with the currency's decimals, or with as many more as it has."""
    if -amount.normalize().as_tuple().exponent > digits_of(user.currency):  # type: ignore[operator]  # it is finite
        return f"{amount:f}".replace(".", cldr.signs(user.locale, of_money=True).decimal)
    return plain_amount(amount, user.currency, user.locale)


def form_from_address(user: User) -> RuleForm:
    """For a new rule: what the link that led here says already."""
    given = {name: request.args.get(name, "")[:200] for name in ("pattern", "category")}
    return RuleForm(data=given)
