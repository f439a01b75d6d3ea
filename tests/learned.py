"""All that is kept of what a person taught the planner."""

from typing import Any

from lib.filing.memory import KIND
from lib.records import User
from lib.services import Services


def known(services: Services, user: User) -> list[Any]:
    """The long document, and what came since: not how many lessons there have ever been."""
    services.filing.memory.learner(user)  # whoever was never asked for has none
    long, short = services.store.list_documents(user.user_id, KIND)
    return [long.data, [values[1:] for values in short.data["noted"]]]
