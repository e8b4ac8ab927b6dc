"""Scripts that run from right to left: signs of a drawn page brought into the order in which they are read.

Programs write such lines into PDFs in several ways, and a PDF's reader undoes only the usual one: letters of some stand
as they do from the left, ligatures come back turned round, brackets mirrored. Where the signs stand tells; it opens no
file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Letters of Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms; figures run from left to right in all.
_LETTER = re.compile("[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u088e\u08a0-\u08c9\ufb1d-\ufdff\ufe70-\ufefc]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_MARK = re.compile("[\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]")
_FIGURE = re.compile(r"[\d.,\u066b\u066c]")
# Alef before lam in one place: the one ligature of all Arabic fonts, and it is always read lam first.
_ALEF, _LAM = "\u0622\u0623\u0625\u0627", "\u0644"
# What follows or comes before a figure and belongs to the line around it.
_MARKS_BESIDE = ",.;:!?-\u2013\u2014\u060c\u061b\u061f"
_SHARES = "%\u066a\u2030"
# Letters of one ligature have one place.
_SAME = 0.05
_OPENING, _CLOSING = "([{\u00ab\u2039", ")]}\u00bb\u203a"
_MIRRORED = dict(zip(_OPENING + _CLOSING, _CLOSING + _OPENING, strict=True))


class Sign(NamedTuple):
    """A sign on a page and its box in points from the lower left corner, as the PDF's reader gives them."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


Signs = list[Sign]


def has_right_to_left(text: str) -> bool:
    """Tell whether a text holds letters of a script that runs from right to left."""
    return _LETTER.search(text) is not None


def starts_from_right(text: str) -> bool:
    """Tell whether the first letter of a line belongs to a script that runs from right to left."""
    first = next((sign for sign in text if sign.isalpha()), "")
    return _LETTER.match(first) is not None


def in_reading_order(signs: Iterable[Sign]) -> list[Signs]:
    """Give the lines of a page, each in the order in which it is read and without the break at its end."""
    lines = [_Line(line) for line in _lines(signs)]
    if any(line.has_turned_ligature() for line in lines):
        for line in lines:
            line.turn_ligatures()
    judged = [line.balance for line in lines if line.runs_from_right]
    if judged.count(_WRONG) > judged.count(_RIGHT):
        for line in lines:
            line.mend_brackets()
    return [line.signs for line in lines]


def _lines(signs: Iterable[Sign]) -> Iterable[Signs]:
    line: Signs = []
    for sign in signs:
        if sign.char in "\r\n":
            if line:
                yield line
            line = []
        else:
            line.append(sign)
    if line:
        yield line


_RIGHT, _WRONG, _UNKNOWN = "right", "wrong", "unknown"


class _Line:
    """One line of a page; what is turned is decided where all lines are known."""

    def __init__(self, signs: Signs) -> None:
        self.runs_from_right = any(_LETTER.match(sign.char) for sign in signs)
        self.ligatures: list[tuple[int, int]] = []
        self.signs = signs
        if self.runs_from_right:
            self.signs = self._turn_letters()
            self._order_foreign_words()
            if any(_ARABIC.match(sign.char) for sign in self.signs):
                self._move_shares()

    def _turn_letters(self) -> Signs:
        """Turn the words round whose letters stand one after the other from the left, and keep their ligatures."""
        turned: Signs = []
        group: list[Signs] = []
        last = 0.0

        def close() -> None:
            after: Signs = []
            while group and not group[-1][0].char.strip():
                after = group.pop() + after
            if len(group) == 1 and len(group[0]) > 1:
                # Ligatures of words that the reader itself has turned: their letters came along.
                self.ligatures.append((len(turned), len(turned) + len(group[0])))
            turned.extend(sign for cluster in reversed(group) for sign in cluster)
            turned.extend(after)
            group.clear()

        for sign in self.signs:
            if group and sign.char == " ":
                group.append([sign])
            elif group and _MARK.match(sign.char):
                group[-1].append(sign)
            elif not _LETTER.match(sign.char):
                close()
                turned.append(sign)
            else:
                if group and abs(sign.left - last) < _SAME and group[-1][0].char != " ":
                    group[-1].append(sign)
                else:
                    if group and sign.left < last:
                        close()
                    group.append([sign])
                last = sign.left
        close()
        return turned

    def has_turned_ligature(self) -> bool:
        """Tell whether alef stands before lam in one place."""
        pairs = (
            (self.signs[n].char, self.signs[n + 1].char) for first, end in self.ligatures for n in range(first, end - 1)
        )
        return any(one in _ALEF and other == _LAM for one, other in pairs)

    def turn_ligatures(self) -> None:
        """Turn the letters of each ligature round; a letter with its marks is none."""
        for first, end in self.ligatures:
            if all(_LETTER.match(sign.char) for sign in self.signs[first:end]):
                self.signs[first:end] = reversed(self.signs[first:end])

    def _order_foreign_words(self) -> None:
        """Put words of other scripts that follow one another, and marks beside figures, in the order they stand in."""
        words = _split(self.signs)
        told = [word for word in words if word]
        if told and len(told) > 1 and told[0][0].left < told[-1][0].left:
            return  # it runs from the left, with words from the right in it
        ordered: list[Signs] = []
        run: list[Signs] = []  # of words that stand one left of the other, though they are read from the left
        for word in words:
            is_foreign = _is_foreign(word)
            if run and not (is_foreign and word[0].left < run[-1][0].left):
                ordered += reversed(run)
                run = []
            if is_foreign:
                run.append(word)
            else:
                follows_foreign = ordered and _is_foreign(ordered[-1]) and not any(_LETTER.match(s.char) for s in word)
                ordered.append(word if follows_foreign else _with_marks_in_place(word))
        ordered += reversed(run)
        spaces = (sign for sign in self.signs if sign.char == " ")
        self.signs = ordered[0] + [sign for word in ordered[1:] for sign in (next(spaces), *word)]

    def _move_shares(self) -> None:
        """Put the sign of a share that stands left of its figures behind them, as Arabic is read."""
        n = 0
        while n < len(self.signs) - 1:
            end = n + 1
            while end < len(self.signs) and _FIGURE.match(self.signs[end].char):
                end += 1
            share = self.signs[n]
            if share.char in _SHARES and end > n + 1 and share.left < self.signs[n + 1].left:
                self.signs[n:end] = [*self.signs[n + 1 : end], share]
            n = end

    @property
    def balance(self) -> str:
        """Judge the line's brackets: each that opens is to be closed, as far as two and more tell."""
        brackets = [sign.char for sign in self.signs if sign.char in _MIRRORED]
        if len(brackets) < 2:
            return _UNKNOWN
        if _is_balanced(brackets):
            return _RIGHT
        return _WRONG if len(brackets) % 2 == 0 else _UNKNOWN

    def mend_brackets(self) -> None:
        """Mirror the brackets of a line on a page whose brackets stand mirrored."""
        places = [n for n, sign in enumerate(self.signs) if sign.char in _MIRRORED]
        brackets = [self.signs[n].char for n in places]
        if not brackets or _is_balanced(brackets):
            return
        mended = [_MIRRORED[char] for char in brackets]
        if not _is_balanced(mended):
            if not self.runs_from_right:
                return
            if len(brackets) % 2 == 0:
                mended = [_as(char, opens=n % 2 == 0) for n, char in enumerate(brackets)]
        for n, char in zip(places, mended, strict=True):
            self.signs[n] = self.signs[n]._replace(char=char)
            # Where a bracket came to the wrong side of the space beside it, it stands against the wrong word.
            inner, outer = (n + 1, n - 1) if char in _OPENING else (n - 1, n + 1)
            if self._is_space(inner) and self._is_word(outer):
                self.signs[n], self.signs[inner] = self.signs[inner], self.signs[n]

    def _is_space(self, n: int) -> bool:
        return 0 <= n < len(self.signs) and self.signs[n].char == " "

    def _is_word(self, n: int) -> bool:
        return 0 <= n < len(self.signs) and self.signs[n].char.isalnum()


def _split(signs: Signs) -> list[Signs]:
    """Give the words between the spaces of a line, with empty ones where two spaces follow each other."""
    words: list[Signs] = [[]]
    for sign in signs:
        if sign.char == " ":
            words.append([])
        else:
            words[-1].append(sign)
    return words


def _is_foreign(word: Signs) -> bool:
    return bool(word) and word[0].char.isalpha() and not any(_LETTER.match(sign.char) for sign in word)


def _with_marks_in_place(word: Signs) -> Signs:
    """Put marks that stand left of a word's figures behind them, and those right of them before them."""
    figures = [n for n, sign in enumerate(word) if sign.char.isdecimal()]
    if not figures:
        return word
    first, last = figures[0], figures[-1]
    begin, end = first, last + 1
    while begin and word[begin - 1].char in _MARKS_BESIDE and word[begin - 1].left < word[first].left:
        begin -= 1
    while end < len(word) and word[end].char in _MARKS_BESIDE and word[end].left > word[last].left:
        end += 1
    before, after = word[last + 1 : end], word[begin:first]
    return [*word[:begin], *reversed(before), *word[first : last + 1], *reversed(after), *word[end:]]


def _as(char: str, *, opens: bool) -> str:
    return char if (char in _OPENING) is opens else _MIRRORED[char]


def _is_balanced(brackets: Sequence[str]) -> bool:
    open_ones: list[str] = []
    for char in brackets:
        if char in _OPENING:
            open_ones.append(_MIRRORED[char])
        elif not open_ones or open_ones.pop() != char:
            return False
    return not open_ones
