"""The locales that are offered, and what people there are used to."""

from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_territory_currencies

from lib.money import CURRENCIES
from lib.writing import cldr

# What can be chosen in the settings: where most of the world's households are, and every official language of Europe.
LOCALES = (
    ("en", "English"),
    ("ar_EG", "Arabic (Egypt)"),
    ("ar_SA", "Arabic (Saudi Arabia)"),
    ("ar_AE", "Arabic (United Arab Emirates)"),
    ("bn_BD", "Bangla (Bangladesh)"),
    ("eu_ES", "Basque (Spain)"),
    ("bg_BG", "Bulgarian (Bulgaria)"),
    ("ca_ES", "Catalan (Spain)"),
    ("zh_Hans_CN", "Chinese, simplified (China)"),
    ("zh_Hant_HK", "Chinese, traditional (Hong Kong)"),
    ("zh_Hant_TW", "Chinese, traditional (Taiwan)"),
    ("hr_HR", "Croatian (Croatia)"),
    ("cs_CZ", "Czech (Czechia)"),
    ("da_DK", "Danish (Denmark)"),
    ("nl_BE", "Dutch (Belgium)"),
    ("nl_NL", "Dutch (Netherlands)"),
    ("en_AU", "English (Australia)"),
    ("en_CA", "English (Canada)"),
    ("en_IN", "English (India)"),
    ("en_IE", "English (Ireland)"),
    ("en_NZ", "English (New Zealand)"),
    ("en_SG", "English (Singapore)"),
    ("en_ZA", "English (South Africa)"),
    ("en_GB", "English (United Kingdom)"),
    ("en_US", "English (United States)"),
    ("et_EE", "Estonian (Estonia)"),
    ("fil_PH", "Filipino (Philippines)"),
    ("fi_FI", "Finnish (Finland)"),
    ("fr_BE", "French (Belgium)"),
    ("fr_CA", "French (Canada)"),
    ("fr_FR", "French (France)"),
    ("fr_LU", "French (Luxembourg)"),
    ("fr_CH", "French (Switzerland)"),
    ("ka_GE", "Georgian (Georgia)"),
    ("de_AT", "German (Austria)"),
    ("de_DE", "German (Germany)"),
    ("de_CH", "German (Switzerland)"),
    ("el_GR", "Greek (Greece)"),
    ("he_IL", "Hebrew (Israel)"),
    ("hi_IN", "Hindi (India)"),
    ("hu_HU", "Hungarian (Hungary)"),
    ("is_IS", "Icelandic (Iceland)"),
    ("id_ID", "Indonesian (Indonesia)"),
    ("ga_IE", "Irish (Ireland)"),
    ("it_IT", "Italian (Italy)"),
    ("it_CH", "Italian (Switzerland)"),
    ("ja_JP", "Japanese (Japan)"),
    ("ko_KR", "Korean (South Korea)"),
    ("lv_LV", "Latvian (Latvia)"),
    ("lt_LT", "Lithuanian (Lithuania)"),
    ("ms_MY", "Malay (Malaysia)"),
    ("mt_MT", "Maltese (Malta)"),
    ("nb_NO", "Norwegian (Norway)"),
    ("fa_IR", "Persian (Iran)"),
    ("pl_PL", "Polish (Poland)"),
    ("pt_BR", "Portuguese (Brazil)"),
    ("pt_PT", "Portuguese (Portugal)"),
    ("ro_RO", "Romanian (Romania)"),
    ("ru_RU", "Russian (Russia)"),
    ("sr_Latn_RS", "Serbian (Serbia)"),
    ("sk_SK", "Slovak (Slovakia)"),
    ("sl_SI", "Slovenian (Slovenia)"),
    ("es_AR", "Spanish (Argentina)"),
    ("es_CL", "Spanish (Chile)"),
    ("es_CO", "Spanish (Colombia)"),
    ("es_MX", "Spanish (Mexico)"),
    ("es_ES", "Spanish (Spain)"),
    ("sw_KE", "Swahili (Kenya)"),
    ("sv_SE", "Swedish (Sweden)"),
    ("th_TH", "Thai (Thailand)"),
    ("tr_TR", "Turkish (Türkiye)"),
    ("uk_UA", "Ukrainian (Ukraine)"),
    ("ur_PK", "Urdu (Pakistan)"),
    ("vi_VN", "Vietnamese (Vietnam)"),
)
_OFFERED = frozenset(code for code, _name in LOCALES)


def is_locale(code: str) -> bool:
    """Whether it is one of those offered."""
    return code in _OFFERED


class Habits(NamedTuple):
    """What someone there would choose in the settings."""

    locale: str  # one of LOCALES
    currency: str  # one of CURRENCIES
    first_weekday: int  # 0 is Monday, 6 Sunday


_SAME = {"no": "nb", "nn": "nb", "tl": "fil", "iw": "he", "in": "id"}  # other names of offered languages


def guess_locale(accept_language: str) -> Habits:
    """What suits a browser that sends this header best. Plain English, euros and Monday when it says nothing of use."""
    wishes = []
    for position, part in enumerate(accept_language[:500].split(",")[:20]):
        tag, _, parameter = part.partition(";")
        if weight := _weight(parameter):
            wishes.append((-weight, position, tag.strip()))
    found = (_habits(tag) for _, _, tag in sorted(wishes))
    return next((habits for habits in found if habits), Habits("en", "EUR", 0))


def _weight(parameter: str) -> float:
    """What "q=0.8" weighs, 1 without it. 0 is what is not wanted at all (RFC 9110), and what cannot be read."""
    try:
        weight = float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
    return weight if 0 < weight <= 1 else 0.0


@lru_cache(maxsize=1024)
def _habits(tag: str) -> Habits | None:
    """For "de-LI" the nearest offered locale, but Liechtenstein's own money and week."""
    try:
        wanted = Locale.parse(tag, sep="-")
    except (ValueError, TypeError, UnknownLocaleError):
        return None
    language = _SAME.get(wanted.language, wanted.language)
    usual = get_global("likely_subtags").get(language, "").split("_")[-1]
    if language == "en" and wanted.territory:
        usual = "GB"  # outside of America English follows British habits
    offered = {(locale.language, locale.territory): code for code, locale in _offered()}
    code = offered.get((language, wanted.territory)) or offered.get((language, usual))
    if code is None:
        return None
    here = wanted if wanted.territory else cldr.locale_of(code)
    return Habits(code, currency_in(here.territory), here.first_week_day)


@lru_cache(maxsize=1)
def _offered() -> tuple[tuple[str, Locale], ...]:
    return tuple((code, cldr.locale_of(code)) for code, _name in LOCALES)


def currency_in(territory: str | None) -> str:
    """What is paid with in that country today; euros where nothing is known."""
    paid = get_territory_currencies(territory) if territory else []
    found = (cldr.REPLACED.get(currency, currency) for currency in paid)
    return next((currency for currency in found if currency in CURRENCIES), "EUR")


@lru_cache(maxsize=1)
def currency_choices() -> tuple[tuple[str, str], ...]:
    """Every currency as (code, "CHF – Swiss Franc"), for a list to choose from."""
    names = Locale("en").currencies
    return tuple((code, f"{code} – {names.get(code, code)}") for code in CURRENCIES)
