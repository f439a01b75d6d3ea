"""What everything is called on AWS: every name comes from one prefix and one environment.

Several installations share an account when one of the two differs.
"""

from dataclasses import dataclass

from lib.settings import Settings

PLAIN = "smart-budget"
TABLES = ("users", "expenses", "budgets", "notifications", "summaries", "records")
QUEUES = ("expense-processing-queue", "notification-queue", "budget-check-queue", "work-queue")
FUNCTIONS = (
    "expense-categorizer-function",
    "notification-processor-function",
    "budget-alert-function",
    "report-generator-function",
)
WEB_FUNCTION = "web-function"  # serves pages, in installations that have no machines for that


@dataclass(frozen=True)
class Names:
    """The names of one installation. `prefix` and `bucket` as set, `app_env` one of local, dev, staging and prod."""

    prefix: str = PLAIN
    app_env: str = "prod"
    own_bucket: str = ""  # bucket names are unique in the world, so this one may have to be another

    @property
    def base(self) -> str:
        """What names start with: the prefix, and the environment where it is a rehearsal."""
        return f"{self.prefix}-{self.app_env}" if self.app_env in ("dev", "staging") else self.prefix

    def table(self, what: str) -> str:
        """The table of one of TABLES."""
        return f"{self.base}-{_known(what, TABLES)}"

    @property
    def tables(self) -> dict[str, str]:
        return {what: self.table(what) for what in TABLES}

    @property
    def bucket(self) -> str:
        """Where files are: receipts, reports and uploads."""
        return self.own_bucket or f"{self.base}-receipts"

    def queue(self, what: str) -> str:
        """The queue of one of QUEUES, such as "work-queue"."""
        return self._apart(_known(what, QUEUES))

    def dead_letters(self, what: str) -> str:
        """The queue that takes what one of QUEUES could not deliver."""
        return f"{self.queue(what)}-dlq"

    @property
    def queues(self) -> dict[str, str]:
        return {what: self.queue(what) for what in QUEUES}

    def topic(self, shard: int = 1) -> str:
        """The topic of budget alerts; AWS takes 200 filters a topic, so there is a second one, and so on."""
        name = self._apart("budget-alerts-topic")
        return name if shard == 1 else f"{name}-{shard}"

    @property
    def operations_topic(self) -> str:
        """The topic that tells whoever looks after the planner what is wrong with it."""
        return self._apart("operations-topic")

    @property
    def alarms(self) -> str:
        """What alarms start with; no prefix has a slash, so that no other installation's do."""
        return f"{self.base}/"

    @property
    def dashboard(self) -> str:
        return f"{self.base}-dashboard"

    @property
    def cost_budget(self) -> str:
        """AWS's own budget, for what the account costs."""
        return f"{self.base}-monthly-costs"

    def function(self, what: str) -> str:
        """The function of one of FUNCTIONS, or WEB_FUNCTION."""
        return self._apart(_known(what, (*FUNCTIONS, WEB_FUNCTION)))

    @property
    def functions(self) -> dict[str, str]:
        return {what: self.function(what) for what in FUNCTIONS}

    def function_role(self, what: str) -> str:
        """The role that one of them runs under: each has its own, and no more than it needs."""
        known = _known(what, (*FUNCTIONS, WEB_FUNCTION))
        return f"{self.base}-lambda-role-{known.removesuffix('-function')}"

    @property
    def api(self) -> str:
        """What leads from the web to WEB_FUNCTION."""
        return f"{self.base}-api"

    @property
    def web_role(self) -> str:
        """The role of the machines that serve pages and do the planner's own work."""
        return f"{self.base}-web-role"

    @property
    def repository(self) -> str:
        """Where images are. One for all environments, so that what was tried in one goes on to the next as it is."""
        return f"{self.prefix}-planner"

    @property
    def application(self) -> str:
        """What Elastic Beanstalk calls the planner."""
        return f"{self.base}-planner"

    @property
    def environment(self) -> str:
        """Where it runs there."""
        return f"{self.application}-env"

    @property
    def environment_log(self) -> str:
        """What web server and worker say there, on all machines."""
        return f"/aws/elasticbeanstalk/{self.environment}/planner"

    @property
    def environment_role(self) -> str:
        """The role of the machines there: the web role's rights, and those of the platform."""
        return f"{self.base}-environment-role"

    @property
    def service_role(self) -> str:
        """The role under which Elastic Beanstalk looks after them."""
        return f"{self.base}-beanstalk-role"

    @property
    def operations_role(self) -> str:
        """The role in whose name it makes what they are made of."""
        return f"{self.base}-beanstalk-operations-role"

    @property
    def schedule(self) -> str:
        """The rule that runs the daily alerts."""
        return f"{self.function('budget-alert-function')}-schedule"

    @property
    def machines(self) -> str:
        """The security group of the machines that may reach database and cache."""
        return f"{self.base}-machines"

    @property
    def cache(self) -> str:
        """The Redis that several machines share, its subnets and its security group. AWS takes 40 characters."""
        return f"{self.base}-cache"

    @property
    def database(self) -> str:
        """The PostgreSQL that several machines share, its subnets and its security group."""
        return f"{self.base}-database"

    def _apart(self, name: str) -> str:
        """Names without a prefix in the plain installation, kept apart from it by theirs in every other."""
        return name if self.base == PLAIN else f"{self.base}-{name}"


def names_of(settings: Settings) -> Names:
    return Names(settings.aws_prefix, settings.app_env, settings.s3_bucket_name)


def _known(what: str, among: tuple[str, ...]) -> str:
    if what not in among:
        raise ValueError(f"{what!r} is none of {', '.join(among)}")
    return what
