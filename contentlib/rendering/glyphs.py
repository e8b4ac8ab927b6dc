"""Which characters the brand's fonts can draw, so that nothing goes out as empty boxes or in a stranger's font."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from contentlib.branding.parts import Brand
from contentlib.domain.errors import FieldError

# Scripts that stack signs above and below their letters: Arabic and its kin, India's, Thai to Tibetan, Burmese, Khmer.
_TALL = ((0x0600, 0x08FF), (0x0900, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))

_VIETNAMESE = (0x1EA0, 0x1EF9)


def is_tall(text: str) -> bool:
    """Tell whether lines of a text need more room than the brand's own letters do."""
    return any(first <= ord(sign) <= last for sign in text for first, last in _TALL) or any(
        unicodedata.combining(sign) for sign in text
    )


def height_of(text: str) -> str:
    """Name the lines of a heading that would touch, set as close as others: “tall”, or “high” for Vietnamese."""
    if is_tall(text):
        return "tall"
    return "high" if any(_VIETNAMESE[0] <= ord(sign) <= _VIETNAMESE[1] for sign in text) else ""


def count_letters(text: str) -> int:
    """Count the signs of a text that take room side by side; marks stand above or below them."""
    return sum(unicodedata.category(sign)[0] != "M" for sign in text)


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


def judge(values: Mapping[str, str], brand: Brand) -> Iterator[FieldError]:
    """Tell which values, by field, hold characters that no font of the brand does."""
    for name, value in values.items():
        if signs := undrawable(value, brand):
            yield FieldError(field=name, message=f"The brand has no font for these signs: {' '.join(signs[:8])}")


def load(brand: Brand) -> None:
    """Read the character tables of all families, so that processes begun from this one have them."""
    for family in brand.fonts:
        _held(brand.folder / family.files[0].path, brand.hash)


@cache
def _held(path: Path, _brand_hash: str) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
