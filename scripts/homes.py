"""Which home the settings describe: for people, who may have another one in mind."""

from pathlib import Path

from sqlalchemy import make_url

from aws_config.config import names_of
from lib.errors import PlannerError
from lib.services import Services, build_services
from lib.settings import Settings, load_settings


def where(home: Settings) -> str:
    if home.is_on_aws:
        return f"aws ({names_of(home).base}, {home.aws_region})"
    return make_url(home.database).render_as_string(hide_password=True)


def is_made(home: Settings) -> bool:
    """Whether there is something to look at. A file that is not there would be made by looking."""
    url = make_url(home.database)
    return home.is_on_aws or url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def opened() -> Services:
    """The planner in the home that the settings describe.

    Raises:
        Misconfigured: If they describe none.
        PlannerError: If it does not answer; the message says which home that is.
    """
    settings = load_settings(needs_secret=False)
    if not is_made(settings):
        raise PlannerError(f"{where(settings)} is not there: look at DATA_DIR and DATABASE_URL.")
    services = build_services(settings)
    try:
        services.store.check()
    except PlannerError as problem:
        raise PlannerError(f"{where(settings)}: {problem.message}") from problem
    return services
