"""Very many rows at once: as many looks as there are shops, and as quick with a thousand rules as with ten."""

from datetime import date
from decimal import Decimal

from lib.categorising.categoriser import Categoriser
from lib.categorising.rules import MAX_RULES, Rule, Rules
from lib.filing.asking import purchase_in
from lib.filing.many import Many
from lib.importing.drafts import Draft
from tests.calls import calls

DAY = date(2026, 11, 20)


def row(number: int, payee: str = "Corner Shop") -> Draft:
    """Rows differ in their numbers, so that no two are the same text."""
    words = f"order number {number}"
    return Draft(number, DAY, Decimal(5), False, "EUR", payee, words, "", "", (), "")


def test_each_row_takes_as_many_calls_with_a_thousand_rules_as_with_ten():
    rows, cost = [row(number) for number in range(300)], []
    for number in (10, MAX_RULES):
        rules = Rules(Rule(str(n), "r", "Travel", "regex", f"corner {n} ?x+") for n in range(number))
        many = Many(Categoriser(rules=rules), purchase_in)
        many.look(rows[0])
        cost.append(calls(lambda many=many: [many.look(each) for each in rows]))
    assert cost[1] < 1.2 * cost[0]


def test_one_look_is_for_all_rows_of_a_shop_also_where_a_rule_files_some():
    rules = Rules([Rule("1", "seven", "Travel", "regex", "7$")])
    many = Many(Categoriser(rules=rules), purchase_in)
    looks = [many.look(row(number)) for number in range(20)]
    asked = calls(
        lambda: [many.look(row(number, "CORNER SHOP 0042")) for number in range(20)], of=Categoriser.suggest
    )
    assert asked == 0
    assert [n for n, look in enumerate(looks) if look.filing.source == "rule"] == [7, 17]
    assert len({look.key for look in looks}) == 2
