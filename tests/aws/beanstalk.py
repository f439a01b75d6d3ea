"""What Elastic Beanstalk says, as the tests let it."""

from datetime import UTC, datetime
from typing import Any

from tests.aws.stubbed import Scripted

APPLICATION, ENVIRONMENT = "smart-budget-planner", "smart-budget-planner-env"
BUCKET = "elasticbeanstalk-us-east-1-123456789012"
URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/smart-budget-planner"
DIGEST = "sha256:" + "a1" * 32
COMMIT = "0123456789ab" + "0" * 28
LABEL = COMMIT[:12]
WHERE = {"ApplicationName": APPLICATION, "EnvironmentNames": [ENVIRONMENT], "IncludeDeleted": False}


def is_asked_how_it_is(
    script: Scripted,
    status: str = "Ready",
    version: str = "before",
    health: str = "Ok",
    *,
    abortable: bool = False,
) -> None:
    found = {
        "EnvironmentName": ENVIRONMENT,
        "Status": status,
        **({"VersionLabel": version} if version else {}),
        "HealthStatus": health,
        "CNAME": "planner.example",
        "AbortableOperationInProgress": abortable,
    }
    script.expects("elasticbeanstalk.describe_environments", WHERE, {"Environments": [found]})


def is_asked_for_the_image(script: Scripted) -> None:
    script.expects(
        "ecr.describe_images",
        {"repositoryName": APPLICATION, "imageIds": [{"imageTag": COMMIT}]},
        {"imageDetails": [{"imageDigest": DIGEST}]},
    )
    script.expects(
        "ecr.describe_repositories",
        {"repositoryNames": [APPLICATION]},
        {"repositories": [{"repositoryUri": URI}]},
    )


def is_asked_for_https(script: Scripted, *, https: bool) -> None:
    listener = {
        "Namespace": "aws:elbv2:listener:443",
        "OptionName": "ListenerEnabled",
        "Value": str(https).lower(),
    }
    script.expects(
        "elasticbeanstalk.describe_configuration_settings",
        {"ApplicationName": APPLICATION, "EnvironmentName": ENVIRONMENT},
        {"ConfigurationSettings": [{"OptionSettings": [listener, {"Namespace": "x", "OptionName": "y"}]}]},
    )


def is_asked_for_version(script: Scripted, label: str, status: str | None) -> None:
    found = [version(label, status=status)] if status else []
    script.expects(
        "elasticbeanstalk.describe_application_versions",
        {"ApplicationName": APPLICATION, "VersionLabels": [label]},
        {"ApplicationVersions": found},
    )


def is_asked_for_versions(script: Scripted, *labels: str) -> None:
    """`labels`: the oldest first."""
    script.expects(
        "elasticbeanstalk.describe_application_versions",
        {"ApplicationName": APPLICATION},
        {"ApplicationVersions": [version(label, day) for day, label in enumerate(labels, 1)]},
    )


def version(label: str, day: int = 1, status: str = "PROCESSED") -> dict[str, Any]:
    return {"VersionLabel": label, "DateCreated": datetime(2026, 11, day, tzinfo=UTC), "Status": status}


def takes_a_bundle(script: Scripted, label: str = LABEL) -> None:
    """It was not there, is brought, and is read."""
    is_asked_for_version(script, label, None)
    script.expects("elasticbeanstalk.create_storage_location", {}, {"S3Bucket": BUCKET})
    script.expects("s3.put_object", None)
    script.expects(
        "elasticbeanstalk.create_application_version",
        {
            "ApplicationName": APPLICATION,
            "VersionLabel": label,
            "Description": f"Commit {COMMIT}",
            "SourceBundle": {"S3Bucket": BUCKET, "S3Key": f"{APPLICATION}/{label}.zip"},
            "AutoCreateApplication": False,
            "Process": True,
        },
    )
    is_asked_for_version(script, label, "PROCESSING")
    is_asked_for_version(script, label, "PROCESSED")


def switches_to(script: Scripted, label: str) -> None:
    script.expects(
        "elasticbeanstalk.update_environment", {"EnvironmentName": ENVIRONMENT, "VersionLabel": label}
    )


def says_last(script: Scripted, words: str = "") -> None:
    script.expects(
        "elasticbeanstalk.describe_events",
        {"EnvironmentName": ENVIRONMENT, "Severity": "WARN", "MaxRecords": 1},
        {"Events": [{"Message": words}] if words else []},
    )
