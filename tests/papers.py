"""Receipts as people have them: a photograph, a PDF."""

from io import BytesIO

from PIL import Image, ImageDraw


def photo(width: int = 600, height: int = 900, words: str = "Corner shop", form: str = "JPEG") -> bytes:
    """A picture of a slip of paper."""
    picture = Image.new("RGB", (width, height), "#8a8f98")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 8, height // 10, width - width // 8, height - height // 10), fill="#fdfcf7")
    draw.multiline_text((width // 5, height // 6), words, fill="#222222", font_size=min(width, height) // 16)
    file = BytesIO()
    picture.save(file, form)
    return file.getvalue()


def pdf(*lines: str) -> bytes:
    """One page with these lines, as a shop's till prints them."""
    words = b"".join(f"({line}) Tj T* ".encode("latin-1") for line in lines or ("Corner shop",))
    content = b"BT /F1 12 Tf 14 TL 72 720 Td " + words + b"ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(made),
        )
    )
