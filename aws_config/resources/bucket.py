"""The bucket of receipts, reports and uploads: private, encrypted, reached by TLS only."""

import json
from collections.abc import Callable, Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.resources.base import (
    Difference,
    Facts,
    if_there,
    only_over_tls,
    policy_of,
    statements,
    widens,
)

CLOSED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
HOME = "us-east-1"  # the region that must not be named when a bucket is made
ABSENT = ("NoSuchBucket", "404", "NotFound")
UNSET = (  # how each of the bucket's settings says that it was never set
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchBucketPolicy",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
)
OLD_VERSIONS = 30  # days after which what was deleted or replaced is gone for good


def region_of(aws: Any, account: Account, name: str) -> str:
    """Where this account's bucket of that name is. Empty where there is none, or none that we may see."""
    try:
        answer = aws.client("s3").head_bucket(Bucket=name, ExpectedBucketOwner=account.number)
    except ClientError:
        return ""
    return str(answer.get("BucketRegion", ""))


class BucketResource:
    kind = "bucket"

    def __init__(
        self, aws: Any, account: Account, name: str, *, origins: tuple[str, ...] = (), report_days: int = 90
    ) -> None:
        """`origins`: where the planner's pages come from, such as "https://budget.example"; they may upload."""
        self.name = name
        self._s3, self._account = aws.client("s3"), account
        # Nothing is read from, written to or said about a bucket of that name which is someone else's: S3 refuses it.
        self._ours = {"Bucket": name, "ExpectedBucketOwner": account.number}
        self._origins, self._report_days = origins, report_days

    @property
    def arn(self) -> str:
        return self._account.arn("s3", self.name)

    def wanted(self) -> Facts:
        facts: dict[str, Any] = {
            "PublicAccessBlock": dict.fromkeys(CLOSED, True),
            "ObjectOwnership": "BucketOwnerEnforced",
            "Encryption": "AES256",
            "Versioning": "Enabled",
            **{f"Lifecycle {rule['ID']}": rule for rule in self._lifecycle()},
            **statements(self._policy()),
        }
        return facts | ({"CORS": self._cors()} if self._origins else {})

    def actual(self) -> Facts | None:
        if not self._is_there():
            return None
        facts = {
            "PublicAccessBlock": self._read(
                self._s3.get_public_access_block, "PublicAccessBlockConfiguration"
            ),
            "ObjectOwnership": self._ownership(),
            "Encryption": self._encryption(),
            "Versioning": self._s3.get_bucket_versioning(**self._ours).get("Status"),
            "CORS": self._read(self._s3.get_bucket_cors, "CORSRules"),
        }
        rules = self._read(self._s3.get_bucket_lifecycle_configuration, "Rules") or []
        facts |= {f"Lifecycle {rule.get('ID', '')}": _tidied(rule) for rule in rules}
        facts |= statements(self._read(self._s3.get_bucket_policy, "Policy"))
        return {fact: value for fact, value in facts.items() if value is not None}

    def create(self) -> None:
        region = self._account.region
        where = {} if region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._s3.create_bucket(Bucket=self.name, ObjectOwnership="BucketOwnerEnforced", **where)

    def change(self, facts: Set[str]) -> None:
        """What keeps strangers out comes first."""
        writers = {
            "PublicAccessBlock": self._close,
            "ObjectOwnership": self._own,
            "Encryption": self._encrypt,
            "Policy": self._set_policy,
            "Versioning": self._keep_versions,
            "Lifecycle": self._set_lifecycle,
            "CORS": self._set_cors,
        }
        touched = {fact.split()[0] for fact in facts}
        for fact, write in writers.items():
            if fact in touched:
                write()

    def remove(self) -> None:
        """With everything in it, old versions and half uploads too."""
        if not self._is_there():
            return
        for page in self._s3.get_paginator("list_multipart_uploads").paginate(**self._ours):
            for upload in page.get("Uploads", []):
                self._s3.abort_multipart_upload(**self._ours, Key=upload["Key"], UploadId=upload["UploadId"])
        for page in self._s3.get_paginator("list_object_versions").paginate(**self._ours):
            self._delete([*page.get("Versions", []), *page.get("DeleteMarkers", [])])
        self._s3.delete_bucket(**self._ours)

    def opens(self, difference: Difference) -> bool:
        if difference.fact == "CORS":
            return difference.now is not None
        return difference.fact in ("PublicAccessBlock", "ObjectOwnership", "Encryption") or widens(difference)

    def _delete(self, versions: list[dict[str, Any]]) -> None:
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if not objects:
            return
        answer = self._s3.delete_objects(**self._ours, Delete={"Objects": objects, "Quiet": True})
        for problem in answer.get("Errors", []):
            raise ClientError({"Error": problem}, "DeleteObjects")

    def _is_there(self) -> bool:
        return if_there(lambda: self._s3.head_bucket(**self._ours), *ABSENT) is not None

    def _read(self, read: Callable[..., dict[str, Any]], part: str) -> Any:
        """None where nothing is set."""
        return (if_there(lambda: read(**self._ours), *UNSET) or {}).get(part)

    def _ownership(self) -> str | None:
        controls = self._read(self._s3.get_bucket_ownership_controls, "OwnershipControls")
        return controls["Rules"][0]["ObjectOwnership"] if controls else None

    def _encryption(self) -> str | None:
        configuration = self._read(self._s3.get_bucket_encryption, "ServerSideEncryptionConfiguration")
        if not configuration:
            return None
        return str(configuration["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])

    def _policy(self) -> dict[str, Any]:
        return policy_of(only_over_tls("s3", self.arn, f"{self.arn}/*"))

    def _cors(self) -> list[dict[str, Any]]:
        return [
            {
                "AllowedHeaders": ["content-type", "content-length", "content-md5"],
                "AllowedMethods": ["GET", "PUT", "POST"],
                "AllowedOrigins": list(self._origins),
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3600,
            }
        ]

    def _lifecycle(self) -> list[dict[str, Any]]:
        return [
            {
                "ID": "reports-expire",
                "Status": "Enabled",
                "Filter": {"Prefix": "reports/"},
                "Expiration": {"Days": self._report_days},
            },
            {
                "ID": "uploads-end",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            },
            {
                # Who deletes a receipt means it: old versions are there for accidents only.
                "ID": "old-versions-expire",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSIONS},
                "Expiration": {"ExpiredObjectDeleteMarker": True},
            },
        ]

    def _close(self) -> None:
        self._s3.put_public_access_block(
            **self._ours, PublicAccessBlockConfiguration=dict.fromkeys(CLOSED, True)
        )

    def _own(self) -> None:
        rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        self._s3.put_bucket_ownership_controls(**self._ours, OwnershipControls=rules)

    def _encrypt(self) -> None:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        self._s3.put_bucket_encryption(**self._ours, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def _set_policy(self) -> None:
        self._s3.put_bucket_policy(**self._ours, Policy=json.dumps(self._policy()))

    def _keep_versions(self) -> None:
        self._s3.put_bucket_versioning(**self._ours, VersioningConfiguration={"Status": "Enabled"})

    def _set_lifecycle(self) -> None:
        rules = {"Rules": self._lifecycle()}
        self._s3.put_bucket_lifecycle_configuration(**self._ours, LifecycleConfiguration=rules)

    def _set_cors(self) -> None:
        if self._origins:
            self._s3.put_bucket_cors(**self._ours, CORSConfiguration={"CORSRules": self._cors()})
        else:
            self._s3.delete_bucket_cors(**self._ours)


def _tidied(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule for everything has an empty filter or an empty prefix: the same."""
    return rule if rule.get("Filter") else {**rule, "Filter": {"Prefix": ""}}
