"""Pictures that are the brand's logo, or once were: by their shape, whatever their size and colours."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from contentlib.domain.findings import Finding, Level
from contentlib.ingest.brandcheck.facts import Picture
from contentlib.ingest.brandcheck.rules import distance

# Two versions of one logo are alike to this much, down to 15 pixels of height; other pictures to 0.7 at most.
LEAST_LIKE = 0.9
# People see a logo stretched by more than this.
_MOST_STRETCH = 0.03
# By so much of a pixel the edges of a small picture are told wrong.
_EDGE = 0.5
_RECOLOURED = 12.0
_SIDE = 32
_LARGEST = 512
_LEAST_INK, _MOST_INK = 0.01, 0.97
_DRAWN = 0.375


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """A picture's shape: a small silhouette, width by height of what is drawn, and the colours it is drawn in.

    `whole` is width by height of the picture itself, `shorter` the shorter side of what is drawn, in pixels.
    """

    silhouette: NDArray[np.float64]
    ratio: float
    whole: float
    shorter: float
    colours: tuple[str, ...]

    def likeness(self, other: Shape) -> float:
        """Tell how alike two shapes are, whatever their sizes, proportions and colours: 1 is the same."""
        return float(self.silhouette @ other.silhouette)


@lru_cache(maxsize=256)
def read_shape(data: bytes) -> Shape | None:
    """Give the shape of a PNG or JPEG; None for one that is blank, full, or cannot be drawn."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF")) as opened:
            opened.thumbnail((_LARGEST, _LARGEST))
            pixels = np.asarray(opened.convert("RGBA"), dtype=np.float64)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    cover = _coverage(pixels)
    ink = cover > _DRAWN
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not _LEAST_INK <= ink.mean() <= _MOST_INK or len(rows) < 4 or len(columns) < 4:
        return None
    top, bottom = _edges(cover.max(axis=1), int(rows[0]), int(rows[-1]))
    left, right = _edges(cover.max(axis=0), int(columns[0]), int(columns[-1]))
    silhouette = _silhouette(cover, (left, top, right, bottom))
    if silhouette is None:
        return None
    return Shape(
        silhouette=silhouette,
        ratio=(right - left) / (bottom - top),
        whole=ink.shape[1] / ink.shape[0],
        shorter=min(right - left, bottom - top),
        colours=_colours(pixels[ink]),
    )


def _coverage(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell what is drawn from what it is drawn on, 0 to 1: the see-through part, else the colour of the corners."""
    alpha = pixels[..., 3]
    if (alpha > _DRAWN * 255).mean() < 0.98:
        return np.asarray(alpha / 255)
    corners = np.median(pixels[[0, 0, -1, -1], [0, -1, 0, -1], :3], axis=0)
    distance = np.abs(pixels[..., :3] - corners).sum(axis=-1)
    # The strongest colour counts as drawn; noise of JPEGs does not.
    return np.asarray(np.clip(distance / max(float(np.percentile(distance, 99)), 192.0), 0, 1))


def _edges(peaks: NDArray[np.float64], first: int, last: int) -> tuple[float, float]:
    """Give where the drawn part begins and ends, in parts of a pixel: half-covered edges are half a pixel."""
    begin = first + 1 - min(1.0, float(peaks[first])) - (float(peaks[first - 1]) if first else 0.0)
    end = last + min(1.0, float(peaks[last])) + (float(peaks[last + 1]) if last + 1 < len(peaks) else 0.0)
    return max(begin, 0.0), min(end, float(len(peaks)))


def _silhouette(cover: NDArray[np.float64], box: tuple[float, float, float, float]) -> NDArray[np.float64] | None:
    """Draw what is inside a box on a small square, and even it out, so that a product of two tells their likeness."""
    square = Image.fromarray((cover * 255).astype(np.uint8))
    values = np.asarray(square.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=box), dtype=np.float64).ravel()
    values = values - values.mean()
    length = float(np.linalg.norm(values))
    return values / length if length > 1 else None


def _colours(ink: NDArray[np.float64]) -> tuple[str, ...]:
    """Give the colours that make up at least a twelfth of what is drawn; blends at the edges are rarely that many."""
    # A colour as one number of 15 bits: numbers are counted, where rows of three would have to be sorted first.
    steps = (ink[:, :3] // 8).astype(np.int64) @ (1 << 10, 1 << 5, 1)
    kept = np.flatnonzero(np.bincount(steps) >= len(ink) / 12)
    return tuple("#{:02X}{:02X}{:02X}".format(*((int(one) >> by & 31) * 8 + 4 for by in (10, 5, 0))) for one in kept)


def check(
    pictures: tuple[Picture, ...], logos: Mapping[str, bytes], old: Mapping[str, bytes], palette: Mapping[str, str]
) -> Iterator[Finding]:
    """Find logos that are outdated, stretched or recoloured; `logos` and `old` are PNGs by name."""
    known = {name: shape for name, data in logos.items() if (shape := read_shape(data))}
    outdated = {name: shape for name, data in old.items() if (shape := read_shape(data))}
    told: set[tuple[str, str, int]] = set()
    for picture in pictures:
        shape = read_shape(picture.data)
        if shape is None:
            continue
        now, then = _nearest(shape, known), _nearest(shape, outdated)
        if then is not None and (now is None or then[0] > now[0]):
            found = [
                _finding("logo-outdated", f"An old logo stands here (“{then[1]}”).", "Put the current one in.", now)
            ]
        elif now is not None:
            found = list(_compare(picture, shape, known[now[1]], now, palette))
        else:
            continue
        for finding in found:
            key = (finding.code, finding.message, picture.page)
            if key not in told:
                told.add(key)
                yield Finding(**{**finding.as_dict(), "level": finding.level, "page": picture.page})


def _nearest(shape: Shape, known: Mapping[str, Shape]) -> tuple[float, str] | None:
    near = max(((shape.likeness(other), name) for name, other in known.items()), default=(0.0, ""))
    return near if near[0] >= LEAST_LIKE else None


def _compare(
    picture: Picture, shape: Shape, logo: Shape, near: tuple[float, str], palette: Mapping[str, str]
) -> Iterator[Finding]:
    stretch = shape.ratio / logo.ratio * (picture.ratio / shape.whole if picture.ratio else 1.0)
    if abs(stretch - 1) > _MOST_STRETCH + _EDGE / shape.shorter:
        way = "wider" if stretch > 1 else "narrower"
        message = f"The logo is stretched: {abs(stretch - 1):.0%} {way} than it should be."
        yield _finding("logo-stretched", message, "Scale it by a corner, or put it in anew.", near)
    strange = [colour for colour in shape.colours if not _is_own(colour, (*logo.colours, *palette.values()))]
    if strange or picture.is_recoloured:
        how = f"in a colour of its own ({', '.join(strange)})" if strange else "recoloured by an effect"
        yield _finding("logo-recoloured", f"The logo is {how}.", "Put in the logo as it is delivered.", near)


def _is_own(colour: str, accepted: tuple[str, ...]) -> bool:
    return any(distance(colour, other) <= _RECOLOURED for other in (*accepted, "#000000", "#FFFFFF"))


def _finding(code: str, message: str, mend: str, near: tuple[float, str] | None) -> Finding:
    return Finding(level=Level.ERROR, code=code, message=message, mend=mend, nearest=near[1] if near else None)
