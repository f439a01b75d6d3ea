"""Files that are not what they say, or more than they show: what strangers send where a receipt is asked for."""

import struct
import zlib
from base64 import b64decode
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

from tests.papers import pdf, photo

SCRIPT = b"<script>alert(document.cookie)</script>"
JPEG_END = b"\xff\xd9"


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    file = BytesIO()
    Image.new(mode, size, 1 if mode == "P" else None).save(file, form, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, *chunks: bytes, content: bytes = b"") -> bytes:
    """A grey PNG that says it has this many pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", content or zlib.compress(b"\0" * (width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def pixel_bomb() -> bytes:
    """100,000 pixels a side: a small file, ten gigabytes of picture."""
    return png(100_000, 100_000, content=zlib.compress(bytes(10_000_000)))


def packed_bomb(name: bytes) -> bytes:
    """A PNG beside whose pixels something packed unfolds to 200 MB: "zTXt", "iTXt" or "iCCP"."""
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    before = {b"zTXt": b"note\0\0", b"iTXt": b"note\0\1\0\0\0", b"iCCP": b"profile\0\0"}[name]
    return png(8, 8, chunk(name, before + bomb))


def gif_and_script() -> bytes:
    """A picture whose first bytes make it a script as well: GIF89a=/*…*/1;alert(1)"""
    gif = bytearray(picture("GIF", "P", (0x2A2F, 1)))  # its width is written "/*"
    assert gif[6:8] == b"/*"
    return bytes(gif) + b"*/=1;alert(1)//"


def jpeg_and_page() -> bytes:
    """A photograph with a page in its comment, and another behind its end."""
    return photo(300, 400).replace(JPEG_END, b"") + JPEG_END + SCRIPT


def jpeg_with_comment() -> bytes:
    file = BytesIO()
    Image.new("RGB", (60, 40)).save(file, "JPEG", comment=SCRIPT)
    return file.getvalue()


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SCRIPT.decode())
    file = BytesIO()
    Image.new("RGB", (60, 40)).save(file, "PNG", pnginfo=texts)
    return file.getvalue()


def photographed_at_home(orientation: int = 6) -> bytes:
    """As a phone's camera writes it: lying on its side, with the place, the camera and the moment. Its left half is red."""
    image = Image.new("RGB", (80, 40), "blue")
    image.paste("red", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9003] = orientation, "SecretCamera", "2026:11:21 12:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    file = BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    return file.getvalue()


def moving(form: str) -> bytes:
    """Two pictures in one file: red, then blue."""
    file = BytesIO()
    red, blue = (Image.new("RGB", (40, 40), colour) for colour in ("red", "blue"))
    red.save(file, form, save_all=True, append_images=[blue], duration=100)
    return file.getvalue()


def pdf_that_acts() -> bytes:
    """A PDF with a script that runs when it is opened, where a reader lets it."""
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Pages"
    return pdf("Corner shop").replace(b"/Pages 2", action + b" 2")


def pdf_in_circles() -> bytes:
    """Whose pages are a folder that is in itself."""
    return pdf("Corner shop").replace(b"/Kids [3 0 R] /Count 1", b"/Kids [2 0 R] /Count 9")


def pdf_of_many(pages: int) -> bytes:
    return pdf("Corner shop").replace(
        b"/Kids [3 0 R] /Count 1", b"/Kids [%s] /Count %d" % (b"3 0 R " * pages, pages)
    )


def locked_pdf() -> bytes:
    """Encrypted (RC4, 40 bits) under a user password that is not empty: its check value is wrong for the empty one."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"ab" * 32, b"cd" * 32)
    trailer = b"trailer << /Encrypt %s /ID [<00> <00>] " % lock
    return pdf("Corner shop").replace(b"trailer << ", trailer)


# 64 by 96, orange with a blue top, as an iPhone packs it: our library only reads these.
HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAADkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBhZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAYAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAEFt"
    "ZGF0AAAANSgBrxmAulO/MRpOkSX/r0CMs3eQM2TVmQNyefrlrPpZXWrgvU4uEuuhbUQ4Yn5u2BFKoqfg"
)
