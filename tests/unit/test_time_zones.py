"""Which time zones there are to choose from, and which one is guessed."""

import pytest

from lib.periods import zone
from lib.writing.locales import LOCALES
from lib.writing.time_zones import guess_time_zone, time_zones


@pytest.mark.parametrize(
    ("locale", "guess"),
    [
        ("de_DE", "Europe/Berlin"),
        ("de_CH", "Europe/Zurich"),
        ("en_US", "America/New_York"),
        ("ja_JP", "Asia/Tokyo"),
        ("zh_Hans_CN", "Asia/Shanghai"),
        ("en", "UTC"),
        ("no such", "UTC"),
    ],
)
def test_most_people_of_a_country_need_not_change_the_guess(locale: str, guess: str) -> None:
    assert guess_time_zone(locale) == guess


def test_every_guess_can_be_chosen_and_every_choice_is_a_zone() -> None:
    assert {guess_time_zone(code) for code, _ in LOCALES} <= set(time_zones())
    for name in time_zones():
        zone(name)


def test_every_country_on_the_list_has_a_guess() -> None:
    assert [code for code, _ in LOCALES if guess_time_zone(code) == "UTC"] == ["en"]
