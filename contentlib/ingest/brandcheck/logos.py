"""Pictures that are the brand's logo, or once were: by their shape, whatever their size and colours."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from coloraide import Color
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from contentlib.domain.findings import Finding, Level
from contentlib.ingest.brandcheck.facts import Picture

# Of 64 bits that describe a shape, two versions of one logo differ in fewer than these; no two logos do.
MOST_BITS = 12
# People see a logo stretched by more than this.
_MOST_STRETCH = 0.03
# Cropping and anti-aliasing move the sides of a small picture by so much.
_MOST_CROP = 0.08
_RECOLOURED = 12.0
_SIDE, _KEPT = 32, 8
_LARGEST = 512
_LEAST_INK, _MOST_INK = 0.01, 0.97


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A picture's shape: 64 bits, width by height of what is drawn, and the colours it is drawn in."""

    bits: int
    ratio: float
    drawn_share: tuple[float, float]
    colours: tuple[str, ...]


def read_shape(data: bytes) -> Shape | None:
    """Give the shape of a PNG or JPEG; None for one that is blank, full, or cannot be drawn."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF")) as opened:
            opened.thumbnail((_LARGEST, _LARGEST))
            pixels = np.asarray(opened.convert("RGBA"), dtype=np.float64)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    ink = _ink(pixels)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not _LEAST_INK <= ink.mean() <= _MOST_INK or len(rows) < 4 or len(columns) < 4:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    cut = ink[top:bottom, left:right]
    return Shape(
        bits=_bits(cut),
        ratio=float((right - left) / (bottom - top)),
        drawn_share=(float((right - left) / ink.shape[1]), float((bottom - top) / ink.shape[0])),
        colours=_colours(pixels[ink]),
    )


def _ink(pixels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell what is drawn from what it is drawn on: the see-through part, else the colour of the corners."""
    alpha = pixels[..., 3] > 96
    if alpha.mean() < 0.98:
        return np.asarray(alpha)
    corners = np.median(pixels[[0, 0, -1, -1], [0, -1, 0, -1], :3], axis=0)
    return np.asarray(np.abs(pixels[..., :3] - corners).sum(axis=-1) > 72)


def _bits(ink: NDArray[np.bool_]) -> int:
    """Describe a shape by the signs of its lowest 64 frequencies (a perceptual hash of the silhouette)."""
    square = Image.fromarray((ink * 255).astype(np.uint8)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    values = np.asarray(square, dtype=np.float64)
    n = np.arange(_SIDE)
    basis = np.cos(math.pi * (2 * n[None, :] + 1) * n[:_KEPT, None] / (2 * _SIDE))
    low = (basis @ values @ basis.T).ravel()
    signs = low > np.median(low[1:])
    return int("".join("1" if sign else "0" for sign in signs), 2)


def _colours(ink: NDArray[np.float64]) -> tuple[str, ...]:
    """Give the colours that make up at least a twelfth of what is drawn; blends at the edges are rarely that many."""
    steps = (ink[:, :3] // 8).astype(np.int64)
    values, counts = np.unique(steps, axis=0, return_counts=True)
    kept = values[counts >= len(ink) / 12] * 8 + 4
    return tuple("#{:02X}{:02X}{:02X}".format(*map(int, colour)) for colour in kept)


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
        if then is not None and (now is None or then[0] < now[0]):
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


def _nearest(shape: Shape, known: Mapping[str, Shape]) -> tuple[int, str] | None:
    near = sorted((int.bit_count(shape.bits ^ other.bits), name) for name, other in known.items())
    return near[0] if near and near[0][0] <= MOST_BITS else None


def _compare(
    picture: Picture, shape: Shape, logo: Shape, near: tuple[int, str], palette: Mapping[str, str]
) -> Iterator[Finding]:
    wide, high = shape.drawn_share
    shown = picture.ratio * wide / high if picture.ratio else shape.ratio
    stretch = shown / logo.ratio
    natural = shape.ratio / logo.ratio
    most = _MOST_STRETCH if abs(natural - 1) <= _MOST_STRETCH else _MOST_CROP
    if abs(stretch - 1) > most:
        way = "wider" if stretch > 1 else "narrower"
        message = f"The logo is stretched: {abs(stretch - 1):.0%} {way} than it should be."
        yield _finding("logo-stretched", message, "Scale it by a corner, or put it in anew.", near)
    strange = [colour for colour in shape.colours if not _is_own(colour, (*logo.colours, *palette.values()))]
    if strange:
        message = f"The logo is in a colour of its own ({', '.join(strange)})."
        yield _finding("logo-recoloured", message, "Put in the logo as it is delivered.", near)


def _is_own(colour: str, accepted: tuple[str, ...]) -> bool:
    return any(
        Color(colour).delta_e(other, method="2000") <= _RECOLOURED for other in (*accepted, "#000000", "#FFFFFF")
    )


def _finding(code: str, message: str, mend: str, near: tuple[int, str] | None) -> Finding:
    return Finding(level=Level.ERROR, code=code, message=message, mend=mend, nearest=near[1] if near else None)
