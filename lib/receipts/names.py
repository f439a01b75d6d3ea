"""What a person's file may be called here: shown on pages, and saved again under."""

import re
import unicodedata

from lib.receipts.kinds import ACCEPTED
from lib.records import MAX_FILE_NAME

_ENDINGS = {
    extension: "jpg" if extension in ("jpeg", "heic", "heif") else extension for extension in ACCEPTED
}
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def tidy_name(name: str, extension: str) -> str:
    """A name without folders and without what hides or reverses its end, and with the ending of what the file is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char if unicodedata.category(char)[0] not in "CZ" else " " for char in last)
    stem = _UNSAFE.sub(" ", seen).strip()
    before, dot, ending = stem.rpartition(".")
    if dot and ending.lower() in _ENDINGS:
        stem = before
    return f"{stem.strip(' .')[: MAX_FILE_NAME - len(extension) - 1].strip(' .') or 'receipt'}.{extension}"
