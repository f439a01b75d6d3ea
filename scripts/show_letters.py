"""Write a letter of every kind, as it is shown, read and sent, for whoever wants to look at them.

    python -m scripts.show_letters letters/               <name>.html, <name>.txt and <name>.eml in that folder
    python -m scripts.show_letters letters/ --pictures    and pictures of them, light and dark, of a phone's and a window's width
    python -m scripts.show_letters --docs                 pictures of a few, for docs/screenshots

Made-up notifications; nothing is sent. Needs requirements-dev.txt, and Chromium for pictures.
"""

import argparse
import sys
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from lib.composing import compose
from lib.records import Email
from scripts.take_screenshots import PICTURES, browser, save
from tests.unit.alert_samples import letters

SENDER = "Smart Budget Planner <planner@budget.example>"
WIDTHS = {320: 2, 375: 2, 700: 1}  # how many dots a pixel has there
FOR_DOCS = ("threshold-us", "exceeded-us", "monthly-us", "digest-us", "account-reset")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="show_letters", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", help="where they go")
    parser.add_argument("names", nargs="*", help="only those whose names begin so")
    parser.add_argument("--pictures", action="store_true", help="take pictures, too")
    parser.add_argument("--docs", action="store_true", help="take pictures for docs/screenshots only")
    given = parser.parse_args(arguments)
    if given.docs:
        take(
            {f"letters-{name.removesuffix('-us')}": letters()[name] for name in FOR_DOCS},
            PICTURES,
            (375,),
        )
    if given.folder:
        chosen = {name: each for name, each in letters().items() if name.startswith(tuple(given.names) or "")}
        given.folder.mkdir(parents=True, exist_ok=True)
        for name, email in chosen.items():
            write(given.folder, name, email)
        if given.pictures:
            take(chosen, given.folder, tuple(WIDTHS))
        print(f"{len(chosen)} letters are in {given.folder}")
    return 0


def write(folder: Path, name: str, email: Email) -> None:
    (folder / f"{name}.html").write_text(email.html, encoding="utf-8")
    (folder / f"{name}.txt").write_text(email.text, encoding="utf-8")
    (folder / f"{name}.eml").write_bytes(compose(email, SENDER).as_bytes(policy=SMTP))


def take(chosen: dict[str, Email], folder: Path, widths: tuple[int, ...]) -> None:
    """Pictures of them all, as tall as they are."""
    with TemporaryDirectory() as home, browser(Path(home)) as chromium:
        for theme in ("light", "dark"):
            for width in widths:
                page = window(chromium, theme, width)
                for name, email in chosen.items():
                    page.set_viewport_size({"width": width, "height": 300})
                    page.set_content(email.html)
                    tall = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": tall})
                    save(page, folder / f"{name}-{theme}-{width}.webp", 80)
                page.context.close()


def window(chromium: Browser, theme: str, width: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 300},
        device_scale_factor=WIDTHS[width],
        color_scheme="dark" if theme == "dark" else "light",
    )
    return context.new_page()


if __name__ == "__main__":
    sys.exit(main())
