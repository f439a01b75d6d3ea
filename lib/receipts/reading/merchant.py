"""Who was paid: found by what surrounds a seller's name on receipts and invoices, wherever they are from."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lib.importing.words import plain, these
from lib.receipts.reading.lines import columns, shown
from lib.receipts.reading.paper import Found, best
from lib.records import MAX_PAYEE

_MOST = 40  # candidates that are looked at closely
_TOP = 8  # lines in which a shop's name stands, where nothing else says it
_SHORTEST, _SHORT, _LONGEST = 3, 40, 60  # characters of a name
_OWNER = re.compile(r"\s*(?:inh(?:aber(?:in)?)?\b|owner\b|prop(?:rietor)?\b|titular\b|di\s)", re.IGNORECASE)
_FRAME = " \t.,;:*#=_-|~<>'\"&+/\\!?»«°•·"
_PRICE = re.compile(r"\d[.,]\d\d(?![\d.,:])")
_HOST = re.compile(r"(?:www[. ]\s?|https?://|@)(?P<host>[\w-]+(?:\.[\w-]+)*)\.[a-z]{2,6}\b", re.IGNORECASE)
_FORM = re.compile(
    r"[\s,]+(?:(?:gmbh|ag|kg|ohg|ug|gbr|ltda|eirl|e\.?\s?k|se|mbh|kgaa|e\.?\s?v|e\.?\s?g|eg|ltd|limited|pvt|llc|llp|inc|corp|corporation|plc|co|pty|"
    r"s\.?[aà]\.?\s?r\.?l|s\.?a\.?s|s\.?a|s\.?l\.?u|s\.?l|s\.?r\.?l|s\.?p\.?a|s\.?n\.?c|b\.?v|n\.?v|bvba|vof|lda|sp\.? ?z ?o\.? ?o|sp\. ?[jk]|aps|a/s|ab|oy|as)"
    r"\.?(?=[\s,;:)*-]|$)|(?:&|\+|und) ?co\.?(?=[\s,;:)]|$))",
    re.IGNORECASE,
)
_SURE_FORMS = re.compile(
    r"\b(?:GmbH|AG|KG|OHG|UG|GbR|KGaA|e\.\s?K|e\.\s?V|Ltd|LTD|Limited|LLC|Inc|INC|Corp|PLC|plc|S\.?[AàÀ]\.?\s?[Rr]\.?[Ll]|Sarl|SARL|S\.?A\.?S|SAS|S\.A|S\.?L\.U|S\.L|S\.?r\.?l|SRL|"
    r"S\.?p\.?A|SPA|B\.?V|N\.?V|VOF|LTDA|Ltda|EIRL|Lda|LDA|Sp\.? ?z ?o\.? ?o|ApS|A/S)(?![^\W_])"
)
_SELLS = re.compile(
    r"\b(?:sold by|seller|merchant|vendor|supplier|service provider|verk[aä]ufer|h[aä]ndler|leistungserbringer|vendeur|titulaire du compte|"
    r"account (?:holder|name)|kontoinhaber|vendedor|venditore|verkoper|sprzedawca|rechnungssteller|beneficiary)\s*:\s*(?P<name>\S.*)"
    r"|\b(?:sold by|verkauft von|vendu par|vendido por|venduto da|verkocht door)\s*:?\s+(?P<by>\S.*)",
    re.IGNORECASE,
)
_BUYS = re.compile(
    r"\b(?:bill(?:ed)? to|ship(?:ped)? to|sold to|invoice to|customer|billing address|shipping address|deliver(?:y|ed)? (?:to|address)|kunde|rechnungsadresse|"
    r"lieferadresse|rechnung an|client|factur[ée]e? [aà]|livr[ée]e? [aà]|adresse de (?:facturation|livraison)|cliente|facturar a|enviar a|"
    r"destinatario|klant|factuuradres|nabywca|odbiorca|adquirente|attn)\b",
    re.IGNORECASE,
)
_REGISTERED = re.compile(
    r"\b(?:ust-?\s?id|steuer-?(?:nr|nummer)|hrb|amtsgericht|registergericht|vat\s?(?:no|reg|number|id)|reg(?:istered)?\.? (?:office|no)|company (?:no|reg)|"
    r"si[eè]ge social|siret|siren|rcs|n[°o]? ?tva|cif|nif|nit|rfc|p\.? ?iva|partita iva|c\.?f\.?|kvk|btw[- ]?(?:nr|nummer)|nip|regon|abn|gstin|ein|cnpj|contribuinte)\b",
    re.IGNORECASE,
)
_NO_NAME = these(
    """rechnung invoice receipt quittung kassenbon bon beleg kassenzettel kundenbeleg facture ticket recu factura recibo fattura ricevuta
    scontrino documento factuur kassabon bonnetje fatura talao paragon faktura fiskalny tax vat copy duplicate original kopie order bestellung
    bestellnummer welcome willkommen bienvenue bienvenido benvenuto welkom witamy thank thanks danke dank merci gracias grazie bedankt
    dziekujemy obrigado page seite date datum fecha data tel telefon phone fax email mail www http https filiale store shop
    offnungszeiten hours uhr kasse bediener cashier terminal table tisch guest gast total summe amount betrag account number konto
    kundennummer kundennr customer steuernummer ust iban bic description quantity artikel item preis price eur euro anzahl
    bill payment card karte visa mastercard summary statement simplificada proforma nr no numero cash sale server check subtotal retail invoices
    reprint bezahlt paid betaald paye pagado pagato gift voucher kundenbon simplifiee caisse caja cassa kassa nota commerciale fiscale vendita prestazione di"""
)
_PARTS_OF_NAMES = these(
    "markt market baumarkt handel stores restaurants retail verwaltungs vertriebs service deutschland"
)
_NUMBERED = re.compile(r"\s+(?:(?:store|shop|filiale|markt|st|nr|no)\b\.?\s*)?#?\s*\d.*$", re.IGNORECASE)
_STREET = re.compile(
    r"(?:str\.|stra(?:ss|ß|B)e|weg|platz|allee|gasse|ring|damm|ufer|chaussee)\s*\d|\b\d+\s?[a-z]?,?\s+(?:\w+\s+){0,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|blvd|"
    r"boulevard|way|rue|chemin|place|quai)\b|\b(?:rue|avenue|calle|via|viale|piazza|rua|avenida|ul|al|plac|avda?|c/|boulevard|corso|largo)\.?\s+\w|"
    r"straat|laan\b|\b(?:d-)?\d{4,5}\s+[^\W\d_]{3}|\b\d{2}-\d{3}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s\d[A-Z]{2}\b|\b[A-Z]{2}\s+\d{5}\b",
    re.IGNORECASE,
)


class _Candidate(NamedTuple):
    name: str
    line: int
    sure: int


def find_merchant(texts: Sequence[str], known: Sequence[str] = ()) -> Found[str] | None:
    """The seller's name as it would be written into a payee: without its legal form, up to MAX_PAYEE characters.

    Args:
        known: Payees this person has used before, the most usual first: a name among them that stands here is the surest.
    """
    hosts, plainly = _hosts(texts), [f" {plain(text)} " for text in texts]
    candidates = [*_known(texts, known), *_said(texts), *_companies(texts), *_headings(texts)]
    likely = sorted(candidates, key=lambda each: -each.sure)[:_MOST]
    return best(
        Found(name, min(95, each.sure + _borne_out(name, each.line, plainly, hosts)), shown(texts[each.line]))
        for each in likely
        if (name := tidied(each.name))
    )


def _known(texts: Sequence[str], known: Sequence[str]) -> Iterator[_Candidate]:
    wanted = [(payee, f" {plain(payee[:_LONGEST])} ") for payee in known]
    for number in (*range(min(_TOP, len(texts))), *range(max(_TOP, len(texts) - _TOP), len(texts))):
        here = f" {plain(texts[number])} "
        for payee, words in wanted:
            if len(words) >= _SHORTEST + 2 and words in here:
                yield _Candidate(payee, number, 80)


def _said(texts: Sequence[str]) -> Iterator[_Candidate]:
    for number, text in enumerate(texts):
        if match := _SELLS.search(text):
            name = match["name"] or match["by"]
            start, end = columns(name)[0]
            yield _Candidate(name[start:end], number, 70)


def _companies(texts: Sequence[str]) -> Iterator[_Candidate]:
    """Lines with a legal form in them that are not the buyer's."""
    for number, text in enumerate(texts):
        for start, end in columns(text):
            cell = text[start:end]
            if not _SURE_FORMS.search(cell) or _is_buyers(texts, number, start):
                continue
            name = _up_to_form(cell)
            if plain(name) in _PARTS_OF_NAMES and number:
                name = f"{texts[number - 1].strip()} {name}"
            near = texts[max(0, number - 1) : number + 3]
            sure = 50 if any(_REGISTERED.search(line) for line in near) else 45
            yield _Candidate(name, number, sure + (10 if number < _TOP else 0) - (len(cell) > _LONGEST) * 15)


def _up_to_form(cell: str) -> str:
    """ "Aldi GmbH & Co. KG, Schloß Holte" is "Aldi"; "All services are sold by Amazon, Inc." is "Amazon"."""
    form = _SURE_FORMS.search(cell)
    name = cell[: form.start()] if form else cell
    if _OWNER.match(name):
        return ""
    name = re.split(r"\b(?:by|von|par|por|da|door|przez)\s+|[|:;•·*–]\s*", name)[-1]
    return name.strip(" ,-&")


def _is_buyers(texts: Sequence[str], number: int, start: int) -> bool:
    """Whether the lines above say that an address of the buyer's begins, in the same column."""
    for line in texts[max(0, number - 3) : number + 1]:
        match = _BUYS.search(line)
        if match and abs(match.start() - start) <= 25:
            return True
    return False


def _headings(texts: Sequence[str]) -> Iterator[_Candidate]:
    """The first lines that could be a name, and lines elsewhere that lead to a company's registration."""
    worth = 45
    for number, cell, start in _tops(texts):
        if _is_name(cell) and not _is_buyers(texts, number, start):
            yield _Candidate(
                _with_next(cell, texts, number), number, worth + 5 * _is_registered(texts, number)
            )
            worth -= 6
    for number in range(_TOP, len(texts)):
        cell = texts[number].strip()
        if _is_registered(texts, number) and len(cell) <= _SHORT and _is_name(cell):
            yield _Candidate(cell, number, 30)


def _tops(texts: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """The cells of the first lines, as far as neither goods nor an address of the buyer's begin."""
    for number, text in enumerate(texts[:_TOP]):
        if _PRICE.search(text):
            return
        for start, end in columns(text):
            if _BUYS.search(text[start:end]):
                return
            yield number, _NUMBERED.sub("", text[start:end]), start


def _with_next(cell: str, texts: Sequence[str], number: int) -> str:
    """Signs above a shop are often of one word a line: "CITY" and below it "PHARMACY"."""
    following = texts[number + 1].strip() if number + 1 < len(texts) else ""
    one_sign = all(text.isupper() and text.isalpha() for text in (cell.strip(_FRAME), following))
    return f"{cell.strip(_FRAME)} {following}" if one_sign and _is_name(following) else cell


def _is_registered(texts: Sequence[str], number: int) -> bool:
    return any(_REGISTERED.search(line) for line in texts[number + 1 : number + 3])


def _is_name(cell: str) -> bool:
    """Whether a cell could be a shop's name: letters mostly, neither an address nor words that stand on every receipt."""
    letters, found = sum(c.isalpha() for c in cell), plain(cell).split()
    if not _SHORTEST <= len(cell) <= _LONGEST or letters < max(_SHORTEST, 0.7 * len(cell.replace(" ", ""))):
        return False
    if _STREET.search(cell) or _HOST.search(cell) or sum(c.isdigit() for c in cell) > 4:
        return False
    common = sum(word in _NO_NAME for word in found)
    is_told = any(len(word) >= _SHORTEST for word in found) and found[0] not in _NO_NAME
    return is_told and len(found) <= 7 and common * 2 < len(found)


def _hosts(texts: Sequence[str]) -> set[str]:
    """The names of web sites and mail servers, without "www" and country: "azureinterior"."""
    free = {"gmail", "gmx", "web", "hotmail", "outlook", "yahoo", "icloud", "t-online", "orange", "example"}
    hosts = {match["host"].casefold().split(".")[-1] for text in texts for match in _HOST.finditer(text)}
    return {plain(host).replace(" ", "") for host in hosts - free}


def _borne_out(name: str, line: int, plainly: Sequence[str], hosts: set[str]) -> int:
    """What the rest of the paper adds: its web site, and other lines with the name in them."""
    words = plain(name[:_LONGEST])
    joined = words.replace(" ", "")
    if len(joined) < _SHORTEST:
        return -20
    by_host = any(len(host) > 2 and (joined.startswith(host) or host.startswith(joined)) for host in hosts)
    others = sum(f" {words} " in text for number, text in enumerate(plainly) if number != line)
    return 25 * by_host + min(10, 5 * others)


def tidied(name: str) -> str:
    """A name without its legal form, what frames it, and what follows a comma."""
    name = " ".join(name.split())
    if match := _FORM.search(name):
        name = name[: match.start()]
    name = name.strip(_FRAME)
    return name[:MAX_PAYEE].strip() if sum(c.isalpha() for c in name) >= 2 else ""
