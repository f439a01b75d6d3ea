"""Files that have been there for some days."""

import os
from datetime import timedelta

from lib.services import Services


def aged(services: Services, days: float = 3) -> None:
    """Have all files of an installation been written so many days before its clock's now."""
    moment = (services.now() - timedelta(days=days)).timestamp()
    for path in (services.settings.data_dir / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))
