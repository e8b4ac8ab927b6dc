"""Turns text into the words that are compared: case, accents, hyphens and endings folded alike; it reads no file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from contentlib.search import engine

# Longer than any word of a living language; what is longer is a pasted key or noise and is compared by its beginning.
MAX_WORD = 64

# Scripts written without spaces: kana, Han, and Thai to Khmer. Their runs are compared as pairs of characters.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"  # noqa: E501
# Languages whose texts borrow words in Latin script, from English nearly always.
WITH_ENGLISH_WORDS = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my"})
# Languages that are not written in Latin letters.
IN_OTHER_SCRIPTS = WITH_ENGLISH_WORDS | {
    "ar", "be", "bg", "bn", "el", "fa", "he", "hi", "hy", "ka", "kk", "mk", "mr", "ne", "ru", "ta", "te", "uk", "ur",
}  # fmt: skip
# Marks that belong to the letter before them although Python does not count them as letters.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670"
_HYPHENS = "\\-\u2010\u2011\u00ad_.&+"
_APOSTROPHES = "'\u2019\u02bc"
# Numbers with their points and commas; bounded, so that a page of "1,1,1,…" is read once and not once per digit.
_NUMBERS = r"\d{1,20}(?:[.,]\d{1,9}){1,6}(?![^\W_])"
_WORD = f"(?:[^\\W_{UNSPACED}]++|[{_MARKS}])++"
TOKEN = re.compile(f"(?P<run>[{UNSPACED}]+)|{_NUMBERS}|{_WORD}(?:[{_HYPHENS}{_APOSTROPHES}]{_WORD})*")
# The same without groups, so that all tokens of a text are found in one go; and for plain text, at a third of the time.
_TOKENS = re.compile(TOKEN.pattern.replace("?P<run>", "?:"))
_ASCII_TOKENS = re.compile(rf"{_NUMBERS}|[A-Za-z0-9]++(?:[-_.&+'][A-Za-z0-9]++)*")
_JOINER = re.compile(f"[{_HYPHENS}]+")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_NUMBER = re.compile(_NUMBERS)
# Letters that Unicode does not take apart into letter and accent.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class Word(NamedTuple):
    """A word of a text: where it stands and what it is compared by.

    `parts` are the single words of a compound ("offline-use"), each with the terms that stand for it; `joined` the
    terms of the compound written as one word, empty for a simple word. `plain` are the words as spelt, folded.
    """

    parts: tuple[tuple[str, ...], ...]
    joined: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms of the word, joined ones first."""
        return self.joined + tuple(term for part in self.parts for term in part)


def clean(text: str) -> str:
    """Make any string safe to store and compare: composed letters, no lone surrogates, no control characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return _CONTROLS.sub(" ", text)


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def fold(text: str) -> str:
    """Write a word without case, accents and width, so that `Sécurité` and `SECURITE` are the same."""
    if text.isascii():
        return text.casefold()
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    # Only the marks of Latin, Greek and Cyrillic: the voicing marks of kana tell words apart.
    bare = "".join(char for char in taken_apart if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare).casefold().translate(_PLAIN_LETTERS)


def language_of(tag: str) -> str:
    """Give the primary language of a BCP 47 tag in lower case: `en-GB` is `en`."""
    return tag.strip().replace("_", "-").split("-", 1)[0].casefold()


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Callable[[str], str] | None:
    if language == "nl":
        # Whoosh has the Dutch stemmer of 2001, to which "huizen" and "huis" are two words.
        dutch: Callable[[str], str] = snowballstemmer.stemmer("dutch").stemWord
        return dutch
    # Latin words in these languages are English ones; left with their endings they would be rarer than they are.
    found = engine.snowball_classes.get("en" if language in WITH_ENGLISH_WORDS else language)
    if found is None:
        return None
    stem: Callable[[str], str] = found().stem
    return (lambda word: stem(_PORTUGUESE.sub(_singular, word))) if language == "pt" else stem


# Portuguese plurals that change more than they add, which its stemmer keeps apart: "manutenções", "hospitais".
_PORTUGUESE = re.compile("(?:ões|oes|ais|eis)$")
_SINGULARS = {"ões": "ão", "oes": "ao", "ais": "al", "eis": "el"}


def _singular(plural: re.Match[str]) -> str:
    return _SINGULARS[plural[0]]


def _stems(word: str, language: str) -> tuple[str, ...]:
    """Give the terms of one word: the stem of the folded word, then the folded stem where that differs.

    Stemmers read accents ("livrées"), people leave them out ("livrees"); keeping both lets each find the other.
    """
    folded = fold(word)[:MAX_WORD]
    stem = _stemmer(language)
    if stem is None or not folded.isalpha():
        return (folded,) if folded else ()
    first = stem(folded) or folded
    if word.isascii():
        return (first,)
    second = fold(stem(word.casefold()[:MAX_WORD])) or first
    return (first,) if second == first else (first, second)


@lru_cache(maxsize=65_536)
def analyse(raw: str, language: str) -> Word:
    """Take one token of `TOKEN` (not a run of unspaced script) to its terms in a language."""
    raw = raw[: MAX_WORD * 2]
    if _NUMBER.fullmatch(raw):
        number = re.sub(r",(?=\d{3}(?:\D|$))", "", raw).replace(",", ".")
        return Word(((number,),), (), (number,))
    pieces: list[str] = []
    for piece in _APOSTROPHE.split(raw):
        pieces += [part for part in _JOINER.split(piece) if part]
    if _APOSTROPHE.search(raw):
        # "customer's", "l'usine", "don't": the single letter says nothing on its own.
        pieces = [piece for piece in pieces if len(piece) > 1] or pieces
    parts = tuple(stems for piece in pieces if (stems := _stems(piece, language)))
    plain = tuple(fold(piece)[:MAX_WORD] for piece in pieces)
    if len(parts) < 2:
        return Word(parts, (), plain)
    if len(parts) > MAX_JOINED:
        return Word(parts, (), plain)
    return Word(parts, _stems("".join(pieces), language), (*plain, "".join(plain)[:MAX_WORD]))


# How German writes ä, ö and ü where keys for them lack; the "ue" of "neue", "Steuer" and "Quelle" is none.
_DIGRAPH = re.compile(r"(?i)[ao]e|(?<![aeq])ue")


def without_digraphs(text: str) -> str:
    """Give a German word as folding leaves it that was written without umlauts: "Stoerung" as "Storung"."""
    return _DIGRAPH.sub(lambda match: match[0][0], text)


# A slug of more words than this is a sentence with hyphens: nobody writes it as one word.
MAX_JOINED = 4


def is_unspaced(text: str) -> bool:
    """Tell whether a token is a run of a script without spaces."""
    return bool(text) and _RUN.fullmatch(text) is not None


_RUN = re.compile(f"[{UNSPACED}]+")


def is_latin(text: str) -> bool:
    """Tell whether all letters of a text are Latin ones, and there are some."""
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and all(char < LATIN_END or "\u1e00" <= char < "\u1f00" for char in letters)


# The last of the Latin letters with accents, before Greek.
LATIN_END = "\u0370"


def pairs(run: str) -> tuple[str, ...]:
    """Take a run of unspaced script to its overlapping pairs of characters; a single character stands alone."""
    folded = fold(run)
    return tuple(folded[i : i + 2] for i in range(len(folded) - 1)) or ((folded,) if folded else ())


def split(text: str) -> list[str]:
    """Give the tokens of a cleaned text in order."""
    return (_ASCII_TOKENS if text.isascii() else _TOKENS).findall(text)


def stand(token: str, language: str) -> tuple[list[tuple[int, str]], int]:
    """Tell how a token stands in a text: its terms, each with its distance from the token's place, and the places it
    takes. All terms of one word share a place.

    A long compound takes one place for each of its words, as the words of a sentence do.
    """
    if is_unspaced(token):
        held = pairs(token)
        return list(enumerate(held)), len(held)
    word = analyse(token, language)
    if word.joined:
        return [(0, term) for term in word.terms], 1
    return [(place, term) for place, part in enumerate(word.parts) for term in part], len(word.parts)


def spelt(token: str) -> tuple[str, ...]:
    """Give the words of a token as spelt, folded: for prefixes and corrections."""
    return pairs(token) if is_unspaced(token) else analyse(token, "").plain


def plain_words(text: str) -> set[str]:
    """Give the different words of a cleaned text as spelt, folded."""
    return {word for token in set(split(text)) for word in spelt(token)}
