"""PNG and JPEG files: their size and what they say of themselves; their words are those that people give them."""

from __future__ import annotations

import warnings
from pathlib import Path

from lxml import etree
from PIL import Image, ImageFile, UnidentifiedImageError

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors.words import one_line

# A poster of 60 × 80 cm at 300 dpi has 67 million.
MOST_PIXELS = 100_000_000
_DESCRIPTION = 0x010E
_WINDOWS = (0x9C9B, 0x9C9C)  # title and comment, as Windows writes them
_XMP = (
    "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility",
    "{http://purl.org/dc/elements/1.1/}description",
    "{http://purl.org/dc/elements/1.1/}title",
)
_XMP_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_LARGEST_XMP = 1 << 20
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
                # Phones put further pictures behind the first of a JPEG, which its reader calls by another name.
                format_ = UploadFormat.PNG if picture.format == "PNG" else UploadFormat.JPEG
                if width * height > MOST_PIXELS:
                    raise _too_large(name)
                picture.verify()
            if format_ is UploadFormat.JPEG:
                _refuse_broken_off(path)
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


def _refuse_broken_off(path: Path) -> None:
    """Raise OSError for a JPEG that ends before its last line, as no check of its parts tells."""
    is_lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # which the engine that draws documents sets for all of its process
    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            picture.draft("L", (64, 64))  # an eighth of its size is drawn in a tenth of the time
            picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = is_lenient


def _too_large(name: str) -> FileRefusedError:
    return FileRefusedError(f"“{name}” has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller.")


def _description(picture: Image.Image) -> str:
    """Give what somebody wrote into a picture of what it shows, and its title: in Exif, as PNG's text, or as XMP."""
    exif = picture.getexif() if picture.format != "PNG" else Image.Exif()  # which would draw a PNG before it is checked
    info = picture.info
    told = [str(exif.get(_DESCRIPTION, "")), str(info.get("Description", "")), str(info.get("Title", ""))]
    told += [words.decode("utf-16-le", "replace") for tag in _WINDOWS if isinstance(words := exif.get(tag), bytes)]
    written = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    told += _in_xmp(written.encode() if isinstance(written, str) else written)
    lines = (one_line(words, _LONGEST) for words in told)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _in_xmp(written: bytes) -> list[str]:
    """Give the alternative text, description and title that XMP tells, in whatever language."""
    if not written or len(written) > _LARGEST_XMP or b"<!DOCTYPE" in written or b"<!ENTITY" in written:
        return []
    try:
        root = etree.fromstring(written.strip(b"\0 \r\n\t"), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [str(item.text or "") for tag in _XMP for element in root.iter(tag) for item in element.iter(_XMP_ITEM)]
