"""Start the planner on this machine: look whether it can run, migrate, then web and worker together until Ctrl-C.

With BACKEND=aws the web server and the worker run here, and everything they keep is on AWS.

make run        or        python -m scripts.run
"""

import contextlib
import os
import signal
import socket
import sys

from honcho.manager import Manager
from honcho.printer import Message, Printer
from sqlalchemy.exc import SQLAlchemyError

from lib.errors import PlannerError
from lib.services import build_services
from lib.settings import Misconfigured, Settings, load_settings
from selfhost.sql.migrate import upgrade

WEB = "exec {python} -m gunicorn --config gunicorn.conf.py"
WORKER = {"selfhost": "exec {python} -m selfhost.worker", "aws": "exec {python} -m aws_config.worker"}


class Problem(Exception):
    """Why the planner cannot start, in one line."""


class Lines(Printer):  # type: ignore[misc]  # honcho has no types
    """What web and worker say, without honcho's own remarks about starting and stopping them."""

    def write(self, message: Message) -> None:
        if message.name != "system":
            super().write(message)


def main() -> int:
    try:
        settings = load_settings()
        look_around(settings)
        if settings.is_on_aws:
            look_at_aws(settings)
        else:
            migrate(settings)
    except (Misconfigured, Problem) as problem:
        print(problem, file=sys.stderr)
        return 2
    return keep_running({"web": WEB, "worker": WORKER[settings.backend]})


def look_around(settings: Settings) -> None:
    """Raise Problem where the data folder cannot be written or the port is taken."""
    folder = settings.data_dir.resolve()
    try:
        if not settings.is_on_aws:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise Problem(
            f"Cannot write to the data folder {folder} ({error.strerror}). Name another: make run DATA_DIR=…"
        ) from None
    try:
        family, kind, _, _, where = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind) as probe_socket:
            probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe_socket.bind(where)
    except OSError as error:
        raise Problem(
            f"Cannot listen on {settings.host}, port {settings.port} ({error.strerror}). "
            f"Name another: make run PORT={settings.port % 65535 + 1}"
        ) from None


def migrate(settings: Settings) -> None:
    try:
        upgrade(settings.database)
    except (PlannerError, SQLAlchemyError) as error:
        reason = getattr(error.__cause__ or error, "orig", None) or error.__cause__ or error
        raise Problem(f"Cannot use the database: {' '.join(str(reason).split())}") from None


def look_at_aws(settings: Settings) -> None:
    """Raise Problem where something it cannot run without is missing on AWS. Why is in the line above it."""
    services = build_services(settings)
    down = []
    for part in ("store", "files", "queue"):  # e-mail may come later: what should be sent then waits
        try:
            getattr(services, part).check()
        except PlannerError:
            down.append(part)
    if down:
        raise Problem(
            f"Cannot use AWS in {settings.aws_region}: {', '.join(down)}. "
            "Set it up with .venv/bin/python -m scripts.setup_aws_resources --apply, or run without BACKEND=aws."
        )


def keep_running(commands: dict[str, str]) -> int:
    """Run both until one ends or someone stops them. Stopping on purpose is no failure."""
    manager = Manager(Lines(sys.stdout, time_format="", prefix=False))
    for name, command in commands.items():
        manager.add_process(name, command.format(python=sys.executable))
    with contextlib.suppress(KeyboardInterrupt):
        manager.loop()
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in stopped else manager.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
