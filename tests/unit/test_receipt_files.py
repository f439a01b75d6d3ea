"""What is taken for a receipt, what is kept of it, and what is refused: by what the bytes are, in a process apart."""

import io
import time

import pytest
from PIL import Image

from lib.errors import Invalid, TooLarge
from lib.receipts.arriving import MOST, Found, look, whole
from tests import hostile
from tests.papers import pdf, photo


def looked(data: bytes) -> Found:
    with whole(io.BytesIO(data)) as (file, _):
        found = look(file)
        return found._replace(content=io.BytesIO(found.content.read()))


def refused(data: bytes) -> str:
    with pytest.raises((Invalid, TooLarge)) as problem:
        looked(data)
    assert problem.value.message.endswith("."), "not a sentence"
    return problem.value.message


def shown(found: Found) -> Image.Image:
    return Image.open(found.content)


@pytest.mark.parametrize(
    ("form", "mode", "extension"),
    [
        ("JPEG", "RGB", "jpg"), ("JPEG", "L", "jpg"), ("JPEG", "CMYK", "jpg"), ("JPEG", "YCbCr", "jpg"),
        ("PNG", "RGB", "png"), ("PNG", "RGBA", "png"), ("PNG", "LA", "png"), ("PNG", "P", "png"),
        ("PNG", "1", "png"), ("PNG", "I;16", "png"), ("PNG", "L", "png"),
        ("GIF", "P", "gif"), ("GIF", "L", "gif"), ("WEBP", "RGB", "webp"), ("WEBP", "RGBA", "webp"),
    ],
)  # fmt: skip
def test_a_picture_of_every_kind_is_kept_with_its_thumbnail(form, mode, extension):
    found = looked(hostile.picture(form, mode))
    assert found.facts == {"extension": extension, "width": 60, "height": 40}
    assert (shown(found).format, shown(found).size) == (form, (60, 40))
    assert found.size == len(found.content.getvalue())
    assert Image.open(io.BytesIO(found.thumbnail)).format == "JPEG"


def test_an_iphones_picture_is_kept_as_jpeg():
    found = looked(hostile.HEIC)
    assert found.facts == {"extension": "jpg", "width": 64, "height": 96}
    red, _, blue = shown(found).getpixel((32, 60))
    assert red > 150 > 90 > blue
    red, _, blue = shown(found).getpixel((32, 5))
    assert blue > 150 > 90 > red


def test_a_picture_stands_upright_and_says_nothing_of_where_it_was_taken():
    found = looked(hostile.photographed_at_home())
    kept = found.content.getvalue()
    assert (found.facts["width"], found.facts["height"]) == (40, 80)
    image = shown(found)
    assert image.getpixel((20, 10))[0] > 200, "the red half is up"
    assert image.getpixel((20, 70))[2] > 200
    for part in (kept, found.thumbnail):
        assert not Image.open(io.BytesIO(part)).getexif()
        assert b"SecretCamera" not in part
        assert b"Exif" not in part


@pytest.mark.parametrize("orientation", range(9))
def test_every_way_to_hold_a_camera_comes_out_upright(orientation):
    """As Pillow's own rule has it; what is no orientation changes nothing."""
    from PIL import ImageOps

    data = hostile.photographed_at_home(orientation)
    right = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    kept = shown(looked(data))
    assert kept.size == right.size
    for place in ((2, 2), (kept.width - 3, 2), (2, kept.height - 3)):
        assert all(abs(a - b) < 40 for a, b in zip(kept.getpixel(place), right.getpixel(place), strict=True))


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_of_moving_pictures_the_first_is_kept(form):
    image = shown(looked(hostile.moving(form)))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((20, 20))[0] > 200


def test_a_large_photograph_is_kept_smaller_and_a_long_receipt_wide_enough():
    found = looked(photo(4032, 3024))
    assert found.facts["width"] * found.facts["height"] <= 9_000_000
    assert found.facts["width"] / found.facts["height"] == pytest.approx(4 / 3, rel=0.01)
    long = looked(hostile.picture("PNG", "L", (900, 9_000)))
    assert (long.facts["width"], long.facts["height"]) == (900, 9_000)
    assert max(Image.open(io.BytesIO(long.thumbnail)).size) == 320


def test_a_photograph_in_a_png_is_kept_as_jpeg():
    noise = Image.effect_noise((2000, 1500), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG", compress_level=1)
    assert looked(file.getvalue()).facts["extension"] == "jpg"


@pytest.mark.parametrize(
    "make",
    [
        hostile.gif_and_script,
        hostile.jpeg_and_page,
        hostile.jpeg_with_comment,
        hostile.png_with_texts,
        lambda: photo() + pdf(),
        lambda: hostile.picture("PNG") + b"PK\x03\x04" + hostile.SCRIPT,
    ],
    ids=["gif+js", "jpeg+html", "jpeg comment", "png text", "jpeg+pdf", "png+zip"],
)
def test_of_a_picture_that_is_something_else_as_well_only_the_picture_stays(make):
    found = looked(make())
    kept = found.content.getvalue() + found.thumbnail
    for trace in (b"script", b"alert", b"%PDF", b"PK\x03\x04", b"*/"):
        assert trace not in kept


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><svg/>", "an XML file"),
        (b"\n  <!DOCTYPE HTML><html>%PDF-1.4", "a web page"),
        (b"<HTML><body>" + hostile.SCRIPT, "a web page"),
        (b"MZ\x90\x00" + bytes(100), "a program"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "a program"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
        (hostile.picture("TIFF"), "a TIFF picture"),
        (hostile.picture("BMP"), "a BMP picture"),
        (hostile.picture("ICO", "RGBA"), "an icon"),
        (b"\x00\x00\x00\x20ftypavif" + bytes(30), "an AVIF picture"),
        (b"just words", "neither a picture nor a PDF"),
        (b"\xff\xd8\xff", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
        (b"RIFF\x04\x00\x00\x00WEBP", "cannot be read"),
        (hostile.HEIC[:-30], "cannot be read"),
        (photo()[:-2000], "damaged or was cut off"),
        (hostile.pixel_bomb(), "100,000 × 100,000 pixels"),
        (hostile.png(100_000, 10), "100,000 × 10 pixels"),
        (hostile.packed_bomb(b"zTXt"), "cannot be read"),
        (hostile.packed_bomb(b"iTXt"), "cannot be read"),
        (hostile.packed_bomb(b"iCCP"), "cannot be read"),
        (b"%PDF-1.7\nnothing more", "This PDF cannot be read"),
        (pdf()[:300], "This PDF cannot be read"),
        (hostile.locked_pdf(), "locked with a password"),
        (hostile.pdf_of_many(101), "101 pages"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused_with_a_sentence(data, words):
    began = time.monotonic()
    assert words in refused(data)
    assert time.monotonic() - began < 8, "the clock's own bound"


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        (pdf("Total 12.50"), 1),
        (hostile.pdf_of_many(3), 3),
        (b"\xef\xbb\xbf\r\n" + pdf(), 1),
        (hostile.pdf_that_acts(), 1),
    ],
)
def test_a_pdf_is_kept_as_it_is(data, pages):
    found = looked(data)
    assert found.facts == {"extension": "pdf", "pages": pages}
    assert (found.content.getvalue(), found.size, found.thumbnail) == (data, len(data), None)


def test_pages_that_go_in_circles_come_to_an_end():
    assert looked(hostile.pdf_in_circles()).facts["pages"] <= 100


def test_ten_mebibytes_are_taken_and_one_byte_more_is_not():
    data = photo()
    full = data + bytes(MOST - len(data))
    assert looked(full).facts["extension"] == "jpg"
    assert "larger than 10 MB" in refused(full + b"x")


def test_no_more_is_read_than_may_be_kept():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(TooLarge), whole(endless):
        pass
    assert endless.given < MOST + 1_000_000
