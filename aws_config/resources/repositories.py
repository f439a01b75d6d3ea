"""Repositories of ECR: where the planner's images are."""

import json
from collections.abc import Callable, Mapping, Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.resources.base import Difference, Facts, Protected, if_there

NEWEST = "latest"  # the one tag that moves
KEPT = 50  # images that have a name, to go back to
UNNAMED_DAYS = 7  # after which one without a name goes
TAGS = "imageTagMutability"
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Images without a name",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": UNNAMED_DAYS,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": "All but the newest",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT},
            "action": {"type": "expire"},
        },
    ]
}


class RepositoryResource:
    """Scanned at every push; what has a commit's name stays what it is."""

    kind = "repository"

    def __init__(self, aws: Any, name: str) -> None:
        self.name = name
        self._ecr = aws.client("ecr")

    def wanted(self) -> Facts:
        return {
            "scanOnPush": True,
            TAGS: "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": NEWEST}],
            "lifecyclePolicy": LIFECYCLE,
        }

    def actual(self) -> Facts | None:
        found = self._found()
        if found is None:
            return None
        filters = found.get("imageTagMutabilityExclusionFilters")
        facts = {
            "scanOnPush": found.get("imageScanningConfiguration", {}).get("scanOnPush", False),
            TAGS: found.get(TAGS),
            "imageTagMutabilityExclusionFilters": filters or None,
            "lifecyclePolicy": self._lifecycle(),
            "repositoryPolicy": self._policy(),
        }
        return {fact: value for fact, value in facts.items() if value is not None}

    def create(self) -> None:
        self._ecr.create_repository(repositoryName=self.name, imageScanningConfiguration={"scanOnPush": True})

    def change(self, facts: Set[str]) -> None:
        which = {"repositoryName": self.name}
        wanted = self.wanted()
        if "scanOnPush" in facts:
            self._ecr.put_image_scanning_configuration(
                **which, imageScanningConfiguration={"scanOnPush": wanted["scanOnPush"]}
            )
        if facts & {TAGS, f"{TAGS}ExclusionFilters"}:
            self._ecr.put_image_tag_mutability(
                **which, **{fact: wanted[fact] for fact in (TAGS, f"{TAGS}ExclusionFilters")}
            )
        if "lifecyclePolicy" in facts:
            self._ecr.put_lifecycle_policy(**which, lifecyclePolicyText=json.dumps(LIFECYCLE))
        if "repositoryPolicy" in facts:
            self._ecr.delete_repository_policy(**which)

    def remove(self) -> None:
        """Raises Protected while it has images."""
        if self._found() is None:
            return
        try:
            self._ecr.delete_repository(repositoryName=self.name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "RepositoryNotEmptyException":
                raise
            raise Protected(
                f"{self.name} has images, which something may run on. Delete them first."
            ) from error

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "repositoryPolicy"  # lets others in; this account needs none

    @property
    def uri(self) -> str:
        """What images in it are called, up to the colon; "" if it is not there."""
        found = self._found()
        return str(found["repositoryUri"]) if found else ""

    def has(self, tag: str) -> bool:
        """Whether there is an image of that name."""
        which = {"repositoryName": self.name, "imageIds": [{"imageTag": tag}]}
        return if_there(lambda: self._ecr.describe_images(**which), "ImageNotFoundException") is not None

    def _found(self) -> dict[str, Any] | None:
        return if_there(
            lambda: self._ecr.describe_repositories(repositoryNames=[self.name])["repositories"][0],
            "RepositoryNotFoundException",
        )

    def _lifecycle(self) -> Any:
        return self._document(
            self._ecr.get_lifecycle_policy, "lifecyclePolicyText", "LifecyclePolicyNotFoundException"
        )

    def _policy(self) -> Any:
        return self._document(
            self._ecr.get_repository_policy, "policyText", "RepositoryPolicyNotFoundException"
        )

    def _document(self, read: Callable[..., Mapping[str, Any]], part: str, absent: str) -> Any:
        answer = if_there(lambda: read(repositoryName=self.name), absent)
        return json.loads(answer[part]) if answer else None
