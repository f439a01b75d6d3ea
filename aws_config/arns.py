"""The full names of one installation's things."""

from dataclasses import dataclass

from aws_config.account import Account
from aws_config.config import Names


@dataclass(frozen=True)
class Arns:
    account: Account
    names: Names

    def table(self, what: str) -> str:
        return self.account.arn("dynamodb", f"table/{self.names.table(what)}")

    def index(self, what: str, name: str) -> str:
        return f"{self.table(what)}/index/{name}"

    @property
    def bucket(self) -> str:
        return self.account.arn("s3", self.names.bucket)

    def files(self, folder: str) -> str:
        """Everything below a folder of the bucket, such as "reports"."""
        return f"{self.bucket}/{folder}/*"

    def queue(self, what: str) -> str:
        return self.account.arn("sqs", self.names.queue(what))

    def topic(self, shard: int = 1) -> str:
        return self.account.arn("sns", self.names.topic(shard))

    @property
    def topics(self) -> tuple[str, str]:
        """The first topic and the further ones."""
        return self.topic(), self.further_topics

    @property
    def further_topics(self) -> str:
        return f"{self.topic()}-*"

    @property
    def operations_topic(self) -> str:
        return self.account.arn("sns", self.names.operations_topic)

    def alarm(self, what: str) -> str:
        """One of the installation's alarms, or "*" for all of them."""
        return self.account.arn("cloudwatch", f"alarm:{self.names.alarms}{what}")

    @property
    def dashboard(self) -> str:
        """Dashboards are every region's, unlike the alarms on them."""
        where = f"arn:{self.account.partition}:cloudwatch::{self.account.number}"
        return f"{where}:dashboard/{self.names.dashboard}"

    @property
    def cost_budget(self) -> str:
        return self.account.arn("budgets", f"budget/{self.names.cost_budget}")

    def function(self, what: str) -> str:
        return self.account.arn("lambda", f"function:{self.names.function(what)}")

    def log_group(self, what: str) -> str:
        return self.account.arn("logs", f"log-group:/aws/lambda/{self.names.function(what)}")

    @property
    def environment_log(self) -> str:
        return self.account.arn("logs", f"log-group:{self.names.environment_log}")

    @property
    def apis(self) -> str:
        """The list of all of the account's APIs, in which ours is found by its name."""
        return f"arn:{self.account.partition}:apigateway:{self.account.region}::/apis"

    @property
    def repository(self) -> str:
        return self.account.arn("ecr", f"repository/{self.names.repository}")

    @property
    def application(self) -> str:
        return self.account.arn("elasticbeanstalk", f"application/{self.names.application}")

    @property
    def versions(self) -> str:
        return self.account.arn("elasticbeanstalk", f"applicationversion/{self.names.application}/*")

    @property
    def environment(self) -> str:
        where = f"environment/{self.names.application}/{self.names.environment}"
        return self.account.arn("elasticbeanstalk", where)

    @property
    def bundles(self) -> str:
        """The bucket that Elastic Beanstalk makes for what it runs, one an account and region."""
        return self.account.arn("s3", f"elasticbeanstalk-{self.account.region}-{self.account.number}")

    def secret(self, name: str) -> str:
        """AWS adds a hyphen and six characters to its name."""
        return self.account.arn("secretsmanager", f"secret:{name}-??????")

    def role(self, name: str) -> str:
        return self.account.arn("iam", f"role/{name}")
