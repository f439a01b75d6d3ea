"""The words banks use: column names in eight languages, and what says that money went out or came in."""

import re
import unicodedata
from functools import lru_cache

from lib.importing.roles import Role

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"}
)  # those that Unicode does not take apart
LONGEST_CELL = (
    60  # of what can be a day, an amount or such a word: what is longer is not kept by the caches either
)
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def these(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MONEYS = these("eur euro euros usd gbp chf pln brl cad aud sek nok dkk")
_FILLER = these("of the de del la le l da do di d")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Words in lower case without accents or punctuation: "Bénéficiaire/Name" is "beneficiaire name"."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(_WORD.findall("".join(c for c in taken_apart if not unicodedata.combining(c))))


@lru_cache(maxsize=4096)
def name_of_column(header: str) -> str:
    """A column's name as it is looked up: "Kwota (PLN)" is "kwota", "Umsatz in EUR" is "umsatz", "dateOp" is "date op"."""
    words = plain(_CAMEL.sub(" ", header)).split()
    kept: list[str] = []
    for word in words:
        if word in _MONEYS and kept[-1:] == ["in"] and kept[-2:-1] not in (["money"], ["paid"]):
            kept.pop()
        elif word not in _MONEYS and word not in _FILLER:
            kept.append(word)
    return " ".join(kept or words)


# In each list the better column comes first: the day something was bought rather than the day it was booked.
_NAMES = {
    Role.DATE: """transaction date, date transaction, trans date, transactiedatum, datum transactie, transaktionsdatum,
        umsatzdatum, kaufdatum, belegdatum, purchase date, date operation, date op, fecha operacion, fecha transaccion,
        data operazione, data operacji, data transakcji, data transacao, data movimento, data mov, order date,
        completed date, date, datum, fecha, data, datetime, date time, started date, created utc, created, created at,
        buchungstag, buchungsdatum, buchung, booking date, boekdatum, boekingsdatum, date comptable,
        date comptabilisation, fecha contable, data contabile, data ksiegowania, data lancamento, posting date,
        post date, posted date, date posted, posted, effective date, wertstellung, wertstellungstag, wert, valuta,
        valutadatum, value date, valuation date, date valeur, date val, fecha valor, f valor, data valuta, data valor,
        data waluty, rentedatum, day, tag, jour, dia, dzien, giorno""",
    Role.AMOUNT: """amount, betrag, montant, importe, importo, bedrag, kwota, valor, quantia, gross, brutto, bruto, mutatie,
        umsatz, transaction amount, amount total, total amount, item total, total, montant operation, kwota transakcji,
        kwota operacji, movimiento, movimento, sum, summe, som, suma, somme, net, netto, value, wert, price, preis,
        prix, precio, prezzo, prijs, cena, cost, kosten, spent, ausgabe, bedrag transactie""",
    Role.OUT: """debit, debit amount, amount debit, money out, paid out, outflow, withdrawal, withdrawals, withdrawal amount,
        paid, expense, expenses, spending, soll, lastschrift, belastung, ausgabe, ausgaben, ausgang, af, uit, afschrijving, uitgaven,
        debet, debito, debitos, addebito, addebiti, uscite, dare, cargo, cargos, gasto, gastos, debe, sortie, sorties,
        depense, depenses, saidas, saida, despesa, obciazenie, obciazenia, wydatki, wydatek, wyplata""",
    Role.IN: """credit, credit amount, amount credit, money in, paid in, inflow, deposit, deposits, deposit amount, received,
        income, haben, gutschrift, gutschriften, einnahme, einnahmen, eingang, bij, bijschrijving, inkomsten, credito,
        creditos, accredito, accrediti, entrate, avere, abono, abonos, ingreso, ingresos, haber, entree, entrees,
        recette, recettes, entrada, entradas, receita, uznanie, uznania, wplata, wplywy""",
    Role.DIRECTION: """d c, c d, dc, cd, dr cr, cr dr, debit credit, debet credit, creditdebet, credit debet, credit debit,
        debit or credit, af bij, bij af, soll haben, s h, sh, sens, signe, sign, indicator, credit debit indicator,
        transaction type, type, details, typ, tipo, art, direction, richtung, cargo abono, dare avere""",
    Role.CURRENCY: """currency, currency code, transaction currency, wahrung, waehrung, devise, monnaie, divisa, moneda, valuta,
        valutacode, munt, moeda, waluta, commodity, ccy, fx""",
    Role.PAYEE: """payee, merchant, merchant name, counterparty, counterparty name, counter party, partner name, partner,
        supplier found, naam tegenpartij, tegenrekeninghouder, naam omschrijving, naam, beguenstigter zahlungspflichtiger,
        begunstigter zahlungspflichtiger, auftraggeber empfanger, empfanger auftraggeber, begunstigter auftraggeber,
        name zahlungsbeteiligter, zahlungsempfanger, zahlungsempfanger in, empfanger, begunstigter, auftraggeber,
        zahlungspflichtiger, beneficiaire, tiers, commercant, beneficiario, titular, contraparte, ordenante,
        controparte, esercente, dane kontrahenta, kontrahent, odbiorca, nadawca, nazwa odbiorcy, estabelecimento,
        favorecido, recipient, sender, vendor, store, shop, seller, name, nombre, nome, nom, to""",
    Role.DESCRIPTION: """description, transaction description, verwendungszweck, omschrijving, mededelingen, memo, title,
        label, libelle, detail ecriture, concepto, descripcion, descrizione completa, descrizione, causale, descricao,
        opis operacji, opis transakcji, opis, tytul, tytul operacji, avisierungstext, payment reference, details,
        detail, narrative, particulars, text, item title, product, item, designation, remarque, remark, remarks,
        information, info, bezeichnung, beschreibung, buchungstext, zahlungsreferenz, item1, item2,
        original description, betaalkenmerk, subject, what, purpose, communication, historico""",
    Role.NOTE: """note, notes, notes and tags, comment, comments, comment s, bemerkung, bemerkungen, notiz, notizen, kommentar,
        commentaire, commentaires, observaciones, notas, nota, note personali, opmerking, opmerkingen, uwagi, notatka,
        observacoes, memo""",
    Role.CATEGORY: """category, spending category, kategorie, categorie, categoria, kategoria, category name, subcategory,
        budget, envelope""",
    Role.TAGS: """tags, tag, labels, etiketten, etiquettes, etiquetas, etichette, tagi, schlagworte, schlagworter""",
    Role.REFERENCE: """transaction id, transactionid, transaction reference, transactiereferentie, fitid, transferwise id,
        balance transaction id, unique id, unique reference, operation number, numero operacion, numero operation,
        identificador, id, volgnr, volgnummer, ref, reference, reference number, referenz, referentie, referencia,
        riferimento, referencja, receipt id, order id, order number, txnidx, number""",
    Role.BALANCE: """balance, running balance, running bal, saldo, solde, kontostand, saldo nach buchung, saldo trn, available,
        disponible, disponivel, boeksaldo, valutair saldo, closing balance, ending balance, beginning balance,
        account balance, accountbalance, net cash balance, saldo po operacji, saldo po transakcji, saldo contabilistico,
        solde apres operation, final balance, initial balance, beginsaldo, eindsaldo, saldo na trn, saldo final""",
}  # fmt: skip
NAMES = {
    role: {name: rank for rank, name in enumerate(re.split(r",\s*", names.strip()))}
    for role, names in _NAMES.items()
}

# A column with one of these words is not what its other words say: "Fee amount", "Payee IBAN", "Start date".
NOT_A = {
    Role.DATE: these("start end initial final from until expiry due birth release shipment closing download"),
    Role.AMOUNT: these("""fee fees tax vat btw mwst iva foreign original local converted quantity exchange rate fx commission count unit
        balance saldo solde charge fremde gebuhr gebuhren shipping insurance handling year date per list points number
        ursprungsbetrag auslagenersatz"""),
    Role.PAYEE: these(
        "iban bic account konto number id email mail address type bank code exemption city state zip buyer shipping card file"
    ),
    Role.DESCRIPTION: these("id number code type iban date account"),
    Role.CURRENCY: these("original foreign local converted account"),
    Role.CATEGORY: frozenset({"code", "split", "id"}),
    Role.REFERENCE: frozenset({"mandate", "mandats", "date", "address"}),
}

# Names of columns that hold a direction at some banks and anything at others: "Debit", "Card payment".
VAGUE = frozenset({"transaction type", "type", "details", "typ", "tipo", "art"})

_MONEY_OUT = """d dr db debit debet debito dbit debe cargo soll s lastschrift belastung af uit uitgave out outflow money out
    withdrawal expense spending paid out paid spent sent dare addebito uscita uscite sortie depense saida despesa wn
    obciazenie wydatek wyplata ausgabe ausgang gasto purchase"""
_MONEY_IN = """c cr credit credito crdt crediet haber abono haben h gutschrift bij in inflow money in deposit income paid in
    received avere accredito entrata entrate entree recette entrada receita ma uznanie wplyw wplata einnahme eingang
    ingreso inkomst refund"""
_SIGNS = {"-": True, "\u2212": True, "+": False}
_TWO = frozenset(["money out", "paid out", "money in", "paid in"])


def _listed(words: str) -> frozenset[str]:
    return these(words) | {pair for pair in _TWO if pair in " ".join(words.split())}


_OUT_WORDS, _IN_WORDS = _listed(_MONEY_OUT) - {"money", "paid"}, _listed(_MONEY_IN) - {"money", "paid"}


def goes_out(word: str) -> bool | None:
    """Whether a direction column's word says that money went out (True) or came in (False); None for any other."""
    return _goes_out(word) if len(word) <= LONGEST_CELL else None


@lru_cache(maxsize=4096)
def _goes_out(word: str) -> bool | None:
    if word.strip() in _SIGNS:
        return _SIGNS[word.strip()]
    known = plain(word)
    return True if known in _OUT_WORDS else False if known in _IN_WORDS else None
