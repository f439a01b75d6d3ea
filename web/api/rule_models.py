"""A person's rules, as the API takes and gives them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from lib.categorising.rules import MAX_NAME, MAX_PATTERN, Rule
from lib.errors import Invalid
from lib.filing.rules import KeptRule, Trial
from lib.records import User
from web.api.expense_models import ExpenseOut
from web.api.fields import Amount, AmountIn, Whole, Words
from web.api.models import CategoryName, In, Out, category_key

How = Literal["contains", "words", "regex"]
MAX_VERSION = 2**31 - 1
MOST_STEPS = 1000
DECIMALS = 4  # that any currency has, at most


class RuleIn(In):
    """A rule: what it fits is filed under its category, before anything else is asked. Whatever is left out does not matter."""

    name: Annotated[str, Words(MAX_NAME, 1)] = Field(examples=["rent"])
    category: CategoryName
    """A category's name, in any case, or its key."""
    how: How = "contains"
    """How the text is looked for: as a piece of it, as whole words in any order, or as a regular expression (RE2)."""
    pattern: Annotated[str, Words(MAX_PATTERN)] = Field("", examples=["parkside homes"])
    """What payee and description together are to hold."""
    min_amount: AmountIn | None = None
    """Included."""
    max_amount: AmountIn | None = None
    """Included."""
    money_in: bool | None = None
    """Only money that came in, or that went out. Null: either."""
    active: bool = True

    def rule(self, user: User, rule_id: str = "") -> Rule:
        """Raises Invalid, with the field, for what makes no rule."""
        return Rule(
            rule_id,
            self.name,
            category_key(user, self.category),
            self.how,
            self.pattern,
            _plainly(self.min_amount, "least"),
            _plainly(self.max_amount, "most"),
            self.money_in,
            self.active,
        )


class ChangedRule(RuleIn):
    """What a rule is to be. Whatever is left out becomes empty."""

    version: Annotated[int, Whole(1, MAX_VERSION)]
    """The version that you read. If it is not the saved one any more, nothing is changed."""


class MoveIn(In):
    steps: Annotated[int, Whole(-MOST_STEPS, MOST_STEPS)] = Field(examples=[-1])
    """Below zero: up, so that it decides earlier."""


class RuleHeaders(In):
    key: Annotated[str, Words(64, 1)] | None = Field(None, alias="Idempotency-Key")
    """Anything that you never use for another rule, such as a UUID: a request that is sent twice then adds once."""


class RuleOut(Out):
    id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    name: str = Field(examples=["rent"])
    category: str = Field(examples=["Housing"])
    """The category's name at present."""
    category_key: str = Field(examples=["Housing"])
    how: How
    pattern: str = Field(examples=["parkside homes"])
    min_amount: Amount | None = Field(examples=["500.00"])
    max_amount: Amount | None = Field(examples=["1500.00"])
    money_in: bool | None
    active: bool
    version: int
    """Goes up with every change."""

    @classmethod
    def of(cls, kept: KeptRule, user: User) -> "RuleOut":
        rule, category = kept.rule, user.categories[kept.rule.category]
        return cls(
            id=rule.rule_id,
            name=rule.name,
            category=category.name,
            category_key=category.key,
            how=rule.how,
            pattern=rule.pattern,
            min_amount=rule.least,
            max_amount=rule.most,
            money_in=rule.money_in,
            active=rule.active,
            version=kept.version,
        )


class RuleList(Out):
    rules: list[RuleOut]
    """In their order: the first that fits decides."""


class TrialOut(Out):
    """What a rule would mean for the latest of your expenses."""

    tried_on: int = Field(examples=[842])
    """Expenses."""
    is_all: bool
    """Whether you have no others."""
    fits: int = Field(examples=[41])
    """How many of them it decides."""
    changes: int = Field(examples=[37])
    """How many of those would be filed elsewhere: what nobody decided."""
    kept: int = Field(examples=[4])
    """How many of those you filed elsewhere yourself, where they stay."""
    examples: list[ExpenseOut]
    """Of the changes: as they are now, the latest first."""

    @classmethod
    def of(cls, trial: Trial, user: User) -> "TrialOut":
        return cls(
            tried_on=trial.tried_on,
            is_all=trial.is_all,
            fits=trial.fits,
            changes=trial.changes,
            kept=trial.kept,
            examples=[ExpenseOut.of(each, user) for each in trial.examples],
        )


def _plainly(amount: Decimal | None, field: str) -> Decimal | None:
    """Without an exponent, as all amounts are written."""
    if amount is None:
        return None
    if amount != round(amount, DECIMALS):
        raise Invalid(f"Use up to {DECIMALS} decimals.", field)
    return Decimal(f"{amount:f}")
