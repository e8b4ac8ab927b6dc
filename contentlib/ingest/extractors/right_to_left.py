"""Words of scripts that run from right to left, where a PDF's reader gives their letters as they stand from the left.

It does so for Arabic of some producers, whose words nobody would find; where letters stand on the page tells.
"""

from __future__ import annotations

import ctypes
import re

import pypdfium2 as pdfium

# Letters of Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms; figures run from left to right in all.
_LETTER = re.compile("[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u088e\u08a0-\u08c9\ufb1d-\ufdff\ufe70-\ufefc]")
_MARK = re.compile("[\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]")
# Letters of one ligature have one place.
_SAME = 0.05


def find_turned(text: str, words: pdfium.PdfTextPage) -> list[tuple[str, str]]:
    """Give what stands turned round in a page's text, in its order, each with how it is read."""
    if not _LETTER.search(text):
        return []
    turned: list[tuple[str, str]] = []
    group: list[str] = []
    last = 0.0
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))

    def close() -> None:
        while group and not group[-1].strip():
            group.pop()
        if len(group) > 1:
            turned.append(("".join(group), "".join(reversed(group))))
        group.clear()

    for index in range(words.count_chars()):
        sign = chr(pdfium.raw.FPDFText_GetUnicode(words, index))
        if group and (_MARK.match(sign) or sign == " "):
            if sign == " ":
                group.append(sign)
            else:
                group[-1] += sign
        elif not _LETTER.match(sign):
            close()
        elif pdfium.raw.FPDFText_GetCharBox(words, index, left, right, bottom, top):
            if group and abs(left.value - last) < _SAME and group[-1] != " ":
                group[-1] += sign
            else:
                if group and left.value < last:
                    close()
                group.append(sign)
            last = left.value
    close()
    return turned


def turn(text: str, turned: list[tuple[str, str]]) -> str:
    """Put right what stands turned round in a text."""
    at = 0
    for wrong, right in turned:
        found = text.find(wrong, at)
        if found >= 0:
            text, at = text[:found] + right + text[found + len(wrong) :], found + len(right)
    return text
