"""What the commands for AWS have in common: how they start, what they say, and how they end.

They end with 0 when everything is as it should be, with 1 when something is wrong or would change, and with 2 when they could
not look: wrong usage or settings, no credentials, no permission, no way to AWS.
"""

import argparse
import json
import os.path
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore import exceptions as vendor
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aws_config.account import Account, account_of
from aws_config.config import Names, names_of
from aws_config.faults import ABSENT, REFUSED
from aws_config.packages import Unbuildable
from aws_config.resource_manager import ResourceManager, Unsettled
from aws_config.resources.base import Difference, Finding, Resource, Unchangeable
from aws_config.resources.bucket import region_of
from aws_config.session import AWS, connect
from lib.settings import Misconfigured, Settings, load_settings

FINE, WRONG, CANNOT = 0, 1, 2
WIDE = 140  # columns, where no terminal says how many it has
LONGEST = 90  # characters of a value that are shown to people
BEFORE = 30  # of them before the first that differs, where it comes late
MARKS = {
    "right": ("✓", "green"),
    "missing": ("+", "yellow"),
    "differs": ("~", "yellow"),
    "open": ("!", "bold red"),
}
DOING = {
    "create": "Creating",
    "finish": "Setting up",
    "change": "Putting right",
    "right": "Ready:",
    "remove": "Removing",
    "protected": "Stays:",
}
CLOCK = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException"}
UNKNOWN = {
    *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
    *("ExpiredToken", "ExpiredTokenException", "MissingAuthenticationToken", "AuthFailure"),
}
NOBODY = (
    vendor.NoCredentialsError,
    vendor.PartialCredentialsError,
    vendor.CredentialRetrievalError,
    vendor.ProfileNotFound,
    vendor.TokenRetrievalError,
    vendor.SSOError,
)


@dataclass(frozen=True)
class Bench:
    """What a command works with."""

    settings: Settings
    aws: AWS
    account: Account
    screen: "Screen"

    @property
    def names(self) -> Names:
        return names_of(self.settings)


class Screen:
    """Tells people in colour and in tables, or programs in one JSON document at the end."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._said = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
        self._aside = Console(highlight=False, stderr=True, width=None if sys.stderr.isatty() else WIDE)

    def say(self, text: str, style: str = "") -> None:
        """For people only."""
        if not self.as_json:
            self._said.print(Text(text, style=style), soft_wrap=True)

    def complain(self, text: str) -> None:
        self._aside.print(Text(text, style="bold red"), soft_wrap=True)

    def hand_over(self, document: dict[str, Any]) -> None:
        """For programs only."""
        if self.as_json:
            print(json.dumps(document, indent=2, default=str))

    def progress(self, what: str, resource: Resource) -> None:
        if what != "right":
            style = {"protected": "yellow", "remove": "red"}.get(what, "cyan")
            self.say(f"{DOING[what]} {resource.kind} {resource.name}", style)

    def findings(self, findings: Sequence[Finding]) -> None:
        """What is right in a word, everything else in full."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("", "what", "name", "how it is"):
            table.add_column(heading, overflow="fold")
        for finding in findings:
            mark, style = MARKS[finding.state]
            how = Text("\n").join([Text(finding.state, style), *map(_told, finding.differences)])
            table.add_row(Text(mark, style), finding.kind, Text(finding.name), how)
        if not self.as_json:
            self._said.print(table)


def start(argv: list[str] | None, parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the arguments. Wrong ones end the command with CANNOT."""
    parser.add_argument("--json", action="store_true", help="one JSON document for programs")
    parser.epilog = (
        "Ends with 0 if all is well, 1 if something is wrong or would change, 2 if it could not look."
    )
    return parser.parse_args(argv)


def run(options: argparse.Namespace, work: Callable[[Bench], int]) -> int:
    """Do the work of a command, and put into words what stops it."""
    screen = Screen(options.json)
    try:
        return work(_bench(load_settings(needs_secret=False), screen))
    except (Unchangeable, Unsettled, Unbuildable) as problem:
        return _ended(screen, WRONG, str(problem))
    except (Misconfigured, ValueError) as problem:
        return _ended(screen, CANNOT, str(problem))
    except (vendor.ClientError, vendor.BotoCoreError, vendor.WaiterError) as error:
        return _ended(screen, CANNOT, explained(error))
    except KeyboardInterrupt:
        return _ended(screen, CANNOT, "Stopped. Run it again: it goes on from here.")


def _bench(settings: Settings, screen: Screen) -> Bench:
    """Raises ValueError where the installation is in another region.

    Its roles and its bucket's name are the same in every region: from the wrong one they would be changed, or removed.
    """
    aws = connect(settings)
    bench = Bench(settings, aws, account_of(aws), screen)
    region = region_of(aws, bench.account, bench.names.bucket)
    if region and region != settings.aws_region:
        raise ValueError(
            f"{bench.names.base} is in {region}: that is where its bucket {bench.names.bucket} is, and AWS_REGION is "
            f"{settings.aws_region}. Set it to {region}; another installation needs an AWS_PREFIX of its own."
        )
    return bench


def _ended(screen: Screen, code: int, why: str) -> int:
    screen.complain(why)
    screen.hand_over({"error": why})
    return code


def explained(error: Exception) -> str:
    """What stopped us, and what to do about it."""
    if isinstance(error, NOBODY):
        return f"There are no AWS credentials to use: set AWS_PROFILE, or sign in with `aws sso login`. ({error})"
    if not isinstance(error, vendor.ClientError):
        return f"AWS cannot be reached: look at the network, AWS_REGION and AWS_ENDPOINT_URL. ({error})"
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    if code in CLOCK:
        return f"AWS refuses the signature: this machine's clock may be wrong. ({message})"
    if code in UNKNOWN:
        return (
            f"AWS does not know these credentials, or they have expired. Sign in again. ({message or code})"
        )
    if code in REFUSED:
        return (
            f"These credentials may not do that: {error.operation_name} was refused. ({message or code}) "
            "If it was S3, the bucket's name may belong to someone else: set S3_BUCKET_NAME."
        )
    if code in ABSENT:
        return (
            f"What {error.operation_name} asks for is not there: look at AWS_REGION and AWS_PREFIX, or set it up first: "
            f".venv/bin/python -m scripts.setup_aws_resources --apply ({message or code})"
        )
    return f"AWS refused {error.operation_name}: {message or code} ({code})"


def looked_at(bench: Bench, manager: ResourceManager) -> list[Finding]:
    """Compare everything, and show it."""
    findings = manager.plan()
    bench.screen.findings(findings)
    return findings


def plan_and_apply(bench: Bench, manager: ResourceManager, *, apply: bool, command: str) -> int:
    """Show what would change; with `apply`, change it and look again."""
    screen = bench.screen
    screen.say(f"{bench.names.base} in account {bench.account.number}, {bench.account.region}", "bold")
    findings = looked_at(bench, manager)
    wrong = [finding for finding in findings if not finding.is_right]
    if wrong and apply:
        manager.apply(screen.progress)
        findings = manager.plan()
        wrong_now = [finding for finding in findings if not finding.is_right]
        screen.say(f"{len(wrong)} of {len(findings)} were put right.", "green")
        changed = [finding.name for finding in wrong]
        screen.hand_over(report(bench, findings, changed=changed, settings=manager.outcome()))
        return WRONG if wrong_now else FINE
    if wrong:
        screen.say(f"{len(wrong)} of {len(findings)} would change. To do it: {command} --apply", "yellow")
    else:
        screen.say(f"All {len(findings)} are as they should be.", "green")
    screen.hand_over(report(bench, findings, changed=[], settings=manager.outcome()))
    return WRONG if wrong else FINE


def take_away(bench: Bench, manager: ResourceManager, given: str, name: str) -> int:
    """Remove everything that the manager describes, where its name was given. What is protected stays, and all else with it."""
    if given != name:
        bench.screen.complain(f"That is not its name. It is {name}.")
        bench.screen.hand_over({"removed": False})
        return CANNOT
    if protected := manager.protected():
        bench.screen.complain(f"{', '.join(protected)}: protected from deletion. Nothing was removed.")
        bench.screen.hand_over({"removed": False})
        return CANNOT
    stay = manager.remove(bench.screen.progress)
    for why in stay:
        bench.screen.complain(str(why))
    bench.screen.hand_over({"removed": not stay})
    return WRONG if stay else FINE


def report(bench: Bench, findings: Sequence[Finding], **more: Any) -> dict[str, Any]:
    """For programs: how everything is."""
    return {
        "installation": bench.names.base,
        "account": bench.account.number,
        "region": bench.account.region,
        "right": all(finding.is_right for finding in findings),
        "findings": [asdict(finding) for finding in findings],
        **more,
    }


def _told(difference: Difference) -> Text:
    now, wanted = _shortened(_text(difference.now), _text(difference.wanted))
    return Text(f"{difference.fact}: is {now}, should be {wanted}", "dim")


def _text(value: Any) -> str:
    if value is None:
        return "not there"
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _shortened(*texts: str) -> list[str]:
    """As much of each as people read, from where they begin to differ: what they share says nothing."""
    if max(map(len, texts)) <= LONGEST:
        return list(texts)
    shared = len(os.path.commonprefix(texts))
    start = max(0, shared - BEFORE) if shared > LONGEST - BEFORE else 0
    return [_cut(text, start) for text in texts]


def _cut(text: str, start: int) -> str:
    part = text[start : start + LONGEST - 2]
    return f"{'…' if start else ''}{part}{'…' if start + len(part) < len(text) else ''}"
