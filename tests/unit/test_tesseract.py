"""Pictures read by Tesseract itself, where it is installed. What it reads is drawn here."""

import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab import rl_config

from lib.errors import Unavailable
from lib.receipts.apart import Overwhelmed
from lib.receipts.reading.parser import read_paper
from lib.receipts.reading.tesseract import Tesseract
from tests.engines import program
from tests.unit.test_reading import TODAY

pytestmark = pytest.mark.slow

SLIP = (
    "CORNER MARKET",
    "High Street 12",
    "Bread            2.40",
    "Cheese           5.10",
    "Wine            11.00",
    "TOTAL EUR       18.50",
    "CASH            20.00",
    "CHANGE           1.50",
    "17.10.2026  18:42",
)


@pytest.fixture(scope="module")
def tesseract() -> Tesseract:
    return Tesseract(program("tesseract"))


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font that comes with ReportLab."""
    folder = next(Path(path) for path in rl_config.TTFSearchPath if Path(path, "Vera.ttf").exists())
    return ImageFont.truetype(str(folder / "Vera.ttf"), size)


def slip(
    lines: tuple[str, ...] = SLIP, ink: str = "black", paper: str = "white", size: int = 34
) -> Image.Image:
    picture = Image.new("RGB", (800, 120 + 2 * size * len(lines)), paper)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        left, _, right = line.partition("  ")
        top = 60 + 2 * size * number
        draw.text((60, top), left, fill=ink, font=font(size))
        draw.text((740, top), right.strip(), fill=ink, font=font(size), anchor="ra")
    return picture


def looks(tesseract: Tesseract, picture: Image.Image, form: str = "PNG", locale: str = "en_GB"):
    with TemporaryFile() as file:
        picture.save(file, form)
        file.flush()
        for paper in tesseract.looks(file, locale):
            found = read_paper(paper, TODAY)
            yield (str(found.total.value) if found.total else ""), (str(found.day.value) if found.day else "")


def first(found: Iterator[tuple[str, str]]) -> tuple[str, str]:
    return next(found)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_of_every_kind_is_read(tesseract, form):
    assert first(looks(tesseract, slip(), form)) == ("18.50", "2026-10-17")


def test_a_picture_without_much_contrast_is_read(tesseract):
    faded = slip(ink="#8a8a86", paper="#b5b4ae").filter(ImageFilter.GaussianBlur(1))
    assert first(looks(tesseract, faded)) == ("18.50", "2026-10-17")


def test_a_transparent_picture_is_read_as_on_paper(tesseract):
    clear = slip().convert("RGBA")
    clear.putalpha(slip().convert("L").point(lambda value: 0 if value > 200 else 255))
    assert first(looks(tesseract, clear)) == ("18.50", "2026-10-17")


def test_light_letters_on_a_dark_screen_are_read(tesseract):
    assert first(looks(tesseract, slip(ink="white", paper="#202028")))[0] == "18.50"


def test_what_a_barcode_runs_into_is_read(tesseract):
    picture = slip()
    draw = ImageDraw.Draw(picture)
    top = 60 + 2 * 34 * 8 - 150
    draw.rectangle((0, top - 30, 800, top + 150), fill="white")
    for number in range(90):
        draw.rectangle((60 + 7 * number, top, 62 + 7 * number + number % 3, top + 155), fill="black")
    draw.text((60, top + 150), "17.10.2026", fill="black", font=font(34))
    draw.text((740, top + 150), "18:42", fill="black", font=font(34), anchor="ra")
    assert first(looks(tesseract, picture))[1] == "2026-10-17"


def test_a_shadow_is_no_obstacle(tesseract):
    picture = slip()
    shade = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(picture.size)
        .point(lambda value: 70 + value * 185 // 255)
    )
    dark = Image.composite(picture, Image.new("RGB", picture.size, "black"), shade)
    assert first(looks(tesseract, dark)) == ("18.50", "2026-10-17")


def test_a_photograph_is_read_without_the_table_the_receipt_lies_on(tesseract):
    table = Image.effect_noise((1400, 1100), 60).point(lambda value: value // 3).convert("RGB")
    table.paste(slip(), (300, 150))
    assert first(looks(tesseract, table)) == ("18.50", "2026-10-17")


def test_the_second_look_is_of_the_picture_as_it_is(tesseract):
    assert list(looks(tesseract, slip())) == [("18.50", "2026-10-17")] * 2


def test_an_empty_picture_says_nothing(tesseract):
    assert set(looks(tesseract, Image.new("RGB", (600, 800), "white"))) == {("", "")}
    assert set(looks(tesseract, Image.new("L", (1, 1)))) == {("", "")}


def test_what_is_installed_of_the_languages_is_used_the_persons_own_first(tesseract):
    assert {"eng", "deu"} <= tesseract.languages
    assert tesseract._chosen("de_AT")[0] == "deu"
    assert tesseract._chosen("en_US")[0] == "eng"


def script(folder: Path, text: str) -> Tesseract:
    """A program in its place that does something else."""
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return Tesseract(str(file))


def test_it_knows_no_secrets_and_has_its_bounds(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret")
    told = script(tmp_path, "env; ulimit -v; ulimit -t")._run([], b"", 20)
    assert "a secret" not in told
    assert "1048576\n20\n" in told


@pytest.mark.parametrize("text", ["exit 3", "kill -9 $$", "while true; do :; done"])
def test_what_breaks_or_does_not_end_is_ended(tmp_path, text):
    with pytest.raises(Overwhelmed):
        script(tmp_path, text)._run([], b"", 1)


def test_one_that_is_gone_again_is_unavailable_or_broken(tmp_path):
    with pytest.raises((Overwhelmed, Unavailable)):
        Tesseract(str(tmp_path / "gone"))._run([], b"", 1)
