"""Who was paid, out of what a statement prints: without the card's noise, so that a shop's lines are all alike."""

import re
from functools import lru_cache

from lib.categorising.text import LONGEST, these, words_of

LONGEST_KEY = 40

# What payment processors print before a shop's name: "SQ *LUIGIS", "PAYPAL *EBAY", "WP-THE LIGHTBULB C".
_PROCESSOR = re.compile(
    r"^\s*(?:(?:sq|sqc|gosq|tst|pp|ppl|paypal|pypl|py|iz|izettle|zettle|sumup|sum up|wp|worldpay|sp|stripe|ic|ckg|zip|klarna"
    r"|clearpay|afterpay|bill ?desk|razorpay|payu|ccavenue|paytm|ctlp|dnh|eb|fs|nyx|pos|msft|lls|ezi|dd|sq sq|lsp|ach|gpay"
    r"|apple ?pay|google ?pay|mollie|adyen|nexi|multisafepay|st|2co|cko|bt|ssl|ptm)\s?[*]\s*|(?:wp|sp|pp|iz)[- ](?=[a-z]{3}))",
    re.IGNORECASE,
)
# What banks print about how it was paid: nothing of it tells one shop from another.
_PHRASES = re.compile(
    r"\b(?:direct debit payment to|direct debit to|direct debit|purchase authorized on|authorized on|recurring payment authorized on|debit card purchase|pos purchase|pos debit"
    r"|pos transaction|checkcard|check card|visa debit|visa purchase|card purchase|card payment to|card payment|contactless"
    r"|online purchase|debit purchase|recurring payment|point of sale|kartenzahlung|lastschrift|sepa|ec cash|girocard|kauf"
    r"|dankt|sagt danke|folgenr|verfalld|paiement par carte|paiement cb|achat cb|carte cb|carte x+|facture carte|prlv|prelevement"
    r"|compra con tarjeta|compra tarjeta|compra|pago con tarjeta|pago en|tarjeta|pagamento pos|pagamento carta|pagamento|addebito"
    r"|compras c deb|pag baixo valor|betaalautomaat|betaling|bea|geldopname via|pasvolgnr|pasnr|platnosc karta|zakup przy uzyciu karty"
    r"|transakcja karta|oplata karta|pokupka|oplata|upi|imps|neft|ecom|pos|web|ppd id|ppd|des|indn|ccd|ach|tel|id|ref|trn|txn"
    r"|card|visa|mastercard|maestro|vpay|amex|nfc|apple pay|google pay|autopay|on)\b",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_ADDRESS = re.compile(r"\b(?:\d{5}(?:-\d{4})?|[a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2})\s*$", re.IGNORECASE)
_COMPANY = these(
    """ltd limited llc inc plc co corp corporation company gmbh ag kg ohg ug mbh se sa sas sarl srl spa sl slu lda bv nv vof
    sp z oo zoo ooo oao zao pvt private llp lp gbr ev eg sro as ab oy aps the der die das le la les el los il lo o os de het
    www http https com net org uk de fr es it nl pl ru in us eu gb gbr usa ind deu fra esp ita nld pol rus
    store stores shop group website online"""
)
_PLACES = these(
    """london manchester birmingham leeds glasgow edinburgh bristol liverpool cardiff belfast dublin berlin hamburg munchen
    muenchen munich koln koeln frankfurt stuttgart dusseldorf duesseldorf leipzig dresden wien vienna zurich bern paris lyon
    marseille toulouse nice nantes madrid barcelona valencia sevilla roma rome milano torino napoli firenze bologna lisboa
    porto amsterdam rotterdam utrecht haag bruxelles brussel antwerpen warszawa krakow wroclaw poznan gdansk lodz moskva
    moscow mumbai delhi bangalore bengaluru chennai hyderabad kolkata pune gurgaon noida ahmedabad seattle chicago houston
    dallas austin boston denver atlanta miami phoenix portland brooklyn"""
)
_STATES = these(
    """al ak az ar ca ct dc fl ga hi id il ia ks ky me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok pa ri sc sd tn tx ut
    vt va wa wv wi wy"""
)


def without_card_noise(text: str) -> str:
    """The text without what its processor and its bank put around the shop's name."""
    return _without_card_noise(text[:LONGEST])  # what is remembered is never longer than what is read


@lru_cache(maxsize=2048)
def _without_card_noise(kept: str) -> str:
    for _ in range(2):  # "PAYPAL *SQ *LUIGIS"
        kept = _PROCESSOR.sub("", kept)
    bare = _PHRASES.sub(" ", kept)
    return bare if any(c.isalpha() for c in bare) else kept


def normalise_merchant(text: str) -> str:
    """What stays the same from one purchase at a shop to the next: "SQ *Luigi's 00342 BROOKLYN NY" is "luigis".

    Returns:
        Up to LONGEST_KEY characters, lower case; empty where the text holds no word at all.
    """
    return _normalised(text[:LONGEST])


@lru_cache(maxsize=2048)
def _normalised(text: str) -> str:
    bare = _ADDRESS.sub("", _PARENTHESES.sub(" ", without_card_noise(text)))
    words = [word for word in words_of(bare) if not any("0" <= c <= "9" for c in word)]
    while len(words) > 1 and (words[-1] in _STATES or words[-1] in _PLACES):
        words.pop()
    kept = [word for word in words if word not in _COMPANY and len(word) > 1] or words or words_of(text)
    key = ""
    for word in kept:
        if key and len(key) + 1 + len(word) > LONGEST_KEY:
            break
        key = f"{key} {word}" if key else word[:LONGEST_KEY]
    return key
