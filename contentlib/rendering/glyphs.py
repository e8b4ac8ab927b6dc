"""Which characters the brand's fonts can draw, so that nothing goes out as empty boxes or in a stranger's font."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from contentlib.branding.parts import Brand


def undrawable(characters: Iterable[str], brand: Brand) -> tuple[str, ...]:
    """Give the characters that no font of the brand holds, in code point order."""
    left = {c for c in characters if not c.isspace() and c.isprintable()}
    # The text family first: it settles nearly every document, and each file costs some milliseconds.
    families = sorted(brand.fonts, key=lambda family: family.name != brand.text.family)
    for family in families:
        if not left:
            break
        left -= _held(brand.folder / family.files[0].path, brand.hash)
    return tuple(sorted(left))


def load(brand: Brand) -> None:
    """Read the character tables of all families, so that processes begun from this one have them."""
    for family in brand.fonts:
        _held(brand.folder / family.files[0].path, brand.hash)


@cache
def _held(path: Path, _brand_hash: str) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
