"""The theme's colours can be read and told apart, by everyone, in both themes."""

import re
from itertools import combinations
from math import cbrt, dist
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent.parent / "static/css"
THEMES = {"light": 0, "dark": 1}

# How colours look without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def pairs(file: str, name: str) -> dict[str, tuple[str, str]]:
    found = re.findall(name + r"[^;]*?light-dark\((#\w{6}), (#\w{6})\)", (CSS / file).read_text())
    return {key: (light, dark) for key, light, dark in found}


TOKENS = pairs("10-tokens.css", r"--([\w-]+):")
HUES = pairs("65-hues.css", r"\.hue-(\d+)")


def linear(colour: str) -> tuple[float, ...]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    lights = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: str, sight: str) -> tuple[float, ...]:
    """Its place in OKLab, where equal distances look equally different."""
    rgb = [
        min(1, max(0, sum(m * c for m, c in zip(row, linear(colour), strict=True)))) for row in SIGHTS[sight]
    ]
    cones = [
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    ]
    lms = [cbrt(sum(m * c for m, c in zip(row, rgb, strict=True))) for row in cones]
    lab = [
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    ]
    return tuple(sum(m * c for m, c in zip(row, lms, strict=True)) for row in lab)


def mixed(colour: str, ground: str, part: float) -> str:
    channels = (
        round(int(colour[i : i + 2], 16) * part + int(ground[i : i + 2], 16) * (1 - part)) for i in (1, 3, 5)
    )
    return "#" + "".join(f"{c:02x}" for c in channels)


def test_there_are_eighteen_hues():
    assert sorted(map(int, HUES)) == list(range(18))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_category_colours_stay_apart(theme, sight):
    places = {key: seen(colours[THEMES[theme]], sight) for key, colours in HUES.items()}
    nearest = min((dist(places[a], places[b]), a, b) for a, b in combinations(places, 2))
    assert nearest[0] >= 0.05, nearest  # a difference that can just be noticed is about 0.02


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", HUES)
def test_a_category_icon_stands_out_from_its_tint_and_a_bar_from_its_card(theme, hue):
    colour, card = HUES[hue][THEMES[theme]], TOKENS["card"][THEMES[theme]]
    assert contrast(colour, card) >= 3
    assert contrast(colour, mixed(colour, card, 0.13)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "card", "sunken"])
@pytest.mark.parametrize("words", ["ink", "quiet", "accent", "accent-strong", "near", "over"])
def test_words_can_be_read(theme, ground, words):
    assert contrast(TOKENS[words][THEMES[theme]], TOKENS[ground][THEMES[theme]]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("on-over", "over"),
        ("accent", "accent-soft"),
        ("accent-strong", "accent-soft"),
        ("ink", "accent-soft"),
        ("near", "near-soft"),
        ("over", "over-soft"),
        ("ink", "over-soft"),
    ],
)
def test_words_on_colour_can_be_read(theme, words, ground):
    assert contrast(TOKENS[words][THEMES[theme]], TOKENS[ground][THEMES[theme]]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_edges_of_controls_can_be_seen(theme, ground):
    assert contrast(TOKENS["control"][THEMES[theme]], TOKENS[ground][THEMES[theme]]) >= 3
