"""The time zones that can be chosen, and where someone of a locale probably is."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import get_global

from lib.writing.cldr import locale_of

# Where most people of a country with several zones live; the browser's own zone is better and asked first.
_MAIN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "GB": "Europe/London",
    "GE": "Asia/Tbilisi",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}
_AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """IANA names by area and city, and UTC; without the old short forms such as "EST5EDT"."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_AREAS)))


@lru_cache(maxsize=512)
def guess_time_zone(locale: str) -> str:
    """The zone of the locale's country; UTC where the locale names none."""
    territory = locale_of(locale).territory
    zones = get_global("territory_zones").get(territory, []) if territory else []
    guess = _MAIN.get(territory or "") or (zones[0] if zones else "UTC")
    return guess if guess in time_zones() else "UTC"
