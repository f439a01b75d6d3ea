"""The words that stand beside amounts on receipts and invoices in eight languages, and what a row with them is.

English, German, French, Spanish, Italian, Dutch, Portuguese and Polish. In the spelling of `lib.importing.words.plain`.
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from lib.receipts.reading.lines import Word


class Kind(IntEnum):
    DUE = 1  # the total, in words that mean nothing else
    TOTAL = 2
    MAYBE = 3  # a total on its own, and something else in most company
    PART = 4  # a subtotal, or what is before tax
    TAX = 5
    WITH = 6  # "including": a total with tax in it remains one
    THEREOF = 7  # "of which": tax, in whatever words
    CASH = 8
    CHANGE = 9
    CARD = 10
    SAVED = 11
    COUNT = 12
    OTHER = 13  # amounts that have nothing to do with this purchase


_PHRASES = {
    Kind.DUE: """zu zahlen, zu zahlender betrag, zahlbetrag, zahlungsbetrag, gesamtbetrag, gesamtsumme, endbetrag, endsumme,
        rechnungsbetrag, rechnungssumme, rechnungsendbetrag, gesamtpreis, bruttobetrag, gesamt brutto, total brutto, summe brutto,
        brutto gesamt, zu bezahlen, zu uberweisen, bitte uberweisen sie, amount due, total due, grand total, total to pay, to pay, amount payable, total payable,
        total amount, total amount due, order total, invoice total, total price, total for this invoice, total cost,
        please pay, total sale, sale total, total paid, amount paid, amount charged, total charged, total ttc, net a payer, montant a payer,
        total a payer, somme a payer, a payer, montant ttc, montant total, montant du, total du, total general, net ttc,
        total a pagar, importe total, a pagar, total factura, total general, total con iva, valor a pagar, totale complessivo, totale da pagare,
        totale documento, totale fattura, totale euro, da pagare, importo totale, importo pagato, totale dovuto, te betalen,
        te voldoen, totaal te betalen, totaalbedrag, totaalprijs, eindtotaal, eindbedrag, factuurbedrag, valor total, total geral,
        total liquidado, do zaplaty, razem do zaplaty, suma pln, razem brutto, kwota do zaplaty, naleznosc, wartosc brutto, suma brutto,
        ogolem, razem pln""",
    Kind.TOTAL: """total, totals, summe, gesamt, totale, totaal, suma, razem, somme, sume, insgesamt, tot""",
    Kind.MAYBE: """balance due, balance, restbetrag, offener betrag, betrag, brutto, gross, amount, montant, importe, importo, bedrag,
        kwota, valor, ttc, som, sum, charge, sale, purchase, solde, saldo, bruto, lordo, belastet, kaufbetrag, price, preis, zahlung, zahlen""",
    Kind.PART: """subtotal, subtotals, sub total, zwischensumme, zwischentotal, sous total, subtotale, subtotaal, suma czesciowa,
        parcial, net, netto, net amount, nettobetrag, nettosumme, total ht, montant ht, ht, hors taxe, hors taxes,
        hors tva, excl, exkl, excluding, exclusive, exclusief, exclusive of, ohne, zzgl, before tax, imponibile, base, base imponible, taxable,
        neto, podstawa, sem iva, sin iva, senza iva, warenwert, teilsumme, items total, item total, merchandise,
        ubertrag, carried forward, a reporter, wartosc netto, suma netto, previous balance""",
    Kind.TAX: """mwst, mehrwertsteuer, ust, umsatzsteuer, steuer, steuern, steuerbetrag, mwstbetrag, vat, gst, hst, pst, qst, tax, taxes, sales tax,
        tva, taxe, iva, igic, imposta, btw, ptu, podatek, kwota ptu, suma ptu, kwota vat, imposto, icms, cgst, sgst, igst, cst""",
    Kind.WITH: """incl, inkl, including, included, inclusive, inclus, incluses, inclusief, incluido, incluida, incluidos, incluse, inclusa,
        incluso, inclusi, comprise, comprises, compris, compresa, compreso, compresi, mit, con, com, avec, z, met, inc, with""",
    Kind.THEREOF: """includes, contains, enthalt, enthalten, enthaltene, enthaltener, davon, darin, dont, waarvan, di cui, w tym, thereof, of which, de los cuales,
        do qual, zawiera""",
    Kind.CASH: """bar, barzahlung, bargeld, gegeben, geg, erhalten, bar eur, cash, cash tendered, tendered, tender, amount tendered, total tendered,
        especes, espece, recu, donne, efectivo, entregado, recibido, contanti, contante, ricevuto, pagamento contante, contant, kontant, ontvangen,
        dinheiro, numerario, entregue, recebido, gotowka, otrzymano, wplacono""",
    Kind.CHANGE: """ruckgeld, zuruck, wechselgeld, retour, change, change due, rendu, rendu monnaie, a rendre, monnaie rendue, cambio,
        vuelta, resto, terug, wisselgeld, teruggave, troco, reszta, wydano""",
    Kind.CARD: """kartenzahlung, karte, girocard, ec karte, ec cash, ec lastschrift, lastschrift, kreditkarte, bankkarte, kontaktlos, visa, mastercard, master card, maestro,
        vpay, v pay, amex, american express, debit, debit card, credit card, card, card payment, carte, carte bancaire, cb, carte bleue,
        tarjeta, carta, carta di credito, bancomat, pagobancomat, pagamento elettronico, pin, pinpas, pinnen, bankpas, betaalpas, cartao, multibanco,
        mb way, karta, karta platnicza, apple pay, google pay, paypal, contactless, eftpos, eft, klarna, blik, bancontact, twint, unicredit""",
    Kind.SAVED: """rabatt, rabatte, preisvorteil, ersparnis, gespart, sie sparen, discount, discounts, coupon, coupons, voucher,
        savings, saved, you saved, total savings, total discount, remise, reduction, economie, economies, descuento, ahorro, ahorrado, sconto, sconti,
        risparmio, korting, voordeel, bespaard, desconto, poupanca, poupou, rabat, rabaty, oszczedzasz, opust, bonus, punkte, points, payback, gutschrift,
        skonto, pfand, cashback, cash back, loyalty, treuepunkte, punkty, puntos, punti, punten, pontos, fidelite""",
    Kind.COUNT: """anzahl, artikel, positionen, posten, items, item count, items sold, number of items, articles, nombre d articles, nombre, qty,
        quantity, menge, articulos, articoli, artikelen, aantal, artigos, sztuk, ilosc, stuck, stk, units, num articulos, pezzi, lignes, nb""",
    Kind.OTHER: """trinkgeld, suggested tip, tip, suggested, gratuity, tip guide, kontostand, card balance, remaining balance, gift card balance, guthaben, available,
        credit limit, account balance, restguthaben, kreditlimit, stammkapital, capital, capital social, grundkapital, kapitalgrundlage,
        minimum, deposit, anzahlung, acompte, opening balance, penalite, indemnite, mahngebuhr, late fee, spende, unit price, einzelpreis,
        prix unitaire, precio unitario, prezzo unitario, stuckpreis, cena jedn, kilopreis, grundpreis, eenheidsprijs""",
}  # fmt: skip
_LONGEST_PHRASE = 4
_OFTEN_MISREAD = 5  # letters of a word in which one may be another


def _phrases() -> dict[str, Kind]:
    return {" ".join(phrase.split()): kind for kind, text in _PHRASES.items() for phrase in text.split(",")}


PHRASES = _phrases()


class Label(NamedTuple):
    kind: Kind
    start: int
    end: int


def _with_gap(word: str) -> Iterator[str]:
    """The word with each of its letters left open, and with each left out: two that are one letter apart share one."""
    for place in range(len(word)):
        yield f"{word[:place]}?{word[place + 1 :]}"


_MISREAD = {
    gap: kind
    for phrase, kind in PHRASES.items()
    if kind in (Kind.DUE, Kind.TOTAL) and " " not in phrase and len(phrase) >= _OFTEN_MISREAD
    for gap in _with_gap(phrase)
}
# German puts words together: "Gesamtrechnungsbetrag", "Mehrwertsteuerbetrag".
_PUT_TOGETHER = (
    (re.compile(r"(zwischen|teil|netto).*(summe|betrag)"), Kind.PART),
    (re.compile(r"(mwst|steuer|rabatt|mehrwertsteuer).*(summe|betrag)"), Kind.TAX),
    (re.compile(r"(gesamt|end|rechnungs|zahl).*(summe|betrag|preis|total)"), Kind.DUE),
)


@lru_cache(maxsize=2048)
def kind_of(phrase: str) -> Kind | None:
    """What a phrase of one to four words is a label of."""
    if kind := PHRASES.get(phrase):
        return kind
    if " " in phrase or len(phrase) < _OFTEN_MISREAD:
        return None
    for pattern, kind in _PUT_TOGETHER:
        if pattern.fullmatch(phrase):
            return kind
    return next((_MISREAD[gap] for gap in _with_gap(phrase) if gap in _MISREAD), None)


def labels(found: Sequence[Word]) -> list[Label]:
    """The labels among a line's words, the longest phrase first: "net à payer" is no "net"."""
    result: list[Label] = []
    place = 0
    while place < len(found):
        for length in range(min(_LONGEST_PHRASE, len(found) - place), 0, -1):
            phrase = found[place : place + length]
            if kind := kind_of(" ".join(word.text for word in phrase)):
                result.append(Label(kind, phrase[0].start, phrase[-1].end))
                place += length
                break
        else:
            place += 1
    return result


def settled(kinds: set[Kind]) -> Kind | None:
    """What a row is whose labels are of these kinds; None for a row without any that say something."""
    for decisive in (Kind.OTHER, Kind.SAVED, Kind.CHANGE):
        if decisive in kinds:
            return decisive
    if Kind.CARD in kinds:
        return _strongest(kinds) if kinds & {Kind.DUE, Kind.TOTAL} else Kind.CARD
    if Kind.CASH in kinds:
        return Kind.CASH
    if Kind.TAX in kinds and not _is_with_tax(kinds):
        return Kind.TAX
    if Kind.PART in kinds:
        return Kind.PART
    return _strongest(kinds)


def _is_with_tax(kinds: set[Kind]) -> bool:
    """Whether a row that speaks of tax is a total with it, or before it, rather than the tax itself."""
    whole = kinds & {Kind.DUE, Kind.TOTAL, Kind.PART}
    return bool(whole) and Kind.THEREOF not in kinds and bool(kinds & {Kind.WITH, Kind.PART})


def _strongest(kinds: set[Kind]) -> Kind | None:
    if Kind.THEREOF in kinds:
        return Kind.TAX
    return next((kind for kind in (Kind.DUE, Kind.TOTAL, Kind.MAYBE, Kind.COUNT) if kind in kinds), None)
