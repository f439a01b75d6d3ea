"""The exports of many banks, as they lay them out, with made-up payments: each is read right by the guesses alone."""

from typing import NamedTuple

import pytest

from tests.unit.csv_files import payments_of, person


class Bank(NamedTuple):
    name: str
    file: str
    expected: list[str]
    encoding: str = "utf-8"
    locale: str = "en_US"
    currency: str = "EUR"


BANKS = [
    Bank(
        "DKB (de): two lines before the header, years of two digits, Windows-1252",
        '"Girokonto";"DE00 0000 0000 0000 0000 00"\n"Kontostand vom 21.11.2026:";"1.234,56 €"\n""\n'
        '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";'
        '"Umsatztyp";"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n'
        '"20.11.26";"20.11.26";"Gebucht";"Erika Muster";"REWE Köln";"Einkauf";"Ausgang";"DE1";"-45,60";"";"";""\n'
        '"02.11.26";"02.11.26";"Gebucht";"Firma";"Erika Muster";"Gehalt";"Eingang";"DE2";"2.850,00";"";"";""\n',
        ["2026-11-20 -45.60 EUR REWE Köln | Einkauf", "2026-11-02 +2850.00 EUR Erika Muster | Gehalt"],
        "cp1252",
    ),
    Bank(
        "Sparkasse (de): CAMT as CSV",
        '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";'
        '"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";'
        '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\n'
        '"DE1";"19.11.26";"19.11.26";"KARTENZAHLUNG";"2026-11-18 Debitk.";"";"";"X";"";"";"";"EDEKA";"DE2";"B";"-8,99";"EUR";"gebucht"\n'
        '"DE1";"03.11.26";"03.11.26";"LOHN";"Gehalt";"";"";"Y";"";"";"";"ACME GmbH";"DE3";"B";"1.900,00";"EUR";"gebucht"\n',
        ["2026-11-19 -8.99 EUR EDEKA | 2026-11-18 Debitk.", "2026-11-03 +1900.00 EUR ACME GmbH | Gehalt"],
    ),
    Bank(
        "ING (de): a long preamble, two columns called Währung",
        "Umsatzanzeige;Datei erstellt am: 21.11.2026 10:00\n\nIBAN;DE00\nKontoname;Girokonto\nBank;ING\nKunde;Muster\n"
        "Zeitraum;01.11.2026 - 21.11.2026\nSaldo;1.000,00;EUR\n\nSortierung;Datum absteigend\n\n"
        "Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n"
        "20.11.2026;20.11.2026;VISA LIDL;Lastschrift;Einkauf;1.000,00;EUR;-20,00;EUR\n"
        "13.11.2026;13.11.2026;Stadt;Gutschrift;Erstattung;1.020,00;EUR;15,00;EUR\n",
        ["2026-11-20 -20.00 EUR VISA LIDL | Einkauf", "2026-11-13 +15.00 EUR Stadt | Erstattung"],
        "cp1252",
    ),
    Bank(
        "comdirect (de): everything in one text",
        '\n"Umsätze Girokonto";"Zeitraum: 30 Tage";\n"Neuer Kontostand";"1.000,00 EUR";\n\n'
        '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";\n'
        '"20.11.2026";"20.11.2026";"Lastschrift / Belastung";" Auftraggeber: REWE Buchungstext: Einkauf";"-12,30";\n'
        '"19.11.2026";"19.11.2026";"Übertrag / Überweisung";" Auftraggeber: Oma Buchungstext: Geschenk";"50,00";\n',
        [
            "2026-11-20 -12.30 EUR  | Auftraggeber: REWE Buchungstext: Einkauf",
            "2026-11-19 +50.00 EUR  | Auftraggeber: Oma Buchungstext: Geschenk",
        ],
        "iso8859-15",
    ),
    Bank(
        "PostFinance (ch): credit before debit, currency in the names",
        "Datum von:;2026-11-01\nKonto:;CH00\nWährung:;CHF\n\n"
        "Datum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Valuta;Saldo in CHF\n"
        '2026-11-20;"KAUF MIGROS";;-34.50;2026-11-20;1000.00\n2026-11-05;"LOHN";5200.00;;2026-11-05;1034.50\n',
        ["2026-11-20 -34.50 CHF  | KAUF MIGROS", "2026-11-05 +5200.00 CHF  | LOHN"],
        currency="CHF",
    ),
    Bank(
        "N26",
        '"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)",'
        '"Original Amount","Original Currency","Exchange Rate"\n'
        '2026-11-20,2026-11-20,"Café Einstein",,Presentment,,"Main Account",-4.20,4.2,EUR,1\n'
        '2026-11-10,2026-11-10,"Tom",DE1,"Credit Transfer","Pizza","Main Account",12.00,,,\n',
        ["2026-11-20 -4.20 EUR Café Einstein | ", "2026-11-10 +12.00 EUR Tom | Pizza"],
    ),
    Bank(
        "Revolut",
        "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
        "CARD_PAYMENT,Current,2026-11-19 09:14:03,2026-11-20 10:00:00,Lidl,-15.32,0.00,EUR,COMPLETED,84.68\n"
        "TOPUP,Current,2026-11-21 08:00:00,2026-11-21 08:00:00,Top-Up,100.00,0.00,EUR,COMPLETED,184.68\n",
        ["2026-11-20 -15.32 EUR  | Lidl", "2026-11-21 +100.00 EUR  | Top-Up"],
    ),
    Bank(
        "Monzo: sum, and the same in two columns",
        "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,"
        "Address,Receipt,Description,Category split,Money Out,Money In\n"
        "tx_1,20/11/2026,09:00:00,Card payment,Tesco,,Groceries,-12.40,GBP,-12.40,GBP,,,,TESCO STORES,,-12.40,\n"
        "tx_2,01/11/2026,07:00:00,Faster payment,Employer,,Income,2000.00,GBP,2000.00,GBP,,,,SALARY,,,2000.00\n",
        ["2026-11-20 -12.40 GBP Tesco | TESCO STORES", "2026-11-01 +2000.00 GBP Employer | SALARY"],
    ),
    Bank(
        "Lloyds",
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance\n"
        "20/11/2026,DEB,'00-00-00,12345678,SAINSBURYS,23.10,,500.00\n"
        "13/11/2026,BGC,'00-00-00,12345678,WAGES,,900.00,523.10\n",
        ["2026-11-20 -23.10 GBP  | SAINSBURYS", "2026-11-13 +900.00 GBP  | WAGES"],
        currency="GBP",
    ),
    Bank(
        "Nationwide: names of months, pound signs, Windows-1252",
        '"Account Name:","FlexAccount ****12345"\n"Account Balance:","£900.00"\n"Available Balance: ","£900.00"\n\n'
        '"Date","Transaction type","Description","Paid out","Paid in","Balance"\n'
        '"20 Nov 2026","Contactless Payment","GREGGS","£3.45","","£900.00"\n'
        '"19 Nov 2026","Bank credit","J SMITH","","£40.00","£903.45"\n',
        ["2026-11-20 -3.45 GBP  | GREGGS", "2026-11-19 +40.00 GBP  | J SMITH"],
        "cp1252",
    ),
    Bank(
        "Barclays",
        "Number,Date,Account,Amount,Subcategory,Memo\n"
        " ,20/11/2026,20-00-00 12345678,-9.99,Direct Debit,NETFLIX\n"
        " ,18/11/2026,20-00-00 12345678,25.00,Bank credit,MUM\n",
        ["2026-11-20 -9.99 GBP  | NETFLIX", "2026-11-18 +25.00 GBP  | MUM"],
        currency="GBP",
    ),
    Bank(
        "American Express: what was bought is above zero",
        "Date,Description,Card Member,Account #,Amount\n"
        "11/20/2026,WHOLE FOODS,ALICE,-71001,54.12\n11/19/2026,UBER TRIP,ALICE,-71001,18.40\n"
        "11/18/2026,TARGET,ALICE,-71001,33.00\n11/15/2026,ONLINE PAYMENT,ALICE,-71001,-105.52\n",
        [
            "2026-11-20 -54.12 USD  | WHOLE FOODS",
            "2026-11-19 -18.40 USD  | UBER TRIP",
            "2026-11-18 -33.00 USD  | TARGET",
            "2026-11-15 +105.52 USD  | ONLINE PAYMENT",
        ],
        currency="USD",
    ),
    Bank(
        "Chase card",
        "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n"
        "11/18/2026,11/20/2026,SHELL OIL,Gas,Sale,-40.00,\n11/10/2026,11/11/2026,Payment Thank You,,Payment,300.00,\n",
        ["2026-11-18 -40.00 USD  | SHELL OIL", "2026-11-10 +300.00 USD  | Payment Thank You"],
        currency="USD",
    ),
    Bank(
        "Bank of America: a summary above, thousands with commas",
        'Description,,Summary Amt.\nBeginning balance as of 11/01/2026,,"1,000.00"\nTotal credits,,"2,500.00"\n\n'
        'Date,Description,Amount,Running Bal.\n11/01/2026,Beginning balance as of 11/01/2026,,"1,000.00"\n'
        '11/02/2026,"PAYROLL","2,500.00","3,500.00"\n11/14/2026,"TRADER JOE S","-61.20","3,438.80"\n',
        ["2026-11-02 +2500.00 USD  | PAYROLL", "2026-11-14 -61.20 USD  | TRADER JOE S"],
        currency="USD",
    ),
    Bank(
        "Wells Fargo: no names at all",
        '"11/20/2026","-25.00","*","","STARBUCKS STORE 123"\n"11/16/2026","-110.45","*","","CITY WATER UTILITY"\n'
        '"11/13/2026","1800.00","*","","ACME PAYROLL"\n',
        [
            "2026-11-20 -25.00 USD  | STARBUCKS STORE 123",
            "2026-11-16 -110.45 USD  | CITY WATER UTILITY",
            "2026-11-13 +1800.00 USD  | ACME PAYROLL",
        ],
        currency="USD",
    ),
    Bank(
        "Rabobank: signs before the amounts, numbered descriptions",
        '"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN",'
        '"Naam tegenpartij","Code","Omschrijving-1","Omschrijving-2","Omschrijving-3"\n'
        '"NL1","EUR","RABONL2U","1","2026-11-19","2026-11-19","-10,50","+989,50","NL2","Albert Heijn","bc","Betaal","automaat",""\n'
        '"NL1","EUR","RABONL2U","2","2026-11-20","2026-11-20","+1.000,00","+1.989,50","NL3","Werkgever","cb","Salaris","",""\n',
        [
            "2026-11-19 -10.50 EUR Albert Heijn | Betaal automaat",
            "2026-11-20 +1000.00 EUR Werkgever | Salaris",
        ],
    ),
    Bank(
        "ABN AMRO: tabs, no names; the balance before and after tells which column is the amount",
        "123456789\tEUR\t20261118\t1000,00\t980,00\t20261118\t-20,00\tBEA   NR:1 JUMBO SUPERMARKT\n"
        "123456789\tEUR\t20261119\t980,00\t1480,00\t20261119\t500,00\tSEPA Overboeking ouders\n"
        "123456789\tEUR\t20261120\t1480,00\t1475,50\t20261120\t-4,50\tBEA   NR:2 KOFFIEBAR\n",
        [
            "2026-11-18 -20.00 EUR  | BEA NR:1 JUMBO SUPERMARKT",
            "2026-11-19 +500.00 EUR  | SEPA Overboeking ouders",
            "2026-11-20 -4.50 EUR  | BEA NR:2 KOFFIEBAR",
        ],
    ),
    Bank(
        "Boursorama: names in camel case",
        "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance\n"
        '2026-11-20;2026-11-20;"CARTE 19/11/26 MONOPRIX";"Alimentation";"Vie quotidienne";"monoprix";-32,10;;1;BOURSORAMA;900.00\n'
        '2026-11-05;2026-11-05;"VIR SALAIRE";"Salaire";"Revenus";"employeur";2 100,00;;1;BOURSORAMA;932.10\n',
        [
            "2026-11-20 -32.10 EUR monoprix | CARTE 19/11/26 MONOPRIX",
            "2026-11-05 +2100.00 EUR employeur | VIR SALAIRE",
        ],
    ),
    Bank(
        "Crédit Agricole: labels over several lines, narrow spaces in thousands",
        "Téléchargement du 21/11/2026;\n\nCompte de Dépôt n° 000;\nSolde au 21/11/2026 1 000,00 €\n\n"
        "Date;Libellé;Débit euros;Crédit euros;\n"
        '20/11/2026;"PAIEMENT PAR CARTE\n X1234 BOULANGERIE";5,60;;\n01/11/2026;"VIREMENT EN VOTRE FAVEUR";;1 250,00;\n',
        [
            "2026-11-20 -5.60 EUR  | PAIEMENT PAR CARTE X1234 BOULANGERIE",
            "2026-11-01 +1250.00 EUR  | VIREMENT EN VOTRE FAVEUR",
        ],
        "cp1252",
    ),
    Bank(
        "BBVA",
        "F.Valor;Fecha;Concepto;Movimiento;Importe;Divisa;Disponible;Divisa;Observaciones\n"
        "19/11/2026;20/11/2026;MERCADONA;Pago con tarjeta;-45,20;EUR;954,80;EUR;\n"
        "15/11/2026;15/11/2026;NÓMINA;Abono;1.500,00;EUR;1.000,00;EUR;noviembre\n",
        ["2026-11-20 -45.20 EUR  | MERCADONA", "2026-11-15 +1500.00 EUR  | NÓMINA"],
    ),
    Bank(
        "Fineco: entrate and uscite",
        "Data;Entrate;Uscite;Descrizione;Descrizione_Completa;Stato\n"
        "20/11/2026;;-12,00;Visa Debit;ESSELUNGA MILANO;Contabilizzato\n15/11/2026;1.400,00;;Bonifico;Stipendio;Contabilizzato\n",
        ["2026-11-20 -12.00 EUR  | ESSELUNGA MILANO", "2026-11-15 +1400.00 EUR  | Stipendio"],
    ),
    Bank(
        "Caixa (pt)",
        "Consultar saldos\nConta ;000 - EUR\n\nData mov. ;Data-valor ;Descrição ;Débito ;Crédito ;Saldo contabilístico ;Saldo disponível ;\n"
        "20-11-2026;20-11-2026;PINGO DOCE;18,70;;981,30;981,30;\n17-11-2026;17-11-2026;ORDENADO;;1.000,00;1.000,00;1.000,00;\n",
        ["2026-11-20 -18.70 EUR  | PINGO DOCE", "2026-11-17 +1000.00 EUR  | ORDENADO"],
        "cp1252",
    ),
    Bank(
        "mBank (pl): hashes before the names, Windows-1250",
        "mBank S.A.;\nKlient;\nJAN KOWALSKI;\n\n#Data operacji;#Opis operacji;#Rachunek;#Kategoria;#Kwota;\n"
        '2026-11-20;"ŻABKA Łódź ZAKUP";"eKonto";"Żywność";-14,99 PLN;;\n2026-11-10;"PRZELEW PRZYCHODZĄCY";"eKonto";"Wpływy";4 500,00 PLN;;\n',
        ["2026-11-20 -14.99 PLN  | ŻABKA Łódź ZAKUP", "2026-11-10 +4500.00 PLN  | PRZELEW PRZYCHODZĄCY"],
        "cp1250",
        currency="PLN",
    ),
    Bank(
        "Nubank card: only what was bought",
        "date,title,amount\n2026-11-20,Padaria,15.9\n2026-11-18,Uber,23.45\n",
        ["2026-11-20 -15.90 BRL  | Padaria", "2026-11-18 -23.45 BRL  | Uber"],
        currency="BRL",
    ),
    Bank(
        "Knab: C and D, amounts without signs",
        "EXPORT;;;;;;\nRekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeninghouder;Omschrijving;Referentie\n"
        '"NL1";"19-11-2026";"EUR";"D";"27,75";"Bakker";"Brood";"A1"\n"NL1";"21-11-2026";"EUR";"C";"2500";"Jansen";"Huur";"A2"\n',
        ["2026-11-19 -27.75 EUR Bakker | Brood", "2026-11-21 +2500.00 EUR Jansen | Huur"],
    ),
    Bank(
        "ING (nl): dates without separators, Af and Bij, a quotation mark after a space",
        '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"\n'
        '"20261120","Albert Heijn","NL1","","BA","Af","12,25","Betaalautomaat", "Pasvolgnr: 001"\n'
        '"20261113","Jansen","NL1","NL2","OV","Bij","20,00","Overschrijving","Terug"\n',
        ["2026-11-20 -12.25 EUR Albert Heijn | Pasvolgnr: 001", "2026-11-13 +20.00 EUR Jansen | Terug"],
    ),
    Bank(
        "YNAB register",
        '"Account","Flag","Date","Payee","Category Group/Category","Category Group","Category","Memo","Outflow","Inflow","Cleared"\n'
        '"Checking","","11/20/2026","Corner Shop","Food: Groceries","Food","Groceries","milk",$4.75,$0.00,"Cleared"\n'
        '"Checking","","11/15/2026","Employer","Inflow: Ready","Inflow","Ready to Assign","",$0.00,"$1,900.00","Cleared"\n',
        ["2026-11-20 -4.75 USD Corner Shop | milk", "2026-11-15 +1900.00 USD Employer | "],
        currency="USD",
    ),
    Bank(
        "someone's own list, in German",
        "Datum;Wofür;Kosten\n20.11.2026;Kino;24,00 €\n18.11.2026;Pizza;1.012,50 €\n",
        ["2026-11-20 -24.00 EUR  | Kino", "2026-11-18 -1012.50 EUR  | Pizza"],
    ),
]


@pytest.mark.parametrize("bank", BANKS, ids=[bank.name.partition(":")[0] for bank in BANKS])
def test_a_banks_export_is_read_by_the_guesses_alone(bank: Bank):
    found = payments_of(bank.file.encode(bank.encoding), person(bank.locale, bank.currency))
    assert found == bank.expected
