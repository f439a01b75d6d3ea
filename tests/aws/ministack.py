"""AWS on this machine, behind a real socket: MiniStack, which asks for credentials and holds roles to their policies, and
moto's server as a second opinion.

MiniStack speaks TLS here, as AWS does: what may be reached by TLS only, is.
"""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import botocore.session
import trustme

from aws_config.session import AWS
from tests.engines import alone, free_port, missing

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROOT = ("AKIAROOTROOTROOTROOT", "rootsecret")
PATIENCE = 60  # seconds until an emulator must answer


@dataclass(frozen=True)
class Emulator:
    url: str
    ca_bundle: str = ""  # whom to trust, where it speaks TLS
    reset_path: str = ""

    def environment(self) -> dict[str, str]:
        """What leads a command of ours, or the whole program, to it as the account's root."""
        trust = {"AWS_CA_BUNDLE": self.ca_bundle} if self.ca_bundle else {}
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT[0],
            "AWS_SECRET_ACCESS_KEY": ROOT[1],
            "AWS_EC2_METADATA_DISABLED": "true",
            **trust,
        }

    def root(self) -> "SignedAs":
        return SignedAs(self, *ROOT)

    def under(self, role: str) -> "SignedAs":
        """Whoever runs under that role (its name), with credentials of a session."""
        assumed = (
            self.root()
            .client("sts")
            .assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="test")
        )["Credentials"]
        return SignedAs(self, assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])

    def reset(self) -> None:
        """Forget everything."""
        self._ask(self.reset_path, "POST")

    def get(self, path: str) -> Any:
        """What it tells of itself, such as "/_ministack/ses/messages"."""
        return json.loads(self._ask(path, "GET") or b"null")

    def _ask(self, path: str, method: str) -> bytes:
        trust = ssl.create_default_context(cafile=self.ca_bundle) if self.ca_bundle else None
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310  # our own address
        with urllib.request.urlopen(request, timeout=PATIENCE, context=trust) as answer:  # noqa: S310
            return bytes(answer.read())


class SignedAs(AWS):
    """The way to an emulator for somebody in particular, whatever this process's environment says."""

    def __init__(self, emulator: Emulator, key: str, secret: str, token: str = "") -> None:
        super().__init__(REGION, endpoint=emulator.url)
        self._who, self._ca_bundle = (key, secret, token or None), emulator.ca_bundle

    @property
    def session(self) -> boto3.Session:
        if self._session is None:
            inner = botocore.session.get_session()
            inner.set_credentials(*self._who)
            if self._ca_bundle:
                inner.set_config_variable("ca_bundle", self._ca_bundle)
            self._session = boto3.Session(botocore_session=inner, region_name=self.region)
        return self._session


@contextmanager
def ministack() -> Iterator[Emulator]:
    """MiniStack with authentication on; it runs functions too, and forgets everything at its end."""
    python = own_python()
    with TemporaryDirectory(prefix="planner-ministack-") as folder:
        port = free_port()
        settings = {
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "AUTH": "true",
            "USE_SSL": "1",
            **certified(folder),
            "AWS_CA_BUNDLE": f"{folder}/authority.pem",  # for the functions it runs
            "TMPDIR": folder,
            "S3_DATA_DIR": f"{folder}/s3",
            "STATE_DIR": f"{folder}/state",
            "LOG_LEVEL": "WARNING",
            "AWS_ACCESS_KEY_ID": ROOT[0],
            "AWS_SECRET_ACCESS_KEY": ROOT[1],
        }
        emulator = Emulator(f"https://127.0.0.1:{port}", f"{folder}/authority.pem", "/_ministack/reset")
        command = [str(python), "-m", "ministack"]
        with ExitStack() as stack:
            with alone(
                "ministack"
            ):  # each also takes port 443 if nobody has it, and gives up when two do so at once
                stack.enter_context(running(command, settings, emulator, "/_ministack/health", Path(folder)))
            yield emulator


def certified(folder: str) -> dict[str, str]:
    """A certificate for this machine, made for the moment, and where MiniStack finds it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(f"{folder}/authority.pem")
    issued = authority.issue_cert("127.0.0.1", "localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(f"{folder}/server.pem")
    return {"MINISTACK_SSL_CERT": f"{folder}/server.pem", "MINISTACK_SSL_KEY": f"{folder}/server.pem"}


def own_python() -> Path:
    """MiniStack wants a botocore of its own, so the Makefile gives it a home of its own."""
    homes = sorted((Path(__file__).resolve().parents[2] / ".cache").glob("ministack-*/bin/python"))
    return homes[-1] if homes else missing("MiniStack (make test-engines gets it)")


@contextmanager
def moto_server() -> Iterator[Emulator]:
    """moto behind a socket. It takes any credentials, and does not see who comes by TLS."""
    with TemporaryDirectory(prefix="planner-moto-") as folder:
        port = free_port()
        emulator = Emulator(f"http://127.0.0.1:{port}", reset_path="/moto-api/reset")
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        settings = {"MOTO_ACCOUNT_ID": ACCOUNT, "TMPDIR": folder, "MOTO_IAM_LOAD_MANAGED_POLICIES": "false"}
        with running(command, settings, emulator, "/moto-api/data.json", Path(folder)):
            yield emulator


@contextmanager
def running(
    command: list[str], settings: Mapping[str, str], emulator: Emulator, health: str, folder: Path
) -> Iterator[None]:
    log = folder / "log"
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=surroundings | dict(settings), stdout=output, stderr=output, cwd=folder
        )
        try:
            wait_for(process, emulator, health, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=2)  # it waits for whoever keeps a connection open
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(process: "subprocess.Popen[bytes]", emulator: Emulator, health: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            emulator.get(health)
            return
        except (OSError, ValueError) as problem:
            if process.poll() is not None or time.monotonic() > until:
                said = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{' '.join(process.args)} does not answer: {said}") from problem  # type: ignore[arg-type]
            time.sleep(0.1)


def until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait for what an emulator does by itself. Fails where it does not come."""
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, f"it did not happen within {patience} seconds"
        time.sleep(0.1)
