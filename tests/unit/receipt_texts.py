"""Receipts of many countries as lines of text, made up for tests: with what they say."""

from typing import NamedTuple


class Sample(NamedTuple):
    name: str
    total: str  # with its currency: "12.50 EUR"; empty where there is none
    day: str
    merchant: str
    text: str
    locale: str = "en_GB"
    own: str = "EUR"  # the person's currency


SAMPLES = [
    Sample("german till, cash", "23.47 EUR", "2026-10-17", "Frischmarkt Sonnenhof", """
        FRISCHMARKT SONNENHOF
        Inh. P. Bergmann e.K.
        Lindenweg 14
        04107 Leipzig
        Tel. 0341/5551234
                                   EUR
        BIO MILCH 1,5%            1,19 B
        VOLLKORNBROT              3,49 B
        GOUDA JUNG 400G           4,29 B
        PFAND 0,25 EUR            0,25 A
        WASCHMITTEL 20WL          7,99 A
        ÄPFEL BRAEBURN
          1,254 kg x 2,49 EUR/kg  3,12 B
        SCHOKOLADE 2 x 1,57       3,14 B
        -------------------------------
        SUMME         EUR        23,47
        Geg. BAR      EUR        50,00
        Rückgeld BAR  EUR       -26,53
        Steuer %  Netto  Steuer  Brutto
        A= 19,0%   6,92    1,32    8,24
        B=  7,0%  14,23    1,00   15,23
        17.10.2026  18:42  Bon-Nr. 4471
        Vielen Dank für Ihren Einkauf"""),
    Sample("german restaurant", "58.40 EUR", "2026-06-05", "Gasthaus Zum Anker", """
        Gasthaus Zum Anker
        Hafenstraße 3, 18055 Rostock
        Rechnung Nr. 8812     Tisch 7
        05.06.26 21:13
        2 Matjesteller      14,90   29,80
        1 Schnitzel                 17,50
        2 Pils 0,5           5,55   11,10
        Zwischensumme               58,40
        Gesamt                 58,40 EUR
        enthält MwSt 19%        9,32
        Trinkgeld  ________
        Es bediente Sie: Jana"""),
    Sample("french supermarket, card", "41.86 EUR", "2026-03-28", "Épicerie du Canal", """
        ÉPICERIE DU CANAL
        12 quai de la Marne
        75019 PARIS
        SIRET 512 345 678 00012
        TOMATES GRAPPE            2,98 €
        BEURRE DOUX               2,45 €
        2 X 3,20 YAOURT           6,40 €
        VIN ROUGE 75CL           12,90 €
        LESSIVE                  19,13 €
        REMISE FIDELITE          -2,00 €
        SOUS-TOTAL               43,86 €
        TOTAL A PAYER            41,86 €
        CB                       41,86 €
        dont TVA 5,5%             0,62
        28/03/2026 19:02:11
        NOMBRE D'ARTICLES : 6
        MERCI DE VOTRE VISITE""", "fr_FR"),
    Sample("french invoice", "1234.80 EUR", "2026-02-03", "Menuiserie Roche", """
        Menuiserie Roche SARL
        8 chemin des Vignes - 69210 L'Arbresle
        FACTURE N° 2026-041
        Date de facture : 3 février 2026
        Date d'échéance : 5 mars 2026
        Facturé à : M. Petit, 4 rue Haute, 69005 Lyon
        Désignation            Qté   P.U. HT    Montant HT
        Porte en chêne          1    1 029,00    1 029,00 €
        Total HT                               1 029,00 €
        TVA 20 %                                 205,80 €
        Total TTC                              1 234,80 €
        TVA FR12512345678""", "fr_FR"),
    Sample("spanish bar", "14.60 EUR", "2026-08-09", "Bar La Esquina", """
        BAR LA ESQUINA
        C/ Mayor 21, 28013 Madrid
        NIF: B12345674
        FACTURA SIMPLIFICADA 000231
        Fecha: 09/08/2026   Hora: 14:35
        3 CAÑA            2,00    6,00
        1 RACION BRAVAS           5,40
        2 CAFE SOLO       1,60    3,20
        BASE IMPONIBLE           13,27
        IVA 10%                   1,33
        TOTAL A PAGAR            14,60 €
        ENTREGADO                20,00
        CAMBIO                    5,40""", "es_ES"),
    Sample("italian till", "9.35 EUR", "2026-01-11", "Panificio Moretti", """
        PANIFICIO MORETTI
        di Moretti Luca & C. snc
        Via Garibaldi 8 - 40121 Bologna
        P.IVA 01234567890
        DOCUMENTO COMMERCIALE
        di vendita o prestazione
        DESCRIZIONE        IVA   Prezzo(€)
        PANE CASERECCIO    4,00%    3,85
        FOCACCIA          10,00%    5,50
        TOTALE COMPLESSIVO          9,35
        di cui IVA                  0,65
        Pagamento contante         10,00
        Resto                       0,65
        11-01-2026 09:14
        DOCUMENTO N. 0412-0033""", "it_IT"),
    Sample("dutch shop", "27.95 EUR", "2026-11-02", "Boekhandel De Lezer", """
        Boekhandel De Lezer B.V.
        Nieuwstraat 5
        7411 LK Deventer
        KVK 12345678
        Roman gebonden            24,99
        Kaart                      2,96
        Subtotaal                 27,95
        Totaal te betalen      EUR 27,95
        Pinnen                    27,95
        BTW 9%     2,06  over     22,93
        2 november 2026 11:08
        Bewaar uw bon: ruilen tot 16-11-2026""", "nl_NL"),
    Sample("portuguese pharmacy", "18.27 EUR", "2026-05-30", "Farmácia Central", """
        FARMÁCIA CENTRAL
        Rua Augusta 100, 1100-053 Lisboa
        Contribuinte: 501234567
        Fatura simplificada FS 2026/1182
        Data: 2026-05-30 17:21
        Protetor solar            14,50
        Paracetamol                3,77
        Total EUR                 18,27
        Multibanco                18,27
        IVA 6%  incluído           1,03
        Obrigado e volte sempre""", "pt_PT"),
    Sample("polish fiscal", "86.43 PLN", "2026-09-14", "Kogucik", """
        SKLEP KOGUCIK
        Kogucik Sp. z o.o.
        ul. Długa 7, 31-146 Kraków
        NIP 676-123-45-67
        PARAGON FISKALNY
        Chleb żytni       1 x 6,99    6,99C
        Masło             2 x 7,49   14,98C
        Kawa 500g         1 x 64,46  64,46A
        SPRZEDAŻ OPODATKOWANA A      64,46
        PTU A 23%                    12,05
        SPRZEDAŻ OPODATKOWANA C      21,97
        PTU C 5%                      1,05
        SUMA PTU                     13,10
        SUMA PLN                     86,43
        Karta płatnicza              86,43
        2026-09-14 16:55""", "pl_PL", "PLN"),
    Sample("british supermarket", "17.38 GBP", "2026-04-03", "Greenfields", """
        Greenfields
        Fresh every day
        24 High Street, Oxford OX1 4AB
        VAT No 123 4567 89
        Semi skimmed 2L         £1.65
        Bananas  0.845kg        £0.93
        Chicken thighs          £6.50
        Olive oil              £10.25
        Loyalty saving         -£1.95
        Subtotal               £19.33
        Savings                -£1.95
        TOTAL TO PAY           £17.38
        VISA DEBIT             £17.38
        CONTACTLESS
        Points earned 17
        03/04/2026  12:31""", "en_GB", "GBP"),
    Sample("us restaurant with a tip", "54.87 USD", "2026-07-08", "Blue Door Diner", """
        Blue Door Diner
        410 Main Street
        Portland, OR 97205
        (503) 555-0188
        Server: Kim     Table 12
        07/08/2026 7:45 PM
        2 Burger            $26.00
        1 Salad             $11.50
        2 Lemonade           $8.00
        Subtotal            $45.50
        Tax                  $1.37
        Tip                  $8.00
        Total               $54.87
        VISA ****4412       $54.87
        Suggested tip: 15% 6.83  18% 8.19  20% 9.10""", "en_US", "USD"),
    Sample("us store, read by a camera", "31.62 USD", "2025-12-24", "Harper Hardware", """
        HARPER HARDWARE
        1820 OAK AVE
        DENVER CO 80205
        12/24/25 10:02AM
        PAINT ROLLER          8.99 T
        WOOD GLUE             6.49 T
        SCREWS 100CT         13.99 T
        SUBT0TAL             29.47
        SALES TAX 7.3%        2.15
        T0TAL                31.62
        CASH                 40.00
        CHANGE                8.38""", "en_US", "USD"),
    Sample("canadian, its own dollar", "22.58 CAD", "2026-10-09", "Café Maple", """
        Café Maple Inc.
        Toronto ON M5V 2T6
        GST/HST #12345 6789 RT0001
        2026-10-09 08:12
        Latte             5.49
        Bagel             6.50
        Soup              7.99
        SUBTOTAL        $19.98
        HST 13%          $2.60
        TOTAL           $22.58
        MASTERCARD      $22.58""", "en_CA", "CAD"),
    Sample("swiss, two currencies", "64.55 CHF", "2026-02-14", "Berghotel Alpina", """
        Berghotel Alpina AG
        Dorfstrasse 1, 3823 Wengen
        CHE-123.456.789 MWST
        14.02.2026 20:17
        1 Fondue             CHF  29.50
        1 Rösti              CHF  22.00
        2 Rivella            CHF  13.05
        Total CHF                 64.55
        Total EUR (Kurs 0.95)     61.32
        MWST 8.1% inkl.            4.84
        Kreditkarte CHF           64.55""", "de_CH", "CHF"),
    Sample("austrian, small", "4.20 EUR", "2026-11-20", "Trafik Huber", """
        Trafik Huber
        Wien 1070, Neubaugasse 9
        Beleg 2231   20.11.2026 07:58
        Zeitung                 2,10
        Feuerzeug               2,10
        Summe                   4,20
        Bar                     5,00
        zurück                  0,80"""),
    Sample("japanese, no decimals", "1280 JPY", "2026-04-18", "Sakura Mart", """
        Sakura Mart
        2026年4月18日 13:05
        Onigiri            ¥160
        Bento              ¥890
        Tea                ¥230
        Subtotal         ¥1,185
        Tax                 ¥95
        Total            ¥1,280
        Cash             ¥2,000
        Change             ¥720""", "en_GB", "JPY"),
    Sample("indian", "1499.00 INR", "2026-08-21", "Lotus Retail", """
        Lotus Retail Pvt. Ltd.
        MG Road, Bengaluru 560001
        GSTIN 29ABCDE1234F1Z5
        Invoice Date: 21-08-2026
        Kettle 1.5 L     1   1270.34   1,270.34
        CGST 9%                         114.33
        SGST 9%                         114.33
        Grand Total               Rs. 1,499.00""", "en_IN", "INR"),
    Sample("swedish crowns", "249.00 SEK", "2026-06-01", "Loppis Syd", """
        Loppis Syd AB
        Malmö
        2026-06-01 15:44
        Lampa      199,00
        Vas         50,00
        Total      249,00 kr
        Moms 25%    49,80""", "sv_SE", "SEK"),
    Sample("hungarian forints", "12500.00 HUF", "2026-05-02", "Tavern Duna", """
        Tavern Duna
        2026.05.02. 19:20
        Goulash           5 500 Ft
        Wine              7 000 Ft
        Total            12 500 Ft""", "hu_HU", "HUF"),
    Sample("invoice with an order's date", "89.90 EUR", "2026-03-12", "Lampenwelt Nord", """
        Lampenwelt Nord GmbH
        Rechnungsadresse               Lieferadresse
        Eva Klein                      Eva Klein
        Rechnung 99120
        Bestelldatum: 08.03.2026
        Rechnungsdatum: 12.03.2026
        Lieferdatum: 13.03.2026
        Zahlbar bis 26.03.2026
        Stehlampe      1    75,55
        Nettobetrag         75,55 EUR
        zzgl. 19% USt       14,35 EUR
        Rechnungsbetrag     89,90 EUR
        Stammkapital 25.000,00 EUR, HRB 12345"""),
    Sample("invoice whose table has a head", "357.00 EUR", "2026-07-01", "Studio Weber", """
        Studio Weber GbR          www.studio-weber.example.de
        Invoice date        Invoice no.       Due date
        01/07/2026          2026-17           15/07/2026
        Design work                           300.00
        Net           VAT 19%         Total
        300.00        57.00           357.00 EUR"""),
    Sample("fuel", "71.93 EUR", "2026-10-30", "Tankhof Süd", """
        TANKHOF SÜD
        Autobahnring 2
        85055 Ingolstadt
        Säule 4  Super E10
        41,34 l  x  1,740 EUR/l
        Betrag           71,93 EUR
        Gesamtbetrag     71,93 EUR
        MwSt 19% 11,48 Netto 60,45
        girocard         71,93 EUR
        30.10.2026 06:51"""),
    Sample("parking", "3.50 EUR", "2026-09-09", "Parkhaus Rathaus", """
        Parkhaus Rathaus
        Einfahrt 09.09.2026 10:02
        Ausfahrt 09.09.2026 12:11
        Parkdauer 2 h 9 min
        zu zahlen 3,50 EUR
        inkl. 19% MwSt 0,56"""),
    Sample("an account's letter", "15.99 USD", "2026-10-01", "Streamline", """
        Streamline, Inc.
        Receipt
        Invoice number ABCD-0042
        Date paid October 1, 2026
        Bill to
        Jo Miller
        $15.99 paid on October 1, 2026
        Basic plan Oct 1 – Nov 1, 2026    1   $15.99   $15.99
        Subtotal       $15.99
        Total          $15.99
        Amount paid    $15.99
        support@streamline.com""", "en_US", "USD"),
    Sample("letters set apart", "12.30 EUR", "2026-02-28", "Imbiss Aladin", """
        IMBISS ALADIN
        28. 02. 2026  13:20
        Döner            7,50
        Ayran            4,80
        S U M M E       12,30
        B A R           20,00
        Rückgeld         7,70"""),
    Sample("total beside what was saved", "30.00 GBP", "2026-01-19", "Corner Books", """
        Corner Books
        19 Jan 2026
        Novel         20.00
        Atlas         15.00
        Total savings  5.00
        Total         30.00 GBP
        You saved 5.00 today""", "en_GB", "GBP"),
    Sample("brazilian", "45.90 BRL", "2026-08-15", "Padaria Estrela", """
        PADARIA ESTRELA LTDA
        CNPJ 12.345.678/0001-90
        15/08/2026 08:44:10
        Pão francês     0,512 kg   9,90
        Café                      36,00
        QTD. TOTAL DE ITENS          2
        VALOR TOTAL R$           45,90
        DINHEIRO                 50,00
        TROCO                     4,10""", "pt_BR", "BRL"),
    Sample("no amounts", "", "2026-04-04", "Museum am See", """
        Museum am See
        Eintritt frei
        04.04.2026 11:00"""),
    Sample("a letter that is no receipt", "", "", "", """
        Dear neighbour,
        the meeting is at 7 in room 12.
        Bring 2 chairs."""),
]  # fmt: skip
