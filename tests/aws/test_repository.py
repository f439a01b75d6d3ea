"""The repository for images on moto, as MiniStack knows no tags that stay beside one that moves; and the command that tells Docker where it is and how to get in."""

import json
from typing import Any

import pytest

from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import Finding, Protected
from aws_config.resources.repositories import RepositoryResource
from scripts import setup_ecr
from tests.aws.ministack import ACCOUNT, Emulator
from tests.aws.moto_aws import account, forget_where_we_are

NAME = "smart-budget-planner"
MANIFEST = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}
emulated = pytest.mark.aws


def manager(aws: Any) -> ResourceManager:
    return ResourceManager([[RepositoryResource(aws, NAME)]])


def finding(aws: Any) -> Finding:
    return manager(aws).plan()[0]


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def test_it_is_made_and_a_second_run_changes_nothing(aws):
    assert finding(aws).state == "missing"
    manager(aws).apply()
    assert finding(aws).is_right
    told: list[str] = []
    manager(aws).apply(lambda what, _: told.append(what))
    assert told == ["right"]


def test_what_was_changed_by_hand_is_put_right(aws):
    manager(aws).apply()
    ecr = aws.client("ecr")
    ecr.put_image_scanning_configuration(
        repositoryName=NAME, imageScanningConfiguration={"scanOnPush": False}
    )
    ecr.put_image_tag_mutability(repositoryName=NAME, imageTagMutability="MUTABLE")
    ecr.delete_lifecycle_policy(repositoryName=NAME)
    assert {difference.fact for difference in finding(aws).differences} == {
        "scanOnPush",
        "imageTagMutability",
        "imageTagMutabilityExclusionFilters",
        "lifecyclePolicy",
    }
    manager(aws).apply()
    assert finding(aws).is_right


def test_whoever_else_is_let_in_is_found_and_shut_out(aws):
    manager(aws).apply()
    anyone = {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [anyone]})
    aws.client("ecr").set_repository_policy(repositoryName=NAME, policyText=policy)
    assert finding(aws).state == "open"
    manager(aws).apply()
    assert finding(aws).is_right


def test_one_with_images_stays(aws):
    manager(aws).apply()
    aws.client("ecr").put_image(repositoryName=NAME, imageManifest=json.dumps(MANIFEST), imageTag="latest")
    with pytest.raises(Protected, match="has images"):
        RepositoryResource(aws, NAME).remove()
    assert manager(aws).remove()
    aws.client("ecr").batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "latest"}])
    assert manager(aws).remove() == []
    assert manager(aws).remove() == []


@emulated
def test_the_command_sets_it_up_and_tells_docker_the_way(moto_behind_a_socket: Emulator, monkeypatch, capsys):
    moto_behind_a_socket.reset()
    forget_where_we_are(monkeypatch)
    for name, value in moto_behind_a_socket.environment().items():
        monkeypatch.setenv(name, value)
    assert setup_ecr.main([]) == 1
    assert setup_ecr.main(["--uri"]) == 1
    assert setup_ecr.main(["--apply"]) == 0
    capsys.readouterr()
    assert setup_ecr.main(["--uri"]) == 0
    assert capsys.readouterr().out == f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/{NAME}\n"
    assert setup_ecr.main(["--has", "latest"]) == 1
    ecr = moto_behind_a_socket.root().client("ecr")
    ecr.put_image(repositoryName=NAME, imageManifest=json.dumps(MANIFEST), imageTag="latest")
    assert setup_ecr.main(["--has", "latest"]) == 0
    assert setup_ecr.main(["--password"]) == 0
    assert capsys.readouterr().out.strip()
