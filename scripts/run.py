"""Start the planner on this machine: look whether it can run, migrate, then web and worker together until Ctrl-C.

With BACKEND=aws the web server and the worker run here, and everything they keep is on AWS.

make run        or        python -m scripts.run
                          python -m scripts.run web        one of them, as a container or service of its own
"""

import argparse
import contextlib
import os
import shlex
import signal
import socket
import sys
from typing import NoReturn

from honcho.manager import Manager
from honcho.printer import Message, Printer
from sqlalchemy.exc import SQLAlchemyError

from lib.errors import PlannerError
from lib.services import build_services, secret_of, sign_in_of
from lib.settings import Misconfigured, Settings, load_settings
from selfhost.sql.migrate import upgrade

WEB = ["-m", "gunicorn", "--config", "gunicorn.conf.py"]
WORKER = {"selfhost": ["-m", "selfhost.worker"], "aws": ["-m", "aws_config.worker"]}


class Problem(Exception):
    """Why the planner cannot start, in one line."""


class Lines(Printer):  # type: ignore[misc]  # honcho has no types
    """What web and worker say, without honcho's own remarks about starting and stopping them."""

    def write(self, message: Message) -> None:
        if message.name != "system":
            with contextlib.suppress(OSError):  # the window is closed: both are stopped all the same
                super().write(message)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("part", nargs="?", choices=("web", "worker"), help="only this one")
    part = parser.parse_args(argv).part
    try:
        settings = load_settings(needs_secret=part != "worker")
        look_around(settings, listens=part != "worker")
        if part != "worker":
            secret_of(settings)  # now, where it can be said in a sentence that it cannot be read
        if settings.is_on_aws:
            look_at_aws(settings)
        else:
            migrate(settings)
    except (Misconfigured, Problem) as problem:
        print(problem, file=sys.stderr)
        return 2
    commands = {"web": WEB, "worker": WORKER[settings.backend]}
    if part:
        become(commands[part])
    return keep_running(commands)


def look_around(settings: Settings, *, listens: bool = True) -> None:
    """Raise Problem where the data folder cannot be written, or the port is taken though we want to listen."""
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
    if listens:
        look_at_port(settings)


def look_at_port(settings: Settings) -> None:
    try:
        family, kind, _, _, where = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind) as probe_socket:
            probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe_socket.bind(where)
    except OSError as error:
        raise Problem(
            f"Cannot listen on {settings.host}, port {settings.port} ({error.strerror}). Is the planner running already? "
            f"Else name another: make run PORT={settings.port % 65535 + 1}"
        ) from None


def migrate(settings: Settings) -> None:
    try:
        upgrade(settings.database, sign_in=sign_in_of(settings))
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


def become(arguments: list[str]) -> NoReturn:
    """Go on as that Python program: whoever started us, and stops us, has to do with it alone."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  # no shell is wanted in between


def keep_running(commands: dict[str, list[str]]) -> int:
    """Run both until one ends or someone stops them. Stopping on purpose is no failure."""
    manager = Manager(Lines(sys.stdout, time_format="", prefix=False))
    for name, arguments in commands.items():
        manager.add_process(name, "exec " + shlex.join([sys.executable, *arguments]))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    with contextlib.suppress(KeyboardInterrupt):
        manager.loop()
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in stopped else manager.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
