"""How a file's bytes are letters. Files do not say; a wrong guess turns "Käse" into "KÃ¤se"."""

import codecs
import re
import string
from itertools import pairwise
from typing import BinaryIO

from lib.importing.foreign import not_text

UTF_8 = "utf-8-sig"  # with or without a byte order mark
WESTERN = "cp1252"
OFFERED = {
    UTF_8: "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16 LE without mark)",
    "utf-16-be": "Unicode (UTF-16 BE without mark)",
    WESTERN: "Western European (Windows-1252)",
    "iso8859_15": "Western European (ISO 8859-15)",
    "cp850": "Western European (DOS 850)",
    "mac_roman": "Western European (Mac)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859_2": "Central European (ISO 8859-2)",
    "cp1257": "Baltic (Windows-1257)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8_r": "Cyrillic (KOI8-R)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (CP949)",
}

_SIGNS = "€£§°ºª–—’‘“”„…·²\xa0"
_CJK_SIGNS = "、。・（）：，￥￦"


def _span(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


def _alphabets(*languages: str) -> list[frozenset[str]]:
    return [
        frozenset(letters + letters.upper() + _SIGNS) - frozenset(string.ascii_uppercase)
        for letters in languages
    ]


_WEST = _alphabets(
    "äöüß", "éèêàùçâîôûëïœ", "áéíóúñü¿¡", "ãõáéíóúâêôçà", "àèéìòù", "åäöøæ", "ëïéèöü", "þðáéíóúýæö"
)
_WESTERN_LETTERS = frozenset().union(*_WEST)
_LAST_LATIN = "\u024f"
_CENTRAL = _alphabets("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ")
_CYRILLIC = _alphabets(_span("а", "я") + "ё№", _span("а", "я") + "іїєґ№")
_KANA = _span("ぁ", "ヿ") + "日月年金額円料振込入出高引払取内容残支店お客様摘要銀行口座現預給" + _CJK_SIGNS
_SIMPLIFIED = (
    "日期说明金额超市购物工资收入支出账户余额交易时间对方名称类型商户银行卡号备注转账消费人民币元中国公司的"
    + _CJK_SIGNS
)
_TRADITIONAL = (
    "日期說明金額超市購物薪資收入支出帳戶餘額交易時間對方名稱類型商店銀行卡號備註轉帳消費新臺幣元公司的"
    + _CJK_SIGNS
)
_HANGUL = bytes(b for lead in range(0xB0, 0xC9) for tail in range(0xA1, 0xFF) for b in (lead, tail)).decode(
    "euc_kr"
)
# In the order of preference where several fit alike.
_LANGUAGES = {
    WESTERN: _WEST,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": _alphabets("çğıöşüİ"),
    "cp1257": _alphabets("āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž"),
    "iso8859_15": _WEST,
    "cp850": _WEST,
    "mac_roman": _WEST,
    "cp1255": _alphabets(_span("א", "ת") + "₪"),  # before Cyrillic, whose small letters are the same bytes
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "cp1253": _alphabets(_span("ά", "ώ") + "Ά"),
    "cp1256": _alphabets(_span("ء", "ي") + "،"),
    "shift_jis": [frozenset(_KANA)],
    "euc_jp": [frozenset(_KANA)],
    "gb18030": [frozenset(_SIMPLIFIED)],
    "big5": [frozenset(_TRADITIONAL)],
    "cp949": [frozenset(_HANGUL)],
}
_ODD = re.compile(r"[a-z][°§£€…·„“”–—²ºª](?=[a-z])|\ufffd")

_BLOCK = 1 << 20
_SAMPLE = 16_000
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B})
_BOMS = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def guess_encoding(file: BinaryIO) -> str:
    """Read the file through, and name the codec that its bytes were most likely written with.

    Raises:
        Invalid: If it is not text at all.
    """
    head = file.read(_BLOCK)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if wide := _wide(head):
        return wide
    decoder, unicode, marked = codecs.getincrementaldecoder("utf-8")(), True, bytearray()
    while head:
        if head.translate(None, _CONTROLS) != head:
            raise not_text()
        if len(marked) < _SAMPLE:
            marked += b"\n".join(line for line in head.splitlines() if not line.isascii())
        if unicode:
            try:
                decoder.decode(head)
            except UnicodeDecodeError:
                unicode = False
        head = file.read(_BLOCK)
    return UTF_8 if unicode else _guess_legacy(bytes(marked[:_SAMPLE]))


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of a mostly Latin text is zero."""
    sample = head[:4000]
    if len(sample) < 4 or sample.count(0) < len(sample) // 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    return "utf-16-le" if odd > half * 0.6 > even * 4 else "utf-16-be" if even > half * 0.6 > odd * 4 else ""


def _guess_legacy(sample: bytes) -> str:
    """The codec of a text with bytes above 127 that is not UTF-8, from the lines that have such bytes.

    The one under which the letters are those of one language. On a handful of letters, which is all that a statement
    has, this is right more often than statistics over long texts.
    """
    if _mostly_utf_8(sample):
        return UTF_8
    best, most = WESTERN, 0.0
    for encoding, languages in _LANGUAGES.items():
        text = sample.decode(encoding, errors="replace")
        sure = max(_fit(text, letters) for letters in languages)
        if sure > most + 0.001:
            best, most = encoding, sure
    return best


def _mostly_utf_8(sample: bytes) -> bool:
    """A few broken characters, as where a bank cuts its texts by bytes, do not make another encoding."""
    text = sample.decode("utf-8", errors="replace")
    return text.count("\ufffd") * 20 < sum(not c.isascii() for c in text)


def _fit(text: str, letters: frozenset[str]) -> float:
    """The share of the characters above ASCII that belong to a language, less those that stand oddly: "bäCk", "Kφln"."""
    marked = [c for c in text if not c.isascii()]
    fitting = sum(_belongs(c, letters) for c in marked)
    odd = len(_ODD.findall(text)) + sum(_clash(a, b) for a, b in pairwise(text))
    return (fitting - odd) / max(len(marked), 1)


def _belongs(c: str, letters: frozenset[str]) -> float:
    if c in letters:
        return 1.0
    if "\u4e00" <= c <= "\u9fff":
        return 0.5  # some other Chinese character
    return (
        0.9 if c in _WESTERN_LETTERS and letters in _WEST else 0.0
    )  # a Frenchman's name on a German statement


def _clash(a: str, b: str) -> bool:
    """Whether two neighbours never stand in one word: a capital inside, or letters of two scripts."""
    if a.isascii() and b.isascii():
        return False
    if a.islower() and b.isupper():
        return True
    return (
        a.isalpha()
        and b.isalpha()
        and (a > _LAST_LATIN) is not (b > _LAST_LATIN)
        and (a.isascii() or b.isascii())
    )
