"""The planner as people run it: gunicorn and the worker, real processes over a folder of their own; and a visitor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from bs4 import BeautifulSoup

from lib.services import Services, build_services
from lib.settings import Settings
from selfhost.sql.migrate import upgrade
from selfhost.task_queue import TaskQueue
from tests.engines import free_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
WEB = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
WORKER = {
    "selfhost": [sys.executable, "-m", "selfhost.worker"],
    "aws": [sys.executable, "-m", "aws_config.worker"],
}


class Planner:
    """Start, stop and kill it. Every process and what it started goes with the test."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str] | None = None, **settings: Any) -> None:
        """`surroundings`: further environment variables, such as who it is on AWS."""
        self.folder, self.logs = folder, folder.with_name(f"{folder.name}-logs")
        self.surroundings = dict(surroundings or {})
        self.settings = Settings(_env_file=None, data_dir=folder, port=free_port(), **settings)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def log(self) -> str:
        """The lines that are there wholly: somebody may be in the middle of one."""
        written = (file.read_bytes() for file in sorted(self.logs.glob("*.log")))
        return "".join(each[: each.rfind(b"\n") + 1].decode() for each in written)

    @cached_property
    def _services(self) -> Services:
        return build_services(self.settings)

    def services(self) -> Services:
        """The same store, files and queue, from this process. Connections end with the planner's last process."""
        return self._services

    @property
    def commands(self) -> dict[str, list[str]]:
        return {"web": WEB, "worker": WORKER[self.settings.backend]}

    def prepare(self) -> None:
        if not self.settings.is_on_aws:
            upgrade(self.settings.database)

    def start(self, *names: str) -> "Planner":
        """Start web and worker, or those named."""
        self.prepare()
        self.logs.mkdir(exist_ok=True)
        for name in names or self.commands:
            with (self.logs / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=ROOT,
                    env=self.environment(),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        try:
            if "web" in (names or self.commands):
                wait_until(self._answers, "the web server to answer", 60)
        except BaseException:
            self.kill()
            raise
        return self

    def kill(self, *names: str) -> None:
        """What a power cut does to web and worker, or those named."""
        self._end(signal.SIGKILL, names)
        self._let_go()

    def stop(self, *names: str) -> None:
        """What Ctrl-C does."""
        self._end(signal.SIGTERM, names)
        self._let_go()

    def _end(self, how: signal.Signals, names: tuple[str, ...]) -> None:
        for name in names or tuple(self.running):
            process = self.running.pop(name, None)
            if process is None:
                continue
            with suppress(ProcessLookupError):  # none of them is left
                os.killpg(process.pid, how)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise

    def _let_go(self) -> None:
        """Who forgets an open connection is complained of, in whatever test comes next. The next look opens another."""
        if "_services" in self.__dict__ and not self.running:
            self._services.store.close()  # type: ignore[attr-defined]  # both have it
            if isinstance(self._services.queue, TaskQueue):
                self._services.queue.close()

    def environment(self) -> dict[str, str]:
        fresh = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = self.settings.model_dump(mode="json", exclude_defaults=True)
        return fresh | {name.upper(): str(value) for name, value in given.items()} | self.surroundings

    def _answers(self) -> bool:
        died = [name for name, process in self.running.items() if process.poll() is not None]
        assert not died, f"{died} ended at the start:\n{self.log}"
        try:
            return requests.get(f"{self.address}/health", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):  # it may listen before it has time for anybody
            return False


class Visitor:
    """Someone with a browser, as far as forms and cookies go."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = requests.Session()
        # Browsers ask again where a line that they kept is closed as they ask. This one keeps none.
        self.http.headers["Connection"] = "close"

    def page(self, path: str) -> BeautifulSoup:
        answer = self.http.get(self.address + path, timeout=30)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return BeautifulSoup(answer.text, "html.parser")

    def token(self, path: str) -> str:
        """The CSRF token of the forms on that page; the same for as long as the session lasts."""
        found = self.page(path).find("input", {"name": "csrf_token"})
        assert found is not None, f"no form on {path}"
        return str(found["value"])

    def post(self, path: str, data: dict[str, Any], **files: Any) -> requests.Response:
        """Send a form and look at the answer itself, not at where it leads."""
        return self.http.post(
            self.address + path, data=data, files=files or None, timeout=60, allow_redirects=False
        )

    def submit(self, path: str, action: str, **changes: Any) -> requests.Response:
        """Send the form on the page `path` that goes to `action`, as it stands there but for `changes`."""
        page = self.page(path)
        form = next(form for form in page.find_all("form") if form["action"].startswith(action))
        given: dict[str, Any] = {}
        for field in form.find_all(["input", "select"]):
            chosen = field.find("option", selected=True) or field.find("option") or field
            if field.get("name") and field.get("type") not in ("checkbox", "radio", "file"):
                given[field["name"]] = chosen.get("value", chosen.get_text())
        files = {name: value for name, value in changes.items() if isinstance(value, tuple)}
        texts = {name: value for name, value in changes.items() if name not in files}
        return self.post(action, given | texts, **files)

    def bring(self, name: str, content: bytes) -> str:
        """Upload a bank's file and confirm it with every guess as it is. Returns the import's address."""
        answer = self.submit("/import", "/import", file=(name, content, "text/csv"))
        address = answer.headers["Location"].removesuffix("/columns")
        for step in ("columns", "check"):
            answer = self.submit(f"{address}/{step}", f"{address}/{step}")
            assert answer.status_code == 303, answer.text[:2000]
        return address

    def register(self, username: str) -> "Visitor":
        given = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
        answer = self.post("/register", {"csrf_token": self.token("/register"), **given})
        assert answer.status_code == 303, answer.text[:2000]
        return self


def children(process: int) -> list[int]:
    """The processes that it has started and that go on, by their ids: of gunicorn, its workers."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def hears_signals() -> None:
    """In a process that begins. Whoever runs in a shell's background, or under nohup, was told to ignore them, and passes that on."""
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def wait_until(happened: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Look again until it has happened: other processes tell nobody when they are ready."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.02)
