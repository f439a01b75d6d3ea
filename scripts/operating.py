"""What the commands for AWS have in common: how they start, what they say, and how they end.

They end with 0 when everything is as it should be, with 1 when something is wrong or would change, and with 2 when they could
not look: wrong usage or settings, no credentials, no permission, no way to AWS.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore import exceptions as vendor
from botocore.parsers import ResponseParserError

from aws_config.account import Account, account_of
from aws_config.config import Names, names_of
from aws_config.faults import ABSENT, EXPIRED, LATE, NOBODY, REFUSED, STRANGE
from aws_config.iam_policies import Grant, document
from aws_config.packages import Unbuildable
from aws_config.resource_manager import ResourceManager, Unsettled
from aws_config.resources.base import Finding, Protected, Resource, Unchangeable
from aws_config.resources.bucket import region_of
from aws_config.session import AWS, connect
from lib.errors import PlannerError
from lib.settings import Misconfigured, Settings, load_settings
from scripts.screen import Screen

FINE, WRONG, CANNOT = 0, 1, 2
OF_S3 = re.compile("Bucket|Object")  # in the names of its operations, and of no other's that are used here
OTHERS_BUCKET = " The bucket's name may belong to someone else: then set S3_BUCKET_NAME."


@dataclass(frozen=True)
class Bench:
    """What a command works with."""

    settings: Settings
    aws: AWS
    account: Account
    screen: Screen
    command: str = ""  # as one types it

    @property
    def names(self) -> Names:
        return names_of(self.settings)

    @property
    def place(self) -> tuple[AWS, Account, Settings]:
        """What everything that describes an installation has to know."""
        return self.aws, self.account, self.settings


def parser_of(name: str, doc: str | None) -> argparse.ArgumentParser:
    """`doc`: what the command's module says of it; the first line tells whoever asks for help."""
    return argparse.ArgumentParser(prog=name, description=(doc or "").split("\n")[0])


def ways(parser: argparse.ArgumentParser, *, remove: str = "", **others: str) -> Any:
    """What a command that sets something up can be asked for, one at a time; more can be added to what is returned.

    Args:
        remove: What has to be named for it to go, such as "CACHE"; "" where that cannot be asked for.
        others: What else, with what that does: `show_reader="print …"` is the option `--show-reader`.
    """
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    for name, does in others.items():
        which.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=does)
    if remove:
        which.add_argument("--remove", metavar=remove, help="take it away; its name says that you mean it")
    return which


def start(argv: list[str] | None, parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the arguments. Wrong ones end the command with CANNOT."""
    parser.add_argument("--json", action="store_true", help="one JSON document for programs")
    parser.epilog = (
        "Ends with 0 if all is well, 1 if something is wrong or would change, 2 if it could not look."
    )
    parser.set_defaults(command=f".venv/bin/python -m scripts.{parser.prog}")
    return parser.parse_args(argv)


def run(options: argparse.Namespace, work: Callable[[Bench], int]) -> int:
    """Do the work of a command, and put into words what stops it. `options`: as `start` read them."""
    screen = Screen(options.json)
    try:
        return work(_bench(load_settings(needs_secret=False), screen, options.command))
    except (Unchangeable, Unsettled, Unbuildable) as problem:
        return _ended(screen, WRONG, str(problem))
    except (Misconfigured, PlannerError, ValueError) as problem:
        return _ended(screen, CANNOT, str(problem))
    except (vendor.ClientError, vendor.BotoCoreError, vendor.WaiterError, ResponseParserError) as error:
        return _ended(screen, CANNOT, explained(error))
    except KeyboardInterrupt:
        return _ended(screen, CANNOT, "Stopped. Run it again: it goes on from here.")
    except BrokenPipeError:  # whoever reads it, such as `head`, has seen enough
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # what is left is not written at the end
        return CANNOT


def _bench(settings: Settings, screen: Screen, command: str) -> Bench:
    """Raises ValueError where the installation is in another region.

    Its roles and its bucket's name are the same in every region: from the wrong one they would be changed, or removed.
    """
    aws = connect(settings)
    bench = Bench(settings, aws, account_of(aws), screen, command)
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
    if code in LATE:
        return f"AWS refuses the signature: this machine's clock may be wrong. ({message})"
    if code in STRANGE | EXPIRED:
        return (
            f"AWS does not know these credentials, or they have expired. Sign in again. ({message or code})"
        )
    if code in REFUSED:
        said = f"These credentials may not do that: {error.operation_name} was refused. ({message or code})"
        return said + (OTHERS_BUCKET if OF_S3.search(error.operation_name) else "")
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


def plan_and_apply(bench: Bench, manager: ResourceManager, *, apply: bool, command: str = "") -> int:
    """Show what would change; with `apply`, change it and look again. `command`: the one that does it, if there is more to it."""
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
        screen.say(
            f"{len(wrong)} of {len(findings)} would change. To do it: {command or bench.command} --apply",
            "yellow",
        )
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
    return remove(bench, manager, or_nothing=True)


def remove(bench: Bench, manager: ResourceManager, *, or_nothing: bool = False) -> int:
    """WRONG where something stays, and where there was nothing, unless that is well, too: for what has one name only."""
    gone, stay = _removed(bench, manager)
    for why in stay:
        bench.screen.complain(str(why))
    is_done = not stay and (gone or or_nothing)
    bench.screen.hand_over({"removed": is_done})
    return FINE if is_done else WRONG


def turn_off(bench: Bench, manager: ResourceManager, name: str, said: str) -> int:
    """Remove everything that the manager describes, which holds nothing of anybody's."""
    gone, _ = _removed(bench, manager)
    if gone:
        bench.screen.say(said, "green")
    bench.screen.hand_over({"removed": name if gone else None})
    return FINE if gone else WRONG


def _removed(bench: Bench, manager: ResourceManager) -> tuple[bool, list[Protected]]:
    """Remove everything that is there. Returns whether there was anything, and why some of it stays."""
    there: list[Resource] = []

    def tell(what: str, resource: Resource) -> None:
        there.append(resource)
        bench.screen.progress(what, resource)

    stay = manager.remove(tell)
    if not there:
        bench.screen.complain(
            f"There was nothing to remove in account {bench.account.number}, {bench.account.region}: look at the name."
        )
    return bool(there), stay


def lacks_secret(bench: Bench, why: str) -> bool:
    """Whether it is not said where the secret is that signs cookies: complain then. `why` it cannot be among the settings."""
    if bench.settings.secrets_id:
        return False
    bench.screen.complain(
        f"Set SECRETS_ID, such as smart-budget/secret-key, and run .venv/bin/python -m scripts.setup_aws_resources --apply: {why}"
    )
    return True


def show_policy(grants: Iterable[Grant]) -> int:
    print(json.dumps(document(grants), indent=2), flush=True)
    return FINE


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
