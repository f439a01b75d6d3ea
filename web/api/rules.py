"""Rules: list, try, add, change, move, remove."""

from typing import Any

from flask import url_for

from lib.ids import new_id
from web.api.blueprint import bp
from web.api.description import FILING, described
from web.api.rule_models import ChangedRule, MoveIn, RuleHeaders, RuleIn, RuleList, RuleOut, TrialOut
from web.context import me, services

Answer = Any


@bp.get("/api/rules")
@described(FILING, {200: RuleList})
def list_rules() -> RuleList:
    """Your rules, in their order."""
    return _list()


@bp.post("/api/rules")
@described(FILING, {201: RuleOut}, "write", problems=(409,))
def add_rule(json: RuleIn, headers: RuleHeaders) -> Answer:
    """Add a rule, after the others.

    It holds for what is filed from now on; a replay applies it to what is there.
    """
    kept = services.rules.add_rule(me(), json.rule(me()), headers.key or new_id())
    address = url_for(".get_rule", rule_id=kept.rule.rule_id)
    return RuleOut.of(kept, me()), 201, {"Location": address}


@bp.post("/api/rules/try")
@described(FILING, {200: TrialOut}, "write", problems=(409,))
def try_rule(json: RuleIn) -> TrialOut:
    """See what a rule would change, without saving it."""
    return TrialOut.of(services.rules.try_rule(me(), json.rule(me())), me())


@bp.get("/api/rules/<id:rule_id>")
@described(FILING, {200: RuleOut})
def get_rule(rule_id: str) -> RuleOut:
    """One rule."""
    return RuleOut.of(services.rules.get_rule(me(), rule_id), me())


@bp.put("/api/rules/<id:rule_id>")
@described(FILING, {200: RuleOut}, "write", problems=(409,))
def change_rule(rule_id: str, json: ChangedRule) -> RuleOut:
    """Change a rule, where it stands.

    Send all of it, with the `version` that you read.
    """
    return RuleOut.of(services.rules.change_rule(me(), json.rule(me(), rule_id), json.version), me())


@bp.post("/api/rules/<id:rule_id>/move")
@described(FILING, {200: RuleList}, "write", problems=(409,))
def move_rule(rule_id: str, json: MoveIn) -> RuleList:
    """Move a rule up or down."""
    services.rules.move_rule(me(), rule_id, json.steps)
    return _list()


@bp.delete("/api/rules/<id:rule_id>")
@described(FILING, {204: None}, "write")
def delete_rule(rule_id: str) -> Answer:
    """Remove a rule.

    What it filed stays where it is.
    """
    services.rules.get_rule(me(), rule_id)
    services.rules.remove_rule(me(), rule_id)
    return "", 204


def _list() -> RuleList:
    return RuleList(rules=[RuleOut.of(kept, me()) for kept in services.rules.list_rules(me())])
