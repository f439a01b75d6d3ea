"""The PostgreSQL that several machines share, where they are on AWS: its place in a network, itself, and who may sign in."""

from typing import Any

from aws_config.config import names_of
from aws_config.iam_policies import Grant
from aws_config.private_place import network_of, place_stages
from aws_config.resource_manager import ResourceManager
from aws_config.resources.databases import PORT, DatabaseResource, Plan
from aws_config.resources.networks import Network
from aws_config.resources.waiting import LOOKS
from lib.settings import Settings

BUNDLE = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"  # who certifies databases of RDS
KNOWN_BY = "sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem"


def database_manager(aws: Any, settings: Settings, *, looks: int = LOOKS) -> ResourceManager:
    network = network_of(aws, settings)
    place = place_stages(aws, settings, network, "rds", names_of(settings).database, PORT)
    itself = database(aws, settings, network, looks=looks)

    def outcome() -> dict[str, str]:
        url, secret = itself.url, itself.secret
        ready = url and secret
        return {"DATABASE_URL": f"{url}?{KNOWN_BY}", "DATABASE_SECRET": secret} if ready else {}

    return ResourceManager([*place, [itself]], outcome)


def database(aws: Any, settings: Settings, network: Network, *, looks: int = LOOKS) -> DatabaseResource:
    first, most = settings.rds_sizes
    plan = Plan(
        machine=settings.rds_type,
        gigabytes=first,
        most_gigabytes=most,
        is_doubled=settings.rds_multi_az,
        backup_days=settings.rds_backup_days,
        has_insights=settings.rds_insights,
    )
    return DatabaseResource(aws, names_of(settings).database, network, plan, looks=looks)


def reader(secret: str) -> list[Grant]:
    """What a machine that uses the database has to be allowed: reading that one secret (its ARN)."""
    return [Grant("ReadDatabaseSecret", ("secretsmanager:GetSecretValue",), (secret,))]
