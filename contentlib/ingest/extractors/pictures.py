"""PNG and JPEG files: their size and what they say of themselves; their words are those that people give them."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors.words import one_line

# A poster of 60 × 80 cm at 300 dpi has 67 million.
MOST_PIXELS = 100_000_000
_DESCRIPTION = 0x010E
_LONGEST = 1_000
_NOTE = "A picture has no words of its own: say in its summary what it shows, by which it is found and read aloud."


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a picture's size without drawing it; raises FileRefusedError when it is damaged or far too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
                said = _description(picture)
                format_ = UploadFormat(str(picture.format).lower())
                if width * height > MOST_PIXELS:
                    raise _too_large(name)
                picture.verify()
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefusedError(f"“{name}” is damaged: it cannot be drawn. Save it once more.") from error
    note = Finding(level=Level.NOTE, code="alt-missing", message=_NOTE)
    return ExtractedFile(
        format=format_,
        pages=(ExtractedPage(number=1, title="", text=said),),
        facts={"width_px": width, "height_px": height} | ({"description": said} if said else {}),
        findings=() if said else (note,),
    )


def _too_large(name: str) -> FileRefusedError:
    return FileRefusedError(f"“{name}” has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller.")


def _description(picture: Image.Image) -> str:
    """Give what somebody wrote into a picture of what it shows: JPEGs say it in Exif, PNGs in a text of their own."""
    told = picture.getexif().get(_DESCRIPTION, "") if picture.format == "JPEG" else picture.info.get("Description", "")
    return one_line(str(told), _LONGEST)
