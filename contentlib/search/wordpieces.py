"""Cuts a text into the pieces of words that a sentence model knows, as BERT does; it knows no model.

The rules are those of BERT's uncased tokenizer: Devlin and others, arXiv:1810.04805, and its `tokenization.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# A longer run of letters is no word.
LONGEST = 100
# More of a text is not looked at: a piece has some four letters.
_LETTERS_PER_PIECE = 16
_UNKNOWN, _FIRST, _LAST = "[UNK]", "[CLS]", "[SEP]"
# Where scripts without spaces stand, each of whose characters is a word.
_IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2FA1F), (0xF900, 0xFAFF))


class WordPieces:
    """The pieces of a vocabulary, and how texts are cut into them."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take each piece's number; a piece that goes on a word begins with ##."""
        self._numbers = vocabulary
        self._unknown, self._first, self._last = (vocabulary[one] for one in (_UNKNOWN, _FIRST, _LAST))

    def cut(self, text: str, most: int) -> list[int]:
        """Give the numbers of a text's first pieces, `most` at most, with those that begin and end every text."""
        found: list[int] = []
        for word in split(text[: most * _LETTERS_PER_PIECE]):
            found += self._pieces(word)
            if len(found) >= most - 2:
                break
        return [self._first, *found[: most - 2], self._last]

    def _pieces(self, word: str) -> list[int]:
        """Cut a word into the longest pieces there are, from its beginning; one that cannot be cut is unknown."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST:
            lead = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(lead + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return found or [self._unknown]


def split(text: str) -> list[str]:
    """Split a text into words without capitals and accents; every sign and every ideograph is a word."""
    spread: list[str] = []
    for letter in unicodedata.normalize("NFD", text):
        category = unicodedata.category(letter)
        if letter.isspace():
            spread.append(" ")
        elif category == "Mn" or category.startswith("C"):
            continue
        elif _stands_alone(letter, category):
            spread.append(f" {letter} ")
        else:
            spread.append(letter)
    return "".join(spread).lower().split()


def _stands_alone(letter: str, category: str) -> bool:
    if letter.isascii():
        return not letter.isalnum()
    return category.startswith("P") or any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS)
