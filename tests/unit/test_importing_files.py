"""Files: what they are, which letters they are written in, where their rows start, what is odd about them."""

from io import BytesIO

import pytest

from lib.errors import Invalid, TooLarge
from lib.importing.encodings import OFFERED, guess_encoding
from lib.importing.reading import recognise
from lib.importing.table import MAX_LINES, MAX_ROWS, STRAY_QUOTES, Layout, Lines, Table, parse
from tests.unit.csv_files import rows_of

FRENCH = "Date;Libellé;Montant\n01/02/2026;VIREMENT VERS ÉPARGNE;-10,00\n02/02/2026;CAFÉ – 20 € REÇU;3,00\n"
GERMAN = "Buchungstag;Empfänger;Zweck\n01.02.2026;Müller Bäckerei;Brötchen, Käse\n02.02.2026;Café René;März\n"
POLISH = (
    "Data;Opis;Kwota\n2026-01-02;ŻABKA Łódź, zakup przy użyciu karty;-12,50\n2026-01-03;święta środki;-1,00\n"
)
HUNGARIAN = "Dátum;Leírás;Összeg\n2026.01.02;Vásárlás kártyával, Győr;-3500\n"
RUSSIAN = "Дата;Описание;Сумма\n01.02.2026;Пятёрочка, продукты;-350,00\n"
TEXTS = [
    (FRENCH, "utf-8"), (FRENCH, "utf-8-sig"), (FRENCH, "utf-16"), (FRENCH, "utf-16-le"), (FRENCH, "utf-16-be"),
    (FRENCH, "cp1252"), (FRENCH.replace("€", "EUR").replace("–", "-"), "mac_roman"),
    (GERMAN, "cp1252"), (GERMAN, "cp850"), (GERMAN, "mac_roman"),
    (POLISH, "cp1250"), (POLISH, "iso8859_2"), (HUNGARIAN, "cp1250"),
    ("Datum;Popis;Částka\n02.01.2026;Nákup potravin, Žižkov, příchozí;-350,00\n", "cp1250"),
    ("Dato;Tekst;Beløb\n01-02-2026;Rema 1000 Ærø;-3,00\n", "cp1252"),
    ("Tarih;Açıklama;Tutar\n01.02.2026;Şok Market alışverişi;-35,00\n", "cp1254"),
    (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"),
    ("Ημερομηνία;Περιγραφή;Ποσό\n01/02/2026;Αγορά σούπερ μάρκετ;-35,00\n", "cp1253"),
    ("תאריך,תיאור,סכום\n01/02/2026,קניות בסופר,-35.00\n", "cp1255"),
    ("التاريخ,الوصف,المبلغ\n01/02/2026,مشتريات البقالة,-35.00\n", "cp1256"),
    ("日付,内容,金額\n2026/01/02,セブンイレブン,-500\n", "shift_jis"),
    ("日付,内容,金額\n2026/01/02,セブンイレブン,-500\n", "euc_jp"),
    ("日期,说明,金额\n2026/01/02,超市购物,-500\n", "gb18030"),
    ("날짜,내용,금액\n2026/01/02,편의점 구매,-500\n", "cp949"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), TEXTS, ids=[f"{e}-{t[:6]}" for t, e in TEXTS])
def test_letters_come_out_as_they_were_written(text: str, encoding: str):
    data = text.encode(encoding)
    guessed = guess_encoding(BytesIO(data))
    assert guessed in OFFERED
    assert data.decode(guessed).removeprefix("\ufeff") == text


def test_a_broken_letter_does_not_make_another_encoding():
    data = (POLISH * 3).encode().replace("ś".encode(), b"\xc5", 1)
    assert guess_encoding(BytesIO(data)) == "utf-8-sig"


FOREIGN = [
    (b"%PDF-1.7\n...", "PDF"),
    (b"PK\x03\x04....[Content_Types].xml", "Excel"),
    (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreOffice"),
    (b"PK\x03\x04....umsatz.csv", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
    (b"\x1f\x8b\x08\x00", "compressed"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff\xe0", "picture"),
    (b"RIFF....WEBP", "picture"),
    (b"\x00\x00\x00\x18ftypheic", "picture"),
    (b"OFXHEADER:100\r\nDATA:OFXSGML", "OFX"),
    (b'<?xml version="1.0"?>\n<?OFX OFXHEADER="200"?>', "OFX"),
    (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">', "CAMT"),
    (b"!Type:Bank\nD1/1/26", "QIF"),
    (b'<?xml version="1.0"?><list>', "XML"),
    (b"<!DOCTYPE html><title>Sign in</title>", "web page"),
    (b'[{"date": "2026-01-01"}]', "JSON"),
    (b":20:START\r\n:25:123/456\r\n", "MT940"),
    (b"date,amount\n2026-01-01,\x00\x01\n", "not a text file"),
    (b"", "empty"),
    (b"\n\n\n", "empty"),
    (b"just some words\nin two lines\n", "no columns"),
    (b"EXPORT;;;;\n", "no columns"),
    (b"Date,Amount,Payee\n", "nothing under them"),
]


@pytest.mark.parametrize(("data", "word"), FOREIGN, ids=[word for _, word in FOREIGN])
def test_what_is_no_list_of_payments_is_refused_by_name(data: bytes, word: str):
    with pytest.raises(Invalid, match=word) as refused:
        recognise(BytesIO(data))
    assert refused.value.field == "file"


def test_a_file_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(TooLarge, match="20 MB"):
        recognise(BytesIO(b"a,b\n" * 5_000_001))


def test_more_rows_than_anyone_has_are_refused():
    table = Table(BytesIO(b"2026-01-01,1.00\n" * (MAX_ROWS + 1)), Layout("utf-8", ","))
    with pytest.raises(TooLarge, match="200,000 rows"):
        sum(1 for _ in table.rows())


def test_a_field_or_a_line_that_no_bank_writes_is_refused():
    for data in (
        b"2026-01-01,1.00," + b"x" * 10_001,
        b"2026-01-01,1.00," + b"x" * 131_073,
        b'2026-01-01,"' + b"x" * 131_073,
        b'2026-01-01,"' + b"x" * 131_073 + b"\n2026-01-02,1.00\n",
        b"2026-01-01,1.00" + b",x" * 100,
    ):
        with pytest.raises(TooLarge, match="Line 1"):
            list(Table(BytesIO(data), Layout("utf-8", ",")).rows())


def test_an_encoding_that_the_file_is_not_in_is_refused_where_it_was_chosen():
    with pytest.raises(Invalid, match="Choose another one") as refused:
        Table(BytesIO(b"Date,Amount\n2026-01-01,1.00\n"), Layout("utf-16", ",", 1, 2))
    assert refused.value.field == "encoding"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str):
    data = f"Date{separator}Text{separator}Amount\n2026-01-01{separator}a;b{separator}1.00\n".replace(
        "a;b", "a b" if separator == ";" else "a;b"
    )
    assert recognise(BytesIO(data.encode())) == Layout("utf-8-sig", separator, 1, 2)


def test_the_hint_of_a_spreadsheet_is_taken():
    assert recognise(BytesIO(b"sep=;\nDate;Amount\n2026-01-01;1,00\n")) == Layout("utf-8-sig", ";", 2, 3)


def test_lines_above_the_header_and_blank_lines_are_passed_over():
    data = "My bank\nAccount;DE00\n\nDate;Text;Amount\n2026-01-01;a;1,00\n\n2026-01-02;b;2,00\n"
    assert [(row.line, row.cells[1]) for row in rows_of(data)] == [(5, "a"), (7, "b")]


def test_line_numbers_count_the_lines_inside_quotation_marks():
    data = 'Date,Text,Amount\n2026-01-01,"two\nlines",1.00\n2026-01-02,b,2.00\n'
    assert [(row.line, row.cells[1]) for row in rows_of(data)] == [(2, "two\nlines"), (4, "b")]


def test_a_quotation_mark_inside_quotation_marks_spoils_one_line_only():
    data = 'Date,Text,Amount\n2026-01-01,"Joe "the" Plumber",1.00\n2026-01-02,b,2.00\n'
    first, second = rows_of(data)
    assert first.fault == STRAY_QUOTES
    assert len(first.cells) == 3
    assert (second.cells, second.fault) == (["2026-01-02", "b", "2.00"], "")


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest():
    rest = "".join(f"2026-01-02,row {i},2.00\n" for i in range(10_000))
    rows = rows_of('Date,Text,Amount\n2026-01-01,"open,1.00\n' + rest)
    assert len(rows) == 10_001
    assert (rows[0].fault, rows[1].fault, rows[-1].line) == (STRAY_QUOTES, "", 10_002)


def test_quotation_marks_that_open_on_every_line_do_not_read_the_rest_each_time():
    class Counted(Lines):
        reads = 0

        def __next__(self) -> str:
            self.reads += 1
            assert self.reads <= (MAX_LINES + 1) * 2_002, "more work than the file is long"
            return super().__next__()

    lines = Counted(iter(["Date,Amount\n", "2026-01-01,1.00\n", *['a","\n'] * 2_000]))
    rows = list(parse(lines, ","))
    assert [row.line for row in rows] == list(range(1, 2_003))
    assert {row.fault for row in rows[2:]} == {STRAY_QUOTES}


def test_old_line_ends_are_line_ends():
    assert len(rows_of("Date,Amount\r2026-01-01,1.00\r2026-01-02,2.00\r")) == 2
    assert len(rows_of("Date,Amount\r\n2026-01-01,1.00\r\n2026-01-02,2.00\r\n")) == 2
