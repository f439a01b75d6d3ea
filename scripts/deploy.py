"""Bring a version to Elastic Beanstalk, see that it works, and go back by itself if it does not.

    .venv/bin/python -m scripts.deploy                     what would be done, for the commit that is checked out
    .venv/bin/python -m scripts.deploy --apply             do it
    .venv/bin/python -m scripts.deploy --commit 1f2e3d…    another one whose image is there

The image has the commit's name: scripts/build_and_push.sh brought it there. The bundle goes to S3 and becomes a version; the
environment takes it over batch by batch; when it is well, the smoke test goes through it. If something of that fails, the
version that ran before runs again, and this ends with 1.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from aws_config.bundles import bundle
from aws_config.releases import READY, Failed, Releases, State
from scripts.operating import CANNOT, FINE, WRONG, Bench, parser_of, run, start

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30 * 60  # seconds until the environment must be well
Smoke = Callable[[str, bool], bool]


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("deploy", __doc__)
    parser.add_argument("--apply", action="store_true", help="do it; without this, it is only shown")
    parser.add_argument(
        "--commit", default="", metavar="SHA", help="another than the one that is checked out"
    )
    parser.add_argument("--url", default="", help="where the smoke test goes; BASE_URL by default")
    options = start(argv, parser)
    return run(
        options, lambda bench: deploy(bench, options, Releases(bench.aws, bench.account, bench.names), smoke)
    )


def deploy(bench: Bench, options: argparse.Namespace, releases: Releases, smoke: Smoke) -> int:
    commit, screen = options.commit or checked_out(), bench.screen
    url = options.url or bench.settings.base_url
    before, image, label = releases.state(), releases.image(commit), commit[:12]
    runs = before.version or "the sample"
    screen.say(f"{bench.names.environment} runs {runs} ({before.status}, {before.health})")
    screen.say(f"{label} is {image}")
    if why := reason_not_to(before, url):
        screen.complain(why)
        return CANNOT
    if not options.apply:
        screen.say(f"To let it run {label}: add --apply", "yellow")
        return done(bench, WRONG if before.version != label else FINE, before.version, label)
    where = {"log": bench.names.environment_log, "region": bench.account.region}
    try:
        contents = bundle(ROOT, image, https=releases.has_https(), **where)
        releases.publish(label, contents, f"Commit {commit}")
    except Failed as problem:
        screen.complain(str(problem))
        return done(bench, WRONG, before.version, label)
    return run_it(bench, releases, before.version, label, lambda: smoke(url, bench.settings.registration))


def reason_not_to(state: State, url: str) -> str:
    if not url:
        return "Set BASE_URL or --url: where the smoke test finds the planner."
    if state.status != READY:
        return "Something is being done to the environment. Wait until it is Ready."
    return ""


def run_it(bench: Bench, releases: Releases, before: str, label: str, works: Callable[[], bool]) -> int:
    """Let the environment run a version, or what it ran before if that does not go well."""
    try:
        take_over(bench, releases, label, works)
    except (Failed, ClientError, BotoCoreError, KeyboardInterrupt) as why:
        bench.screen.complain(str(why) or "Stopped.")
        return done(bench, WRONG, go_back(bench, releases, before), label)
    bench.screen.say(f"{label} runs.", "green")
    return done(bench, FINE, label, label)


def take_over(bench: Bench, releases: Releases, label: str, works: Callable[[], bool]) -> None:
    """Let the environment run a version. Raises Failed if it is not well, or does not work."""
    if releases.state().version != label:
        releases.switch(label)
    releases.wait(label, PATIENCE, told(bench))
    if not works():
        raise Failed(f"{label} is well, and the smoke test fails.")


def go_back(bench: Bench, releases: Releases, label: str) -> str:
    """Let it run what ran before. Returns what runs then, as far as is known."""
    if not label:
        bench.screen.complain("There was no version before to go back to.")
        return ""
    bench.screen.say(f"Going back to {label} …", "yellow")
    try:
        releases.settle(PATIENCE)
        if releases.state().version != label:
            releases.switch(label)
        releases.wait(label, PATIENCE, told(bench))
    except (Failed, ClientError, BotoCoreError) as why:
        bench.screen.complain(f"That failed too: {why} Look at the environment's events in the console.")
        return ""
    bench.screen.say(f"{label} runs again.", "yellow")
    return label


def told(bench: Bench) -> Callable[[State], None]:
    """Says how the environment is whenever that has changed."""
    said: list[State] = []

    def tell(state: State) -> None:
        if said[-1:] != [state]:
            bench.screen.say(f"  {state.version or 'the sample'}: {state.status}, {state.health}", "dim")
        said.append(state)

    return tell


def done(bench: Bench, code: int, runs: str, asked: str) -> int:
    bench.screen.hand_over({"environment": bench.names.environment, "runs": runs, "asked": asked})
    return code


def checked_out() -> str:
    """The commit. Raises ValueError where this is no checkout."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if found.returncode:
        raise ValueError("This is no checkout: name a commit with --commit.")
    return found.stdout.strip()


def smoke(url: str, registration: bool) -> bool:
    """Whether the smoke test passes; where accounts are closed it only looks."""
    command = [sys.executable, str(ROOT / "scripts/smoke_test.py"), url, "--wait", "60"]
    return subprocess.run([*command, *([] if registration else ["--look-only"])]).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
