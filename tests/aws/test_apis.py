"""The HTTP API in front of a function, on both emulators: made, found to be changed by hand, put right, and gone."""

from collections.abc import Callable
from typing import Any

import pytest

from aws_config.account import account_of
from aws_config.config import WEB_FUNCTION, Names
from aws_config.installation import every_stage
from aws_config.resource_manager import ResourceManager
from aws_config.resources.apis import ApiResource
from aws_config.web_home import web_stages
from lib.settings import Settings
from tests.aws.ministack import ACCOUNT, Emulator, SignedAs
from tests.aws.test_resources import coded
from tests.aws.test_setup_on_emulators import Writes, left_in, until_done

pytestmark = pytest.mark.aws
NAMES = Names()
SETTINGS = Settings(
    _env_file=None,
    backend="aws",
    ses_from="planner@budget.example",
    base_url="https://budget.example",
    secrets_id="smart-budget/secret-key",
    api_rate=40,
)
CODE = coded(
    "def lambda_handler(event, context):\n    return {'statusCode': 200, 'body': event['rawPath']}\n"
)


def manager(aws: SignedAs, settings: Settings = SETTINGS) -> ResourceManager:
    return ResourceManager(web_stages(aws, account_of(aws), settings, package=CODE))


def wrong(aws: SignedAs, settings: Settings = SETTINGS) -> dict[str, tuple[str, list[str]]]:
    """What is not right: its state, and the facts that differ."""
    found = [each for each in manager(aws, settings).plan() if not each.is_right]
    return {each.name: (each.state, sorted(one.fact for one in each.differences)) for each in found}


def only_api(aws: SignedAs) -> dict[str, Any]:
    (found,) = aws.client("apigatewayv2").get_apis()["Items"]
    return dict(found)


def test_it_leads_everything_to_the_function_and_a_second_run_changes_nothing(emulator: Emulator):
    root = emulator.root()
    manager(root).apply()
    api, apis = only_api(root), root.client("apigatewayv2")
    assert (api["Name"], api["ProtocolType"]) == ("smart-budget-api", "HTTP")
    (integration,) = apis.get_integrations(ApiId=api["ApiId"])["Items"]
    alias = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:web-function:live"
    assert (integration["IntegrationUri"], integration["PayloadFormatVersion"]) == (alias, "2.0")
    (route,) = apis.get_routes(ApiId=api["ApiId"])["Items"]
    assert (route["RouteKey"], route["Target"]) == (
        "$default",
        f"integrations/{integration['IntegrationId']}",
    )
    (stage,) = apis.get_stages(ApiId=api["ApiId"])["Items"]
    limits = stage["DefaultRouteSettings"]
    assert (limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]) == (40, 80)
    assert stage["AccessLogSettings"]["DestinationArn"].endswith(
        ":log-group:/aws/vendedlogs/smart-budget-api"
    )
    again = emulator.root()
    writes = Writes(again)
    manager(again).apply()
    assert (writes.names, wrong(root)) == ([], {})


def test_only_that_api_may_call_the_function(emulator: Emulator):
    root = emulator.root()
    manager(root).apply()
    name = NAMES.function(WEB_FUNCTION)
    policy = root.client("lambda").get_policy(FunctionName=name, Qualifier="live")["Policy"]
    assert f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{only_api(root)['ApiId']}/*/*" in policy
    assert policy.count('"Effect"') == 1


def test_every_run_that_is_cut_off_is_continued(emulator: Emulator):
    aws = emulator.root()
    writes = Writes(aws, deadly=True)
    runs = until_done(lambda: manager(aws).apply())
    assert wrong(emulator.root()) == {}
    assert len(writes.names) == runs - 1 > 10


def test_another_secret_brings_a_version_that_knows_it(emulator: Emulator):
    """Whoever signed with the old one would go on for as long as its environment is warm."""
    root = emulator.root()
    secrets, functions = root.client("secretsmanager"), root.client("lambda")
    secrets.create_secret(Name=SETTINGS.secrets_id, SecretString="the first")

    def live() -> tuple[str, str]:
        found = functions.get_function_configuration(
            FunctionName=NAMES.function(WEB_FUNCTION), Qualifier="live"
        )
        return found["Version"], found["Environment"]["Variables"]["SECRET_VERSION"]

    manager(root).apply()
    before = live()
    assert wrong(root) == {}
    written = secrets.put_secret_value(SecretId=SETTINGS.secrets_id, SecretString="the second")
    assert wrong(root) == {"web-function": ("differs", ["Environment"])}
    manager(root).apply()
    assert (wrong(root), live()[1]) == ({}, written["VersionId"])
    assert live()[0] != before[0]


def _integrations(aws: SignedAs, api: str) -> list[dict[str, Any]]:
    return list(aws.client("apigatewayv2").get_integrations(ApiId=api)["Items"])


def _elsewhere(aws: SignedAs, api: str) -> None:
    where = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": "https://evil.example",
        "PayloadFormatVersion": "1.0",
    }
    made = aws.client("apigatewayv2").create_integration(ApiId=api, IntegrationMethod="ANY", **where)
    target = f"integrations/{made['IntegrationId']}"
    aws.client("apigatewayv2").create_route(ApiId=api, RouteKey="POST /login", Target=target)


def _route_gone(aws: SignedAs, api: str) -> None:
    (route,) = aws.client("apigatewayv2").get_routes(ApiId=api)["Items"]
    aws.client("apigatewayv2").delete_route(ApiId=api, RouteId=route["RouteId"])


def _anyone_calls(aws: SignedAs, api: str) -> None:
    aws.client("lambda").add_permission(
        FunctionName=NAMES.function(WEB_FUNCTION),
        Qualifier="live",
        StatementId="Anyone",
        Action="lambda:InvokeFunction",
        Principal="*",
    )


def _other_format(aws: SignedAs, api: str) -> None:
    number = _integrations(aws, api)[0]["IntegrationId"]
    aws.client("apigatewayv2").update_integration(
        ApiId=api, IntegrationId=number, PayloadFormatVersion="1.0", TimeoutInMillis=5000
    )


def _second_stage(aws: SignedAs, api: str) -> None:
    aws.client("apigatewayv2").create_stage(ApiId=api, StageName="other")


def _every_origin(aws: SignedAs, api: str) -> None:
    aws.client("apigatewayv2").update_api(ApiId=api, CorsConfiguration={"AllowOrigins": ["*"]})


Damage = tuple[Callable[[SignedAs, str], None], str, list[str]]  # what is done; the state and the facts then
DAMAGES: list[Damage] = [
    (_elsewhere, "differs", ["Integrations", "Routes"]),
    (_route_gone, "differs", ["Routes"]),
    (_anyone_calls, "open", ["Policy Anyone"]),
    (_other_format, "differs", ["Integrations"]),
    (_second_stage, "differs", ["Stages"]),
    (_every_origin, "open", ["CorsConfiguration"]),
]


def test_whatever_was_changed_by_hand_is_named_and_put_right(emulator: Emulator):
    root = emulator.root()
    manager(root).apply()
    for damage, state, facts in DAMAGES:
        damage(root, only_api(root)["ApiId"])
        assert wrong(root) == {"smart-budget-api": (state, facts)}, damage.__name__
        manager(root).apply()
        assert wrong(root) == {}, damage.__name__


def test_a_bound_that_was_lifted_by_hand_comes_back(ministack_server: Emulator):
    """moto changes no stages."""
    ministack_server.reset()
    root = ministack_server.root()
    manager(root).apply()
    root.client("apigatewayv2").update_stage(
        ApiId=only_api(root)["ApiId"],
        StageName="$default",
        DefaultRouteSettings={"ThrottlingRateLimit": 9000},
    )
    assert wrong(root) == {"smart-budget-api": ("differs", ["Stages"])}
    manager(root).apply()
    assert wrong(root) == {}


def test_an_api_that_was_deleted_comes_back_and_may_call(emulator: Emulator):
    root = emulator.root()
    manager(root).apply()
    root.client("apigatewayv2").delete_api(ApiId=only_api(root)["ApiId"])
    manager(root).apply()
    assert wrong(root) == {}


def test_it_goes_as_a_whole_and_twice_is_once(emulator: Emulator):
    root = emulator.root()
    manager(root).apply()
    for _ in range(2):
        assert manager(root).remove() == []
    assert root.client("apigatewayv2").get_apis()["Items"] == []
    assert root.client("lambda").list_functions()["Functions"] == []
    assert root.client("logs").describe_log_groups()["logGroups"] == []
    assert ApiResource(root, account_of(root), NAMES.api, "web-function", log_group="x", rate=1).address == ""


def test_it_goes_with_the_installation(emulator: Emulator):
    """Left alone, it would stand open to everyone with nothing behind it."""
    root = emulator.root()
    manager(root).apply()
    assert ResourceManager(every_stage(root, account_of(root), SETTINGS)).remove() == []
    assert left_in(root) == []
