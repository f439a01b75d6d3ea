"""Pictures as they are kept: upright, drawn anew, with nothing in them but what is seen. Runs in a child process only.

Drawing it anew is what makes the picture harmless: whatever else its file was, a page, a script or a place on the map, is gone.
"""

from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image

from lib.errors import Invalid

MOST_PIXELS = {  # millions, for which there is memory
    "jpg": 50,
    "png": 40,
    "gif": 20,
    "webp": 16,
    "heic": 26,
}
LONGEST_SIDE = 20_000
KEPT_PIXELS = 9_000_000  # a sheet of paper at 300 dots an inch
KEPT_SIDE = 16_000  # of a long till receipt; WEBP has no more than 16,383
THUMBNAIL = 320
_FORMATS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "heic": "HEIF"}
_LARGE_PNG = 4_000_000  # bytes: a photograph, which JPEG has in a tenth of them
_MANY = 20_000_000  # pixels
_ORIENTATION = 274  # EXIF's number for it
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WRITTEN: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"compress_level": 2},
    "GIF": {},
    "WEBP": {"quality": 85, "method": 1},
}
_TOO_HARD = (
    "This picture is too large to be read here, or its file is damaged. Save it smaller, and send that."
)
_UNREADABLE = (
    "This picture cannot be read: its file is damaged or was cut off. Send it again, or take it anew."
)


def redraw(file: BinaryIO, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    """The picture to keep, and its thumbnail as JPEG."""
    size = (0, 0)
    try:
        with _opened(file, kind) as image:
            size = image.size
            _check_size(image, MOST_PIXELS[kind])
            drawn = _plain(image)
            extension, kept = _kept(drawn, kind)
            thumbnail = _thumbnail(drawn)
    except (Invalid, MemoryError):
        raise
    except Exception as error:  # a decoder raises whatever it likes at what it cannot decode
        raise Invalid(_TOO_HARD if size[0] * size[1] > _MANY else _UNREADABLE, "receipt") from error
    return {"extension": extension, "width": drawn.width, "height": drawn.height}, [kept, thumbnail]


def _opened(file: BinaryIO, kind: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # ours is lower, and says so
    if kind == "heic":
        import pi_heif

        pi_heif.options.DECODE_THREADS = 1
        pi_heif.register_heif_opener()
    return Image.open(file, formats=[_FORMATS[kind]])


def _check_size(image: Image.Image, millions: int) -> None:
    """By what the header says, before anything is decoded."""
    if image.width * image.height > millions * 1_000_000 or max(image.size) > LONGEST_SIDE:
        raise Invalid(
            f"This picture has {image.width:,} × {image.height:,} pixels. Up to {millions} million fit, {LONGEST_SIDE:,} "
            "a side: save it smaller, and send that.",
            "receipt",
        )


def _plain(image: Image.Image) -> Image.Image:
    """Its first picture, upright, not too large, in a form that can be written, and without anything beside its pixels."""
    image.draft(None, _bounded(image.size))  # a JPEG is decoded smaller where that is enough
    turn = _turn(image)
    drawn = _in_colours(image)
    size = _bounded(drawn.size)
    if size != drawn.size:
        drawn = drawn.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.1)
    drawn = drawn if turn is None else drawn.transpose(turn)
    drawn.info.clear()
    return drawn


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    """By area rather than by side: a long till receipt must stay wide enough to be read."""
    width, height = size
    scale = min(1, (KEPT_PIXELS / (width * height)) ** 0.5, KEPT_SIDE / max(size))
    return (width, height) if scale == 1 else (max(1, int(width * scale)), max(1, int(height * scale)))


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What puts it upright, as the camera noted; nothing where that note cannot be read."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # its metadata is broken, and its pixels may not be
        return None


def _in_colours(image: Image.Image) -> Image.Image:
    """As grey or RGB, transparent where it was."""
    image.load()
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB", "RGBA") and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")


def _kept(image: Image.Image, kind: str) -> tuple[str, bytes]:
    """Its extension and bytes: as what it came, but for what few programs show and for what is a photograph."""
    if kind in ("png", "gif", "webp"):
        written = _written(image, _FORMATS[kind])
        if kind != "png" or len(written) <= _LARGE_PNG:
            return kind, written
    return "jpg", _written(image, "JPEG")


def _written(image: Image.Image, form: str) -> bytes:
    out = BytesIO()
    if form == "JPEG":
        image = _on_white(image)
    image.save(out, form, **_WRITTEN[form])
    return out.getvalue()


def _thumbnail(image: Image.Image) -> bytes:
    scale = min(1, THUMBNAIL / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return _written(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), "JPEG")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
