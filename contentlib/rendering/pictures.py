"""Pages of a finished PDF as pictures with their words; it draws what is there and judges nothing."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image

from contentlib.domain.documents import PagePicture

# Beyond this no page is shown; a document of the library has a few dozen.
MOST_PAGES = 300
QUALITY = 82
# How hard the encoder works, 0 to 6: what is kept is worth it, what the next keystroke replaces is not.
THOROUGH, QUICK = 4, 0


def draw_pictures(
    pdf: bytes, width: int, plate_width: int | None, *, is_quick: bool = False
) -> tuple[PagePicture, ...]:
    """Draw each page as a WebP picture of a width in pixels, a small one too if asked, with the text on it.

    Quick ones are a little larger in bytes.
    """
    method, found = QUICK if is_quick else THOROUGH, []
    with pypdfium2.PdfDocument(pdf) as opened:
        for number in range(min(len(opened), MOST_PAGES)):
            page = opened[number]
            picture = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
            text = page.get_textpage().get_text_bounded().replace("\r\n", "\n").strip()
            found.append(
                PagePicture(
                    number=number + 1,
                    width=picture.width,
                    height=picture.height,
                    webp=_encode(picture, method),
                    plate=_encode(_shrink(picture, plate_width), method) if plate_width else None,
                    text=text,
                )
            )
    return tuple(found)


def _shrink(picture: Image.Image, width: int) -> Image.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _encode(picture: Image.Image, method: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=method)
    return out.getvalue()
