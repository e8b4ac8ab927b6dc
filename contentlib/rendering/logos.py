"""Logos and pictures that people hand in, made safe: read through an allow-list and kept plain; it judges no taste."""

from __future__ import annotations

import io
from pathlib import Path

import tinycss2
from lxml import etree
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from contentlib.domain.errors import InvalidInputError

LARGEST_BYTES = 5_000_000
# 24 megapixels is a camera's picture; a logo with more is a bomb or a mistake.
LARGEST_PIXELS = 24_000_000
WIDEST = 1200
# Twice what the widest slide shows: sharp on paper, and no more.
WIDEST_PICTURE = 2400
NARROWEST_RATIO, WIDEST_RATIO = 1.0, 6.0
# Cropping to whole pixels may cost a ratio this much.
RATIO_TOLERANCE = 0.03
# On the white plate a logo whose every pixel is lighter than this cannot be seen.
PALEST = 232
# Of what is drawn, this much at least has to be darker than that: a speck makes no pale logo readable.
LEAST_SEEN = 0.005
_WHITE = 250
# The plate is some 40 mm wide: with fewer pixels than these a logo is a blur on paper, or a counting pixel.
LEAST_WIDTH, LEAST_HEIGHT = 80, 24
# More than this in one colour is a plain area: what was clear around a logo, filled in by the program that saved it.
MOST_OF_ONE_COLOUR = 0.98
# How far each part of a colour may stray within it, which JPEG never keeps quite.
_STRAYS = 6
MOST_ELEMENTS = 5_000

_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(
    {
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
        "radialGradient", "stop", "clipPath", "mask", "title", "desc", "use", "symbol", "style",
    }
)  # fmt: skip
_REFUSED = {
    "script": "holds a script",
    "foreignObject": "holds foreign content",
    "image": "holds another picture",
    "text": "holds text that would need its font; save it with outlines",
    "animate": "is animated",
    "set": "is animated",
    "switch": "holds parts of which only one is shown; save it as plain SVG",
}
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
# What stands within these is shown only where something else names it.
_ASIDE = frozenset({"defs", "symbol", "clipPath", "mask"})

# How many pixels the units of SVG have.
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def read_logo(data: bytes) -> bytes:
    """Read a PNG, JPEG or SVG logo and give it as PNG, trimmed, at most 1,200 pixels wide.

    Raises InvalidInputError, in a sentence for the person who chose the file, when it cannot be used.
    """
    if len(data) > LARGEST_BYTES:
        raise InvalidInputError("The logo is larger than 5 MB.")
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_svg = head.startswith((b"<svg", b"<?xml", b"<!--")) or b"<svg" in head
    picture = _draw_svg(data) if is_svg else _open(data)
    return _normalise(picture)


def read_picture(data: bytes) -> tuple[bytes, str]:
    """Read a PNG, JPEG or SVG that a text is to show; give it as it is kept, with the suffix of its name.

    Pictures of pixels lose what they tell of place and camera and become at most 2,400 pixels wide; of a drawing only
    what draws shapes is kept. Raises InvalidInputError, in a sentence for the person who chose the file.
    """
    if len(data) > LARGEST_BYTES:
        raise InvalidInputError("The picture is larger than 5 MB.")
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if head.startswith((b"<svg", b"<?xml", b"<!--")) or b"<svg" in head:
            return clean_svg(data)[0], ".svg"
        return _keep_picture(_open(data), is_photo=head.startswith(b"\xff\xd8"))
    except InvalidInputError as refused:
        raise InvalidInputError(refused.message.replace("The logo", "The picture")) from None


def _keep_picture(picture: Image.Image, *, is_photo: bool) -> tuple[bytes, str]:
    """Give a picture as a file of its own, no larger than paper needs."""
    picture.thumbnail((WIDEST_PICTURE, WIDEST_PICTURE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if is_photo:
        picture.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
        return out.getvalue(), ".jpg"
    opaque = picture.getchannel("A").getextrema() == (255, 255)
    (picture.convert("RGB") if opaque else picture).save(out, "PNG", optimize=True)
    return out.getvalue(), ".png"


def _open(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    is_lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # which the document engine sets; half a logo must not go out
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise InvalidInputError("The logo has more than 24 megapixels.")
            # A JPEG of several frames is a camera's, with a small copy of itself behind it.
            if opened.format == "PNG" and getattr(opened, "n_frames", 1) > 1:
                raise InvalidInputError(
                    "The logo is animated, and paper does not move; save one moment of it as a PNG."
                )
            upright = ImageOps.exif_transpose(opened)
            if upright.mode.startswith("I"):  # grey in 16 bits, which would be cut off at 8 instead of divided
                upright = upright.convert("I").point(lambda value: value * (1 / 257)).convert("L")
            return upright.convert("RGBA")
    except Image.DecompressionBombError:
        raise InvalidInputError("The logo has more than 24 megapixels.") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise InvalidInputError("The logo cannot be read; give a PNG, JPEG or SVG file.") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = is_lenient


def _normalise(picture: Image.Image) -> bytes:
    # A scan or a JPEG has no transparency: what is white around it is as empty as what is clear.
    shown = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    flat = shown.convert("L")
    inked = flat.point(lambda value: 255 if value < _WHITE else 0)
    box = inked.getbbox()
    counts = flat.histogram()
    if box is None or sum(counts[: PALEST + 1]) < LEAST_SEEN * sum(counts[:_WHITE]):
        raise InvalidInputError(
            "The logo is white or nearly so and would not be seen on its white plate; use a dark one."
        )
    picture = picture.crop(box)
    _refuse_useless(shown.crop(box))
    ratio = picture.width / picture.height
    least, most = NARROWEST_RATIO * (1 - RATIO_TOLERANCE), WIDEST_RATIO * (1 + RATIO_TOLERANCE)
    if not least <= ratio <= most:
        shape = f"{ratio:.3g} to 1" if ratio > 1 else f"1 to {1 / ratio:.3g}"
        raise InvalidInputError(
            f"The logo is {shape}; between 1 to 1 and 6 to 1 it can be read. Use a wider or squarer one."
        )
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, max(round(WIDEST / ratio), 1)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refuse_useless(shown: Image.Image) -> None:
    """Refuse what can be read and shows nothing; it is given as it stands on white, without its margin."""
    if shown.width < LEAST_WIDTH or shown.height < LEAST_HEIGHT:
        size = f"{shown.width} × {shown.height} pixels" if shown.size != (1, 1) else "a single pixel"
        raise InvalidInputError(
            f"The logo is {size} and would be a blur on paper; use one of at least {LEAST_WIDTH} × {LEAST_HEIGHT}"
            " pixels without its margin, or an SVG."
        )
    areas = [_largest_area(band.histogram()) for band in shown.split()]
    if all(area > MOST_OF_ONE_COLOUR for area, _ in areas) and min(at for _, at in areas) <= PALEST:
        raise InvalidInputError(
            "The logo is one plain area of colour: nothing can be told apart in it. Save it anew on a white ground."
        )


def _largest_area(counts: list[int]) -> tuple[float, int]:
    """Give the share of pixels that are nearly alike, of those alike the most, and how light they are."""
    near = [sum(counts[max(at - _STRAYS, 0) : at + _STRAYS + 1]) for at in range(256)]
    most = max(near)
    return most / sum(counts), near.index(most)


def _draw_svg(data: bytes) -> Image.Image:
    """Draw a vector logo with the document engine: what it cannot load is not there to be loaded."""
    import pypdfium2
    import weasyprint

    from contentlib.rendering.fetcher import BASE, LibraryFetcher, address_of
    from contentlib.rendering.press import Listening

    clean, ratio = clean_svg(data)
    nowhere = Path("/nonexistent")
    fetcher = LibraryFetcher(brand=nowhere, templates=nowhere, extra={"request/logo.svg": clean})
    source = (
        f"<html lang=en><title>logo</title><style>@page{{size:1200px {1200 / ratio:.2f}px;margin:0}}"
        f"body{{margin:0}}img{{display:block;width:1200px;height:{1200 / ratio:.2f}px}}</style>"
        f'<img alt="logo" src="{address_of("request/logo.svg")}"></html>'
    )
    with Listening():
        pdf = weasyprint.HTML(string=source, base_url=BASE, url_fetcher=fetcher).write_pdf()
    with pypdfium2.PdfDocument(pdf) as opened:
        # One pixel per CSS pixel: a point is 4/3 of one.
        drawn: Image.Image = opened[0].render(scale=4 / 3, fill_color=(255, 255, 255, 0)).to_pil()
    return drawn.convert("RGBA")


def clean_svg(data: bytes) -> tuple[bytes, float]:
    """Keep of an SVG only what draws shapes and give it with its width by height; refuse what could do more."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in data[:4096] and b"<!ENTITY" in data:
        raise InvalidInputError("The logo declares entities; save it as plain SVG.")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise InvalidInputError("The logo is not a readable SVG file.") from None
    if root.tag not in {f"{{{_SVG}}}svg", "svg"}:
        raise InvalidInputError("The logo is not an SVG file.")
    elements = list(root.iter())
    if len(elements) > MOST_ELEMENTS:
        raise InvalidInputError("The logo is drawn with more than 5,000 shapes; use a simpler one.")
    for element in elements:
        _clean_element(element)
    _refuse_nested_use(root)
    _refuse_empty(root)
    return etree.tostring(root), _ratio_of(root)


def _clean_element(element: etree._Element) -> None:
    if not isinstance(element.tag, str):
        _drop(element)
        return
    name = etree.QName(element).localname
    if name in _REFUSED:
        raise InvalidInputError(f"The logo {_REFUSED[name]}.")
    if name == "a":  # its shapes are shown, and it leads nowhere
        element.tag, name = element.tag[:-1] + "g", "g"
        _take_out(element, "href")
    if name not in _DRAWN or etree.QName(element).namespace not in {_SVG, None}:
        _drop(element)
        return
    if name == "style" and any(word in (element.text or "").lower() for word in ("@import", "url(", "\\")):
        raise InvalidInputError("The logo's style loads something from elsewhere.")
    for key, value in list(element.attrib.items()):
        plain = etree.QName(key).localname.lower()
        is_link = plain == "href" and not value.startswith("#")
        is_load = "url(" in value.lower() and "url(#" not in value.replace(" ", "").replace("'", "").replace('"', "")
        if plain.startswith("on") or is_link or is_load:
            del element.attrib[key]
    # Its filters are taken out, and what names one that is not there is not shown by every browser.
    _take_out(element, "filter")
    if "filter" in (style := element.get("style", "")):
        kept = [each for each in tinycss2.parse_blocks_contents(style) if getattr(each, "lower_name", "") != "filter"]
        element.set("style", tinycss2.serialize(kept))


def _take_out(element: etree._Element, name: str) -> None:
    """Take an attribute out, in whatever namespace it stands."""
    for key in [key for key in element.attrib if etree.QName(key).localname == name]:
        del element.attrib[key]


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _refuse_nested_use(root: etree._Element) -> None:
    """Refuse `use` within what is used: a few lines of that can stand for millions of shapes."""
    uses = [
        element for element in root.iter() if isinstance(element.tag, str) and etree.QName(element).localname == "use"
    ]
    targets = {value[1:] for use in uses for key, value in use.attrib.items() if key.endswith("href")}
    for use in uses:
        if any(parent.get("id") in targets for parent in use.iterancestors()) or use.get("id") in targets:
            raise InvalidInputError("The logo repeats shapes within repeated shapes; save it as plain shapes.")


def _refuse_empty(root: etree._Element) -> None:
    """Refuse a drawing without a shape, as what is left of one whose parts were all of another program's sort."""
    names = {element: etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str)}
    known = {element.get("id") for element in names}
    for element, name in names.items():
        used = {value[1:] for key, value in element.attrib.items() if name == "use" and key.endswith("href")}
        is_drawn = name in _SHAPES or used & known
        if is_drawn and not any(names[parent] in _ASIDE for parent in element.iterancestors()):
            return
    raise InvalidInputError("The logo shows nothing: there is no shape in it. Save it anew, with outlines as paths.")


def _ratio_of(root: etree._Element) -> float:
    try:
        if box := root.get("viewBox"):
            _x, _y, width, height = (float(part) for part in box.replace(",", " ").split())
        else:
            width, height = (_pixels(root.get(key, "0").strip()) for key in ("width", "height"))
            root.set("viewBox", f"0 0 {width:g} {height:g}")
    except ValueError:
        raise InvalidInputError("The logo does not say how large it is.") from None
    if width <= 0 or height <= 0 or not 0.1 <= width / height <= 20:
        raise InvalidInputError("The logo's size makes no picture.")
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    return width / height


def _pixels(length: str) -> float:
    """Read a length in pixels; drawing programs write it in any unit of print."""
    per_pixel = next((size for unit, size in _UNITS.items() if length.endswith(unit)), 1.0)
    return float(length.rstrip("cimnptx")) * per_pixel
