"""Places on the pictures of pages: where part of a line stands, where two pages say something else; it opens none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby

from contentlib.domain.documents import TextLine

_WORD = re.compile(r"\S+")
# Words of Latin, Greek and Cyrillic letters that follow one another run from the left, in a line from the right too.
_FROM_LEFT = re.compile("[A-Za-z\u00c0-\u052f](?:[^\u0590-\u08ff\ufb1d-\ufefc]*[A-Za-z0-9\u00c0-\u052f])?")
# A line that stands where it stood: a page that was drawn anew moves by less than two hundredths of an inch.
_IN_PLACE = 25
# A page that says more and says it differently is told line by line; word by word would take seconds.
_MOST_WORDS = 2_000
# Of two places one below the other, what parts lines of one paragraph and what parts paragraphs, in line heights.
_LEADING = 0.8


@dataclass(frozen=True, kw_only=True)
class Place:
    """A box on a page, from its upper left corner, in ten-thousandths of the page's width and height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Give where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Give where it ends below."""
        return self.y + self.height

    def around(self, other: Place) -> Place:
        """Give the box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Place(x=x, y=y, width=max(self.right, other.right) - x, height=max(self.bottom, other.bottom) - y)


@dataclass(frozen=True, kw_only=True)
class PicturePair:
    """The files of two pages’ pictures, and where on each of them words stand that are judged as words."""

    before: str
    after: str
    words_before: tuple[Place, ...] = ()
    words_after: tuple[Place, ...] = ()


# What went from one page, and what came to the other.
Differing = tuple[tuple[Place, ...], tuple[Place, ...]]


def part_of(line: TextLine, begin: int, end: int) -> TextLine:
    """Give the place of a line's signs from `begin` to `end`, by about what its letters take."""
    edges = [0.0, *accumulate(map(_breadth, line.text))]
    scale = line.width / edges[-1]
    x, right = edges[begin] * scale, edges[end] * scale
    if line.starts_from_right:
        for words in _FROM_LEFT.finditer(line.text):
            if words.start() <= begin and end <= words.end():
                ends = (edges[words.start()] + edges[words.end()]) * scale
                x, right = ends - right, ends - x
        x, right = line.width - right, line.width - x
    return TextLine(line.x + round(x), line.y, round(right - x), line.height, line.text[begin:end])


def _breadth(sign: str) -> float:
    """Give about how broad a sign is in usual type, a small n being 1; pages do not keep where each letter stands."""
    if sign in "ijlI.,:;'’!|":
        return 0.5
    if sign in 'tfr()-/ "“”':
        return 0.62
    if sign in "mwMW@%":
        return 1.55
    return 1.25 if sign.isupper() else 1.0


def place_of(line: TextLine) -> Place:
    """Give the box of a line."""
    return Place(x=line.x, y=line.y, width=line.width, height=line.height)


def differing_words(before: Sequence[TextLine], after: Sequence[TextLine]) -> Differing:
    """Give where the words stand that only one of two pages has; words that only moved to another line have no place.

    Lines are compared first, and words only of lines that one page alone has.
    """
    gone: list[TextLine] = []
    new: list[TextLine] = []
    # Programs write the parts of a page in any order: what stands on both pages is told by its words, not by its turn.
    on_both = Counter(_plain(before)) & Counter(_plain(after))
    before, after = _rest(before, on_both), _rest(after, on_both)
    old, come = _words(before), _words(after)
    if max(len(old), len(come)) > _MOST_WORDS:
        return join(map(place_of, before)), join(map(place_of, after))
    inner = SequenceMatcher(a=[word for word, *_ in old], b=[word for word, *_ in come], autojunk=False)
    for sort, a, b, c, d in inner.get_opcodes():
        if sort != "equal":
            gone += _rows(before, old[a:b])
            new += _rows(after, come[c:d])
    return join(map(place_of, gone)), join(map(place_of, new))


def _rest(lines: Sequence[TextLine], on_both: Counter[str]) -> list[TextLine]:
    """Leave out the lines that both pages have, each as often as both have it."""
    left = on_both.copy()
    rest = []
    for line, plain in zip(lines, _plain(lines), strict=True):
        if left[plain]:
            left[plain] -= 1
        else:
            rest.append(line)
    return rest


def _plain(lines: Iterable[TextLine]) -> list[str]:
    return [" ".join(line.text.split()) for line in lines]


def _words(lines: Sequence[TextLine]) -> list[tuple[str, int, int, int]]:
    """Give the words of lines, each with its line and where in it it begins and ends."""
    return [
        (word.group(), number, word.start(), word.end())
        for number, line in enumerate(lines)
        for word in _WORD.finditer(line.text)
    ]


def _rows(lines: Sequence[TextLine], words: Sequence[tuple[str, int, int, int]]) -> Iterator[TextLine]:
    """Join words that follow each other, line by line."""
    for number, row in groupby(words, key=lambda word: word[1]):
        together = list(row)
        yield part_of(lines[number], together[0][2], together[-1][3])


def moved_lines(before: Sequence[TextLine], after: Sequence[TextLine]) -> Differing:
    """Give the lines of each page that the other has not at the same place: where pictures differ by words alone."""
    return tuple(_without(before, after)), tuple(_without(after, before))


def _without(lines: Sequence[TextLine], others: Sequence[TextLine]) -> Iterator[Place]:
    known: dict[str, list[TextLine]] = {}
    for other in others:
        known.setdefault(other.text, []).append(other)
    for line in lines:
        if not any(
            max(abs(line.x - other.x), abs(line.y - other.y), abs(line.width - other.width)) <= _IN_PLACE
            for other in known.get(line.text, ())
        ):
            yield place_of(line)


def join(places: Iterable[Place]) -> tuple[Place, ...]:
    """Join places that overlap or stand one below the other like the lines of one paragraph."""
    joined: list[Place] = []
    for place in sorted(places, key=lambda each: (each.y, each.x)):
        found = place
        while (near := next((other for other in joined if _is_near(found, other)), None)) is not None:
            joined.remove(near)
            found = found.around(near)
        joined.append(found)
    return tuple(sorted(joined, key=lambda each: (each.y, each.x)))


def _is_near(one: Place, other: Place) -> bool:
    gap = max(one.y, other.y) - min(one.bottom, other.bottom)
    beside = max(one.x, other.x) - min(one.right, other.right)
    return beside < 0 and gap <= _LEADING * min(one.height, other.height)
