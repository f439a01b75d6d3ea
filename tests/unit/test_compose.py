"""The compose files say what they should: nobody is root, nothing is open, and every setting in them is one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lib.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
STACK, BUNDLE = "docker-compose.yml", "docker-compose.eb.yml"
SETTINGS = {name.upper() for name in Settings.model_fields}
BESIDE = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # no settings: boto3 looks for them


def services(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text())["services"]


OURS = [
    (file, name)
    for file in (STACK, BUNDLE)
    for name, one in services(file).items()
    if one.get("command") or name == "planner"
]


@pytest.mark.parametrize(("file", "name"), OURS)
def test_what_is_ours_may_do_nothing_but_its_work(file, name):
    service = services(file)[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize(("file", "name"), OURS)
def test_what_is_ours_is_told_nothing_unknown(file, name):
    environment = services(file)[name].get("environment", {})
    assert set(environment) - BESIDE <= SETTINGS
    given = {key.lower(): value for key, value in environment.items() if key not in BESIDE}
    assert Settings(_env_file=None, **given).is_local


def test_up_alone_starts_the_planner_alone():
    assert [name for name, service in services(STACK).items() if "profiles" not in service] == ["planner"]


def test_only_this_machine_reaches_it_unless_it_is_told_otherwise():
    ports = [port for service in services(STACK).values() for port in service.get("ports", [])]
    assert len(ports) == 4
    assert all(port.startswith(("127.0.0.1:", "${LISTEN:-127.0.0.1:")) for port in ports)


def test_everything_waits_for_what_it_needs():
    stack = services(STACK)
    for service in stack.values():
        for other, how in service.get("depends_on", {}).items():
            tells = "healthcheck" in stack[other] or other == "web"  # the image has one
            assert how["condition"] == "service_completed_successfully" or tells


def test_a_health_check_of_the_web_server_is_asked_of_the_web_server_only():
    for file, name in OURS:
        disabled = services(file)[name].get("healthcheck", {}).get("disable", False)
        assert disabled == (not name.endswith(("web", "planner")))


def test_the_bundle_is_one_image_on_port_80():
    bundle = services(BUNDLE)
    assert {service["image"] for service in bundle.values()} == {"${IMAGE}"}
    assert bundle["web"]["ports"] == ["80:5000"]
    assert not bundle["worker"].get("ports")


def test_the_bundle_logs_whole_lines_and_waits_for_nobody():
    for service in services(BUNDLE).values():
        assert service["logging"]["driver"] == "awslogs"
        assert service["logging"]["options"]["mode"] == "non-blocking"
