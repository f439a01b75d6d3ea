"""What Elastic Beanstalk's machines, Elastic Beanstalk itself, and whoever deploys there may do.

That AWS holds them to it no emulator can show: none has Elastic Beanstalk's permissions.
"""

from aws_config.arns import Arns
from aws_config.iam_policies import Grant, files_of, web
from lib.settings import Settings

PUSH = (
    *("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"),
    *("ecr:DescribeImages", "ecr:DescribeRepositories"),
)
DEPLOY = (
    *("elasticbeanstalk:AbortEnvironmentUpdate", "elasticbeanstalk:CreateApplicationVersion"),
    *("elasticbeanstalk:DescribeApplicationVersions", "elasticbeanstalk:DescribeConfigurationSettings"),
    *("elasticbeanstalk:DescribeEnvironments", "elasticbeanstalk:DescribeEvents"),
    "elasticbeanstalk:UpdateEnvironment",
)
SIGN_IN_TO_REGISTRY = Grant(
    "SignInToRegistry",
    ("ecr:GetAuthorizationToken",),
    ("*",),
    reason="One sign-in is for all of the account's repositories; what may be done there is said by itself.",
)
FIND_STORAGE = Grant(
    "FindStorage",
    ("elasticbeanstalk:CreateStorageLocation",),
    ("*",),
    reason="It is the account's one bucket for bundles, which has no name to say before it is there.",
)


def machines(arns: Arns, settings: Settings) -> list[Grant]:
    """A machine of Elastic Beanstalk's: the web's work, the image it runs, and what the platform says of it."""
    return [*web(arns, settings), *pulling(arns), *_platform(arns)]


def pulling(arns: Arns) -> list[Grant]:
    return [
        SIGN_IN_TO_REGISTRY,
        Grant(
            "PullImages",
            ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
            (arns.repository,),
        ),
    ]


def _platform(arns: Arns) -> list[Grant]:
    logs = arns.account.arn("logs", f"log-group:/aws/elasticbeanstalk/{arns.names.environment}/*")
    return [
        Grant(
            "SayHowItIs", ("elasticbeanstalk:PutInstanceStatistics",), (arns.application, arns.environment)
        ),
        Grant("WriteLogs", ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"), (logs,)),
        files_of(arns, "ReadBundles", ("s3:GetObject",), f"{arns.bundles}/{arns.names.application}/*"),
        files_of(
            arns, "KeepLogs", ("s3:GetObject", "s3:PutObject"), f"{arns.bundles}/resources/environments/*"
        ),
    ]


def passing(arns: Arns) -> list[Grant]:
    """What Elastic Beanstalk needs besides AWS's own policies for it: to give machines their role, and itself its own."""
    roles = arns.role(arns.names.environment_role), arns.role(arns.names.service_role)
    return [Grant("PassRoles", ("iam:PassRole",), roles)]


def deployer(arns: Arns) -> list[Grant]:
    """Whoever brings new versions there, such as a pipeline: images, bundles, versions; no records and no roles."""
    deployed = (arns.application, arns.versions, arns.environment)
    ours = f"{arns.bundles}/{arns.names.application}/*"
    return [
        *pulling(arns),
        Grant("PushImages", PUSH, (arns.repository,)),
        files_of(arns, "PutBundles", ("s3:PutObject", "s3:GetObject"), ours),
        files_of(arns, "FindBundles", ("s3:ListBucket", "s3:GetBucketLocation"), arns.bundles, arns.bucket),
        FIND_STORAGE,
        Grant("Deploy", DEPLOY, deployed),
    ]
