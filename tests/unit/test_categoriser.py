"""What a purchase is filed under, how sure that is, and why."""

from datetime import date
from decimal import Decimal

import pytest

from lib.categories import DEFAULTS, UNCATEGORISED, Categories
from lib.categorising.calibration import GIVEN, SURE, Calibration
from lib.categorising.categoriser import Categoriser
from lib.categorising.knowledge import KEYS, shipped
from lib.categorising.merchants import LONGEST_KEY, normalise_merchant
from lib.categorising.purchase import Purchase
from lib.categorising.rules import Rule, Rules

TODAY = date(2026, 11, 22)


def bought(description: str, **given) -> Purchase:
    return Purchase(given.pop("day", TODAY), description, **given)


@pytest.fixture
def categoriser() -> Categoriser:
    return Categoriser()


@pytest.mark.parametrize(
    ("description", "category"),
    [
        ("REWE SAGT DANKE 43321", "Groceries"),
        ("SHELL OIL 57444212", "Transport"),
        ("SQ *LUIGIS TRATTORIA BROOKLYN NY", "Food & Dining"),
        ("auto rickshaw", "Transport"),
        ("chai", "Food & Dining"),
        ("Stadtapotheke", "Health"),
        ("STADTWERKE ABSCHLAG 11", "Utilities"),
        ("COIFFEUR MARTINE", "Personal Care"),
        ("farmacia san jose", "Health"),
        ("ASSICURAZIONE AUTO", "Insurance"),
        ("conta de luz", "Utilities"),
        ("boodschappen", "Groceries"),
        ("czynsz za mieszkanie", "Housing"),
        ("кофейня на углу", "Food & Dining"),
        ("bijli bill", "Utilities"),
        ("CityCommute", "Transport"),
        ("WWW.RYANAIR.COM", "Travel"),
        ("PAYPAL *SPOTIFY", "Subscriptions"),
        ("OXFAM SHOP 2212", "Gifts & Donations"),
        ("FINANZAMT EINKOMMENSTEUER", "Fees & Taxes"),
        ("UDEMY ONLINE COURSES", "Education"),
        ("H&M 0123", "Shopping"),
    ],
)
def test_statements_and_notes_in_ten_languages(categoriser, description, category):
    assert categoriser.suggest(bought(description)).category == category


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("SHELL 4411", "Shell: a fuel brand or filling station"),
        ("DEICHMANN 113", "Deichmann: a shop"),
        ("KRAUTSCHNEIDER APOTHEKE", "“apotheke” points to health"),
    ],
)
def test_it_says_why(categoriser, description, reason):
    assert categoriser.suggest(bought(description)).reason == reason


def test_money_that_comes_in_is_income_or_moved_unless_a_shop_gave_it_back(categoriser):
    assert categoriser.suggest(bought("XQZ 114", money_in=True)).guess in ("Income", "Transfers")
    assert categoriser.suggest(bought("ZALANDO SE", money_in=True)).guess == "Shopping"


def test_a_merchant_code_says_what_an_unknown_shop_sells(categoriser):
    suggestion = categoriser.suggest(bought("QWXZ 9", merchant_code="5411"))
    assert (suggestion.category, suggestion.source) == ("Groceries", "code")
    assert suggestion.reason == "its card company calls it “grocery stores, supermarkets”"


def test_a_brand_counts_less_where_it_is_not_sold():
    name = next(n for n, found in shipped().brands.names.items() if found[0][1] == "de" and len(n) > 8)
    at_home, abroad = (Categoriser(country=country).suggest(bought(name)) for country in ("de", "in"))
    assert at_home.confidence >= abroad.confidence


def test_what_is_hardly_likely_stays_uncategorised_with_its_best_guess(categoriser):
    suggestion = categoriser.suggest(bought("XQZ"))
    assert suggestion.category == UNCATEGORISED
    assert suggestion.guess in KEYS
    assert suggestion.confidence < GIVEN
    assert not suggestion.sure
    assert len(suggestion.alternatives) == 3


@pytest.mark.parametrize(
    "description",
    [
        "",
        " ",
        "😀" * 500,
        "1234567890",
        "%%%",
        "\u202eabc",
        "مطعم البيت",
        "a\x00b",
        "\ud800",
        "x" * 500,
        "ß" * 500,
    ],
)
def test_odd_texts_get_an_answer_of_some_kind(categoriser, description):
    suggestion = categoriser.suggest(bought(description))
    assert 0 <= suggestion.confidence <= 1
    assert suggestion.category in (*KEYS, UNCATEGORISED)


def test_a_text_without_a_word_has_nothing_to_go_by(categoriser):
    assert categoriser.suggest(bought("😀 …")).source == "nothing"


def test_one_correction_is_enough(categoriser):
    categoriser.learn(bought("BLUE HERON 00123 LONDON"), "Entertainment")
    suggestion = categoriser.suggest(bought("BLUE HERON 99871 LONDON"))
    assert (suggestion.category, suggestion.sure) == ("Entertainment", True)
    assert suggestion.reason == "you filed BLUE HERON under Entertainment once"


def test_a_correction_reaches_shops_of_nearly_the_same_name(categoriser):
    categoriser.learn(bought("Krautschneider Naehstube"), "Education")
    suggestion = categoriser.suggest(bought("Krautschneiders Naehstuben"))
    assert (suggestion.guess, suggestion.source) == ("Education", "look-alike")


def test_habits_with_a_kind_of_purchase_reach_brands_never_seen(categoriser):
    for shop in ("SHELL 1", "ESSO 2", "TEXACO 3", "CHEVRON 4", "REPSOL 5", "SUNOCO 6"):
        categoriser.learn(bought(shop), "Travel")
    suggestion = categoriser.suggest(bought("VALERO 77"))
    assert suggestion.guess == "Travel"
    assert suggestion.reason == "you file a fuel brand or filling station under Travel"


def test_what_was_filed_lately_counts_more_than_what_was_filed_years_ago(categoriser):
    for _ in range(3):
        categoriser.learn(bought("QUILLON", day=date(2019, 1, 1)), "Health")
    for _ in range(2):
        categoriser.learn(bought("QUILLON"), "Education")
    assert categoriser.suggest(bought("QUILLON")).guess == "Education"


def test_the_payee_decides_and_the_description_helps(categoriser):
    categoriser.learn(bought("monthly statement", payee="Quillon GmbH"), "Housing")
    assert categoriser.suggest(bought("something else", payee="Quillon")).guess == "Housing"


def test_rules_come_before_everything_learned(categoriser):
    categoriser.learn(bought("REWE"), "Groceries")
    rule = Rule("1", "party", "Entertainment", pattern="rewe", least=Decimal(200))
    ruled = Categoriser(rules=Rules([rule]), learner=categoriser.learner)
    assert ruled.suggest(bought("REWE", amount=Decimal(250))).reason == "your rule “party”"
    assert ruled.suggest(bought("REWE", amount=Decimal(250))).confidence == 1
    assert ruled.suggest(bought("REWE", amount=Decimal(20))).category == "Groceries"


def test_a_persons_own_categories_are_learned_and_merged_ones_resolved():
    own = Categories().added("Sailing").merged("Groceries", "Food & Dining").archived("Shopping")
    categoriser = Categoriser(own)
    categoriser.learn(bought("QUILLON MARINE"), "Sailing")
    assert categoriser.suggest(bought("QUILLON MARINE")).category == "Sailing"
    assert categoriser.suggest(bought("REWE")).category == "Food & Dining"
    assert categoriser.suggest(bought("DEICHMANN")).guess != "Shopping"


def test_without_a_category_to_offer_there_is_no_answer():
    categories = Categories()
    for category in DEFAULTS:
        categories = categories.archived(category.key)
    assert Categoriser(categories).suggest(bought("REWE")).category == UNCATEGORISED


@pytest.mark.parametrize(
    ("text", "merchant"),
    [
        ("SQ *Luigi's 00342 BROOKLYN NY", "luigis"),
        ("PAYPAL *EBAY 4029357733", "ebay"),
        ("TESCO STORES 2296", "tesco"),
        ("TESCO STORE 3213", "tesco"),
        ("OYSTER AUTOTOPUP000", "oyster autotopup"),
        ("KARTENZAHLUNG REWE MARKT GMBH", "rewe markt"),
        ("WWW.ICETRAK.COM", "icetrak"),
        ("Müller & Söhne GmbH", "muller sohne"),
        ("BIG CAFE LONDON", "big cafe"),
        ("LONDON", "london"),
        ("123 456", ""),
        ("", ""),
        ("a" * 90, "a" * LONGEST_KEY),
    ],
)
def test_a_shop_is_recognised_without_its_cards_noise(text, merchant):
    assert normalise_merchant(text) == merchant


def test_confidence_rises_with_the_share_and_says_what_was_measured():
    line = Calibration([(0, 0.1), (0.5, 0.4), (1, 0.9)])
    assert [line.confidence(share) for share in (-1, 0, 0.25, 0.5, 1, 2)] == [0.1, 0.1, 0.25, 0.4, 0.9, 0.9]
    for calibration in shipped().calibrations.values():
        assert calibration.rights == sorted(calibration.rights)
    pairs = zip(shipped().calibrations["own"].rights, shipped().calibrations["new"].rights, strict=True)
    assert all(own >= new for own, new in pairs)
    assert GIVEN < SURE <= max(shipped().calibrations["new"].rights)
