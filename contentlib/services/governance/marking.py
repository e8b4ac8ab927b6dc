"""Finds where the page pictures of two versions differ: by their words, and beside them by what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contentlib.domain.assets import PagePlace
from contentlib.domain.documents import TextLine
from contentlib.domain.errors import ContentlibError
from contentlib.domain.page_places import Differing, PicturePair, differing_words, join, moved_lines
from contentlib.domain.versions import PagePair, pair
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import page_lines as queries
from contentlib.storage.tables import AssetPicture, AssetVersion

# A second of work; what differs later is shown without marks, and is the same where its words are.
_MOST_COMPARED = 40
_NOTHING: Differing = ((), ())

Pictures = Mapping[int, AssetPicture]
Lines = Mapping[int, Sequence[TextLine]]


def find_changed_pages(
    reading: UnitOfWork,
    before: AssetVersion,
    after: AssetVersion,
    places: tuple[Sequence[PagePlace], Sequence[PagePlace]],
    pictures: tuple[Pictures, Pictures],
) -> tuple[PagePair, ...]:
    """Pair the pages of two versions that differ in what they say or in how they look, with where they do.

    `places` and `pictures` are those of the earlier and of the later version.
    """
    old, new = places
    pairs = list(pair(old, new, [_key(page) for page in old], [_key(page) for page in new], with_same=True))
    both = [(a, b) for a, b in pairs if a is not None and b is not None and a.blob != b.blob][:_MOST_COMPARED]
    told = dict(zip(both, _compare(reading, before, after, both, pictures), strict=True))
    found = []
    for a, b in pairs:
        gone, new_ones = told.get((a, b), ((), ())) if a is not None and b is not None else ((), ())
        says_the_same = a is not None and b is not None and _key(a) == _key(b)
        if not says_the_same or gone or new_ones:
            found.append(PagePair(before=a, after=b, gone=gone, new=new_ones))
    return tuple(found)


def _key(page: PagePlace) -> str:
    """Give what two pages have to have in common to be held against each other: their words, else the picture."""
    return " ".join(page.text.split()) or page.blob or ""


def _compare(
    reading: UnitOfWork,
    before: AssetVersion,
    after: AssetVersion,
    both: Sequence[tuple[PagePlace, PagePlace]],
    pictures: tuple[Pictures, Pictures],
) -> list[Differing]:
    if not both:
        return []
    old_lines = _lines(reading, before, [page.number for page, _ in both])
    new_lines = _lines(reading, after, [page.number for _, page in both])
    lines = [(old_lines.get(old.number, ()), new_lines.get(new.number, ())) for old, new in both]
    # Of a page whose lines are not known nothing can be said word by word: none of the other's words is new.
    words = [differing_words(*each) if all(each) else _NOTHING for each in lines]
    moved = [moved_lines(*each) if all(each) else _NOTHING for each in lines]
    try:
        drawn = reading.printer.compare_pictures(
            [
                PicturePair(
                    before=_path(reading, pictures[0][old.number]),
                    after=_path(reading, pictures[1][new.number]),
                    words_before=before_words,
                    words_after=after_words,
                )
                for (old, new), (before_words, after_words) in zip(both, moved, strict=True)
            ]
        )
    except ContentlibError:  # a lost file, say: the words tell what they can
        drawn = tuple(_NOTHING for _ in both)
    return [
        (join((*said[0], *shown[0])), join((*said[1], *shown[1]))) for said, shown in zip(words, drawn, strict=True)
    ]


def _lines(reading: UnitOfWork, version: AssetVersion, numbers: Sequence[int]) -> Lines:
    found = queries.list_lines_of_pages(reading.session, version.id, numbers)
    return {number: [TextLine(*line) for line in lines] for number, lines in found.items()}


def _path(reading: UnitOfWork, picture: AssetPicture) -> str:
    return str(reading.blobs.path(picture.plate or picture.blob).resolve())
