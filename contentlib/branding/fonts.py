"""What a font file really holds, against what the brand says of it; it installs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

# WOFF2 has to be unpacked at each load: nine faces cost 235 ms against 9 ms, and the library has no unpacker.
SUFFIXES = (".ttf", ".otf")

# Names that a font cut down to western Latin cannot write; each letter stands for one European language's own.
EUROPEAN_LETTERS = "ŽščěřůŁóźćąęŐűŞğıĐđŻħȘțĀēģķļņŪŲįøåæßéèñçãõŵŷġċ"

_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_IS_ITALIC = 1


@dataclass(frozen=True, kw_only=True)
class FontFacts:
    """The family a file names itself, its weight and slant, and the code points it can draw."""

    family: str
    weight: int
    is_italic: bool
    is_variable: bool
    characters: frozenset[int]

    @property
    def missing_european(self) -> str:
        """The European letters it cannot draw."""
        return "".join(letter for letter in EUROPEAN_LETTERS if ord(letter) not in self.characters)


class UnreadableFontError(Exception):
    """The file is no font."""


def read_font(path: Path) -> FontFacts:
    """Read a font file's facts; raise UnreadableFontError when it is none."""
    try:
        stamp = path.stat()
    except OSError as fault:
        raise UnreadableFontError(str(fault)) from fault
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


# A brand is loaded for every file that is checked, and to unpack the tables of its fonts is nine tenths of that.
@lru_cache(maxsize=128)
def _read(path: Path, _changed_ns: int, _size: int) -> FontFacts:
    try:
        # Opened here, because the library leaves the file open when it turns out to be none.
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            names = font["name"]
            family = names.getDebugName(_TYPOGRAPHIC_FAMILY) or names.getDebugName(_FAMILY) or ""
            return FontFacts(
                family=family,
                weight=font["OS/2"].usWeightClass,
                is_italic=bool(font["OS/2"].fsSelection & _IS_ITALIC),
                is_variable="fvar" in font,
                characters=frozenset(font.getBestCmap() or ()),
            )
    # The library leaves by many exceptions on broken files: all of them mean the same here.
    except (TTLibError, KeyError, AttributeError, ValueError, IndexError, OSError, AssertionError) as fault:
        raise UnreadableFontError(str(fault)) from fault
