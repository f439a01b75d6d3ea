"""A picture made ready for whoever reads text in it: grey, with all the contrast there is, large enough. In a child process only."""

from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from lib.receipts.images import load_decoder

MOST_PIXELS = 50_000_000  # as of what is kept; the picture was looked at when it came
MOST_READ = 6_000_000  # of pixels that are read: a sheet of paper at 250 dots an inch
NARROW = 700  # pixels across, below which letters are too small to be told apart
_PAPER = 300  # dots an inch that a receipt is thought to have
_LIGHTING = 24  # the light on a photograph changes over this part of it
_MUCH = 80  # of 256 shades, between a table and the paper on it
_LEAST_PAPER = 0.1  # of a photograph
_LIGHT_EDGES = 0.3  # of a photograph's edges may be light: paper that reaches out of it
_FORMATS = ["JPEG", "PNG", "GIF", "WEBP"]
_BAR = 64  # pixels that a letter is not high
_BARS = 0.12  # of a row's width that is bars where there is a barcode


def load(file: BinaryIO) -> None:
    for kind in ("jpg", "webp"):
        load_decoder(kind)


def prepared(file: BinaryIO, again: bool = False) -> tuple[dict[str, Any], list[bytes]]:
    """A PNG of it.

    Args:
        again: For a second look: as it is. The first is of what was made evenly lit, without barcodes, which run into the
            lines beside them.
    """
    with Image.open(file, formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            return {}, []
        image.draft("L", _size(image.size))
        grey = _grey(image)
    grey = _of_paper(grey)
    grey = grey.resize(_size(grey.size), Image.Resampling.LANCZOS)
    grey = ImageOps.autocontrast(grey, cutoff=1) if again else _without_barcodes(_evenly_lit(grey))
    out = BytesIO()
    grey.save(out, "PNG", compress_level=1, dpi=(_PAPER, _PAPER))
    return {}, [out.getvalue()]


def _grey(image: Image.Image) -> Image.Image:
    """What is transparent is as white as paper, and light letters on dark become dark ones on light."""
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    grey = image.convert("L")
    return ImageOps.invert(grey) if ImageStat.Stat(grey).median[0] < 80 and _is_screen(image) else grey


def _is_screen(image: Image.Image) -> bool:
    """Whether it was taken from a screen: the background is of one colour. A photograph's dark table is of many."""
    low, high = ImageStat.Stat(image.convert("L").resize((32, 32))).extrema[0]
    return image.format in (None, "PNG") and high - low < 120


def _size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = max(1.0, min(2.0, NARROW / max(width, 1)))
    scale = min(scale, (MOST_READ / (width * height)) ** 0.5)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _of_paper(grey: Image.Image) -> Image.Image:
    """What is light of a photograph, without the table around it; all of it where the table does not go all around."""
    small = _small(grey).filter(ImageFilter.MedianFilter(5))
    low, high = ImageStat.Stat(small).extrema[0]
    middle = (low + high) // 2
    light = small.point([255 if value > middle else 0 for value in range(256)])
    box = light.getbbox()
    if high - low < _MUCH or box is None or not _is_around(light):
        return grey
    if (box[2] - box[0]) * (box[3] - box[1]) < _LEAST_PAPER * small.width * small.height:
        return grey
    across, down = grey.width / small.width, grey.height / small.height
    return grey.crop((int(box[0] * across), int(box[1] * down), int(box[2] * across), int(box[3] * down)))


def _is_around(light: Image.Image) -> bool:
    """Whether the edges are mostly dark. A shadow across a page leaves some of them light."""
    width, height = light.size
    edges = (0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height)
    means = [ImageStat.Stat(light.crop(edge)).mean[0] for edge in edges]
    return sum(means) < _LIGHT_EDGES * 255 * len(edges)


def _evenly_lit(grey: Image.Image) -> Image.Image:
    """Without shadows: what a place is lit like is how light its lightest surroundings are."""
    light = (
        _small(grey).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(2)).resize(grey.size)
    )
    return ImageOps.autocontrast(ImageChops.subtract(grey, light, 1, 255), cutoff=(2, 30))


def _small(grey: Image.Image) -> Image.Image:
    size = max(1, grey.width // _LIGHTING), max(1, grey.height // _LIGHTING)
    return grey.resize(size, Image.Resampling.BOX)


def _without_barcodes(grey: Image.Image) -> Image.Image:
    """White where many strokes stand side by side that are higher than letters are."""
    dark = grey.point([255 if value < 128 else 0 for value in range(256)])
    bars, reach = dark, 1
    while reach < _BAR:  # what is left has _BAR dark pixels below it
        bars = ImageChops.darker(bars, ImageChops.offset(bars, 0, -reach))
        reach *= 2
    share = bars.resize((1, bars.height), Image.Resampling.BOX).tobytes()
    rows = [number for number, value in enumerate(share[: bars.height - _BAR]) if value > _BARS * 255]
    for number in rows:
        grey.paste(255, (0, number, grey.width, number + 1))
    for number in {row + further for row in rows for further in range(_BAR)} - set(rows):
        grey.paste(255, (0, number, grey.width, number + 1))
    return grey
