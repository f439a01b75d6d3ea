"""What AWS takes for settings: patterns and what to say where one does not fit, and for how long logs are kept."""

AWS_NAMES = {
    "aws_region": (r"[a-z]{2}(-[a-z]+)+-[0-9]", "use the name of a region, such as us-east-1"),
    "aws_prefix": (
        r"(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",  # the longest name made from it has to fit into 64 characters
        "use up to 20 small letters and digits, with single hyphens between them, such as smart-budget",
    ),
    "s3_bucket_name": (  # no dots: AWS's certificate does not cover them
        r"([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?",
        "use 3 to 63 small letters, digits and hyphens",
    ),
    "secrets_id": (
        r"([A-Za-z0-9/_+=.@-]{1,400})?",
        "write the name of a secret in AWS Secrets Manager, such as smart-budget/secret-key",
    ),
    "database_secret": (  # RDS writes a "!" into the names of its own
        r"((arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@!-]{1,512})?",
        "write the name or the ARN of a secret in AWS Secrets Manager",
    ),
    "eb_instances": (r"[1-9][0-9]?-[1-9][0-9]?", "write the fewest and the most machines, such as 2-4"),
    "eb_certificate": (
        r"(arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+)?",
        "write the ARN of a certificate in AWS Certificate Manager",
    ),
    "vpc_id": (r"(vpc-[0-9a-f]{8,17})?", "write the id of a network, such as vpc-0123456789abcdef0"),
    "vpc_subnets": (
        r"(subnet-[0-9a-f]{8,17}(,subnet-[0-9a-f]{8,17})*)?",
        "write ids with commas between them, such as subnet-0123456789abcdef0,subnet-0fedcba9876543210",
    ),
    "cache_type": (r"cache\.[a-z0-9]+\.[a-z0-9]+", "write a node type, such as cache.t4g.micro"),
    "rds_type": (r"db\.[a-z0-9]+\.[a-z0-9]+", "write an instance class, such as db.t4g.micro"),
    "rds_storage": (
        r"[1-9][0-9]{1,4}-[1-9][0-9]{1,4}",
        "write gigabytes at first and at most, such as 20-100",
    ),
    "budget_alert_schedule": (
        r"(cron|rate)\([^()]+\)",
        "write it as EventBridge does, in UTC, such as cron(0 8 * * ? *) or rate(1 day)",
    ),
}


LOG_DAYS = {"prod": 365, "staging": 30}  # 7 elsewhere
POSSIBLE_LOG_DAYS = (  # CloudWatch takes no others
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
