"""What a file is: by its first bytes, whatever it is called."""

from typing import BinaryIO

from lib.errors import Invalid

FORMATS = "JPG, PNG, GIF, WEBP, HEIC and PDF"
ACCEPTED = ("jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "pdf")  # extensions that people's files have
TYPES = {  # by extension
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
}
_HEAD = 1024
_BEGINNINGS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"%PDF-": "pdf",
}
_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OTHERS = {  # what people send by mistake, to be told so
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"BM": "a BMP picture",
    b"\x00\x00\x01\x00": "an icon",
    b"\x00\x00\x00\x0cjP  ": "a JPEG 2000 picture",
    b"\xffO\xffQ": "a JPEG 2000 picture",
    b"PK": "a ZIP file or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML file",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
}


def validate_file_type(file: BinaryIO) -> str:
    """The usual extension of what it is, such as "jpg". Raises Invalid, with a sentence that names what works, for everything else."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "heic"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        raise _refusal("an AVIF picture")
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if plain.startswith(b"%PDF-"):  # some programs write a mark or an empty line before it
        return "pdf"
    raise _refusal(
        next((name for start, name in _OTHERS.items() if plain.lower().startswith(start.lower())), "")
    )


def _refusal(what: str) -> Invalid:
    found = f"This is {what}." if what else "This is neither a picture nor a PDF that can be read here."
    return Invalid(f"{found} {FORMATS} work.", "receipt")
