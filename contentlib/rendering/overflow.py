"""What does not fit: text over an edge, over other text or over the logo, told by slide, line and words.

It changes nothing; nothing is ever cut or shrunk in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from contentlib.domain.errors import FieldError
from contentlib.domain.findings import Finding, Level
from contentlib.rendering.boxes import Found, Frame, Lost, Piece, Rect, Surface

# Rounding of the engine and hanging punctuation stay below this many CSS pixels.
TOLERANCE = 1.5
# Letters of one line reach into the next where leading is tight: only half a line's height is an overlap.
SHARED_HEIGHT = 0.5
# What a line's leading may reach over an edge, in its heights: letters keep a quarter of a line's height from either.
SHARED_LEADING = 0.25
MM_PER_PX = 25.4 / 96
# So few letters stand in many lines of a source.
_FEW = 5
# The smallest amount that is told, in millimetres.
LEAST_OVER = 0.1
MEND = "Shorten it."
MEND_SLIDE = "Shorten it, split it in two, or set it <!-- _class: dense -->."


@dataclass(frozen=True, kw_only=True)
class Where:
    """How a slide or part is called in messages; `line` is its line in the source, `leading` a line's height in px."""

    name: str
    line: int | None = None
    leading: float = 20.0

    @classmethod
    def of_slide(cls, number: int, title: str, *, line: int, leading: float) -> Self:
        """Call a slide by its number and as much of its title as a sentence holds."""
        name = f"Slide {number} “{_shorten([title])}”" if title else f"Slide {number}"
        return cls(name=name, line=line, leading=leading)


class Checker:
    """Looks through one laid-out document; a quotation is a value like others where a person chose it.

    What stands on no slide is looked for in `source`, for the number of its line.
    """

    def __init__(
        self, found: Found, wheres: Mapping[str, Where], *, path: str, source: str = "", is_quote_chosen: bool = False
    ) -> None:
        self._found, self._wheres, self._path, self._source = found, wheres, path, source
        self._is_quote_chosen = is_quote_chosen
        self.findings: list[Finding] = []
        self.errors: list[FieldError] = []
        self._told: set[tuple[str, str | None, int]] = set()
        self._lost: dict[str | None, list[Lost]] = {}

    def check(self) -> None:
        """Note everything that does not fit in `findings`; what a value caused stands in `errors` at its field."""
        self._check_fields()
        self._check_lost()
        first: dict[str | None, int] = {}
        for piece in self._found.pieces:
            if piece.owner:
                first.setdefault(piece.owner, piece.page)
        is_deck = any(frame.is_slide for piece in self._found.pieces for frame in piece.frames)
        if is_deck:
            self._check_slides(first)
        for number in range(1, len(self._found.sizes) + 1):
            pieces = [piece for piece in self._found.pieces if piece.page == number]
            surfaces = [surface for surface in self._found.surfaces if surface.page == number]
            if is_deck:  # what went on to another page is told already
                pieces = [piece for piece in pieces if first.get(piece.owner, number) == number]
                surfaces = [surface for surface in surfaces if first.get(surface.owner, number) == number]
            self._check_page(pieces, surfaces, number)

    def _check_lost(self) -> None:
        """Tell words that found no room on any page at all."""
        for lost in self._found.lost:
            if lost.field and lost.field != "quote":
                self.errors.append(
                    FieldError(field=lost.field, message="This does not fit its place; make it shorter.")
                )
                continue
            self._blame(lost.field, "This does not fit its place; choose a shorter one.")
            self._lost.setdefault(lost.owner, []).append(lost)
        for owner, pieces in self._lost.items():
            first = pieces[0]
            where = self._where(owner, text=first.text)
            at = f" (line {where.line})" if where.line else ""
            code = "slide-overflow" if owner in self._wheres else "clipped"
            what = "this would be lost" if len(pieces) == 1 else "this and what follows would be lost"
            message = f"{where.name}{at} holds more than fits; {what}: “… {first.text}”."
            self.findings.append(
                Finding(level=Level.ERROR, code=code, message=message, mend=MEND_SLIDE if code != "clipped" else MEND,
                        path=self._path, line=where.line, text=first.text, field=first.field)
            )  # fmt: skip

    def _check_fields(self) -> None:
        places = {(place.field, place.page): place.rect for place in self._found.places}
        bad: dict[str, float] = {}
        for piece in self._found.pieces:
            rect = places.get((piece.field or "", piece.page))
            if rect is None or piece.field == "quote":
                continue
            over = max(piece.rect.right - rect.right, piece.rect.bottom - rect.bottom, rect.x - piece.rect.x)
            if over > TOLERANCE:
                bad[piece.field or ""] = max(over, bad.get(piece.field or "", 0.0))
        for name, over in bad.items():
            message = f"This does not fit its place by {_millimetres(over)} mm; make it shorter."
            self.errors.append(FieldError(field=name, message=message))

    def _check_slides(self, first: Mapping[str | None, int]) -> None:
        over: dict[str, float] = {}
        words: dict[str, list[Piece]] = {}
        left = self._left_behind(first)
        # Notes that found no room stand at the foot of the next page: they are as much too long as they are high.
        tops: dict[str | None, float] = {}
        for piece in self._found.pieces:
            if piece.page > first.get(piece.owner, piece.page):
                tops[piece.owner] = min(tops.get(piece.owner, piece.rect.y), piece.rect.y)
        for piece in self._found.pieces:
            if piece.owner is None:
                continue
            slide = next((frame for frame in piece.frames if frame.is_slide), None)
            if piece.page > first[piece.owner]:
                # Gone on to the next page; a positioned box leaves its slide behind when it does.
                beyond = piece.rect.bottom - tops[piece.owner]
            elif slide is not None:
                # A box goes off its slide though the words in it do not.
                beyond = max([piece.rect.bottom, *(each.rect.bottom for each in piece.surfaces)]) - slide.rect.bottom
                beyond = max(beyond, left.get(piece.owner, 0.0))
            else:
                continue
            if beyond > TOLERANCE:
                over[piece.owner] = max(over.get(piece.owner, 0.0), beyond)
                words.setdefault(piece.owner, []).append(piece)
        for owner, beyond in over.items():
            if owner in self._lost:  # told already, with the words that would be missing
                continue
            lines = max(round(beyond / self._where(owner).leading), 1)
            plural = "line" if lines == 1 else "lines"
            self._note("slide-overflow", words[owner], f"is too long by about {lines} {plural}", first[owner],
                       mend=MEND_SLIDE)  # fmt: skip

    def _left_behind(self, first: Mapping[str | None, int]) -> dict[str, float]:
        """Tell of which slides boxes go on on the next page without a word in them, and how far."""
        left: dict[str, float] = {}
        for surface in self._found.surfaces:
            if surface.owner and surface.page > first.get(surface.owner, surface.page):
                left[surface.owner] = max(left.get(surface.owner, 0.0), surface.rect.bottom)
        return left

    def _check_page(self, pieces: list[Piece], surfaces: list[Surface], number: int) -> None:
        page = Rect(0, 0, *self._found.sizes[number - 1])
        texts = [piece for piece in pieces if not piece.is_picture]
        heads = [piece for piece in self._found.running if piece.page == number and not piece.is_picture]
        for piece in (*pieces, *heads):
            rect = piece.rect
            off = max(rect.right - page.width, rect.bottom - page.height, -rect.x, -rect.y)
            if off > TOLERANCE:
                what = "shows a picture that runs" if piece.is_picture else "runs"
                self._note("clipped", [piece], f"{what} off the page by {_millimetres(off)} mm")
        # What makes a table wide is the longest that stands in it, not what it pushes out.
        in_wide_tables = sorted((piece for piece in texts if piece.is_in_wide_table), key=lambda each: -len(each.text))
        for piece in texts:
            rect, room = piece.rect, piece.room
            wide = max(rect.right - room.right, room.x - rect.x) if room else 0
            if wide > TOLERANCE * 2 and page.holds(rect, TOLERANCE):
                what = "table" if piece.is_in_wide_table else "word or a line"
                self._note("box-overflow", in_wide_tables if piece.is_in_wide_table else [piece],
                           f"holds a {what} {_millimetres(wide)} mm wider than its column")  # fmt: skip
            frame = _exceeded(piece)
            if frame is not None and not frame.is_slide and piece.field in {None, "quote"}:
                high = _millimetres(rect.bottom - frame.rect.bottom)
                self._note("box-overflow", [piece], f"does not fit its box by {high} mm")
        self._check_surfaces([piece for piece in texts if page.holds(piece.rect, TOLERANCE)], surfaces)
        spans = [(piece, piece.rect.y, piece.rect.bottom) for piece in (*texts, *heads)]
        for at, (one, top, foot) in enumerate(spans):
            for other, other_top, other_foot in spans[at + 1 :]:
                # Most of a page's text stands above or below: told by two numbers for some thousand pairs.
                beside = other_top < foot and top < other_foot
                if beside and one.leaf != other.leaf and _covers(one.rect, other.rect):
                    self._note("overlap", [one, other], "has text on top of other text")
        for picture in (piece for piece in pieces if piece.is_picture):
            covered = [piece for piece in texts if min(picture.rect.shared(piece.rect)) > TOLERANCE]
            if covered and "/brand/" in picture.source:
                self._note("logo-collision", covered[:1], "covers the logo with text")
            elif covered:
                self._note("overlap", covered[:1], "has text on top of a picture")

    def _check_surfaces(self, texts: list[Piece], surfaces: list[Surface]) -> None:
        """Tell text that stands half on a box it is no part of, or on one that has words of its own."""
        filled = {surface for piece in texts for surface in piece.surfaces}
        spans = [(piece, piece.rect, piece.rect.y, piece.rect.bottom, piece.rect.right) for piece in texts]
        for surface in surfaces:
            box, top, foot = surface.rect, surface.rect.y, surface.rect.bottom
            left, right = box.x, box.right
            # Most of a page's text stands elsewhere: told by four numbers for some thousand pairs.
            near = [
                (piece, text) for piece, text, y, bottom, end in spans
                if y < foot and top < bottom and left < end and text.x < right
            ]  # fmt: skip
            for piece, text in near:
                if surface in piece.surfaces or not _runs_into(text, box, is_filled=surface in filled):
                    continue
                into = _millimetres(min(text.shared(box)))
                self._note("overlap", [piece], f"has text that runs {into} mm into a box beside it")

    def _where(self, owner: str | None, page: int | None = None, text: str = "") -> Where:
        if known := self._wheres.get(owner or ""):
            return known
        words = _letters(text)
        lines = enumerate(self._source.splitlines() if len(words) > _FEW else (), start=1)
        whole = f"Page {page}" if page else "The document"
        return Where(
            name=f"The part “{owner}”" if owner else whole,
            line=next((number for number, line in lines if words in _letters(line)), None),
        )

    def _note(
        self, code: str, pieces: list[Piece], what: str, page: int | None = None, mend: str | None = None
    ) -> None:
        piece = pieces[0]
        page = page or piece.page
        if (code, piece.owner, page) in self._told:
            return
        self._told.add((code, piece.owner, page))
        where = self._where(piece.owner, page, piece.text)
        at = f" (line {where.line})" if where.line else ""
        text = _shorten(piece.text for piece in pieces)
        field = next((each.field for each in pieces if each.field), None)
        self._blame(field, f"{where.name}{at} {what}: “{text}”. Make it shorter, or write it in other letters.")
        self.findings.append(
            Finding(
                level=Level.ERROR, code=code, message=f"{where.name}{at} {what}: “{text}”.", path=self._path,
                mend=mend or MEND, line=where.line, page=page, text=text, field=field,
            )
        )  # fmt: skip

    def _blame(self, field: str | None, message: str) -> None:
        """Say at its field what a value caused, once; a quotation that nobody chose is the author's."""
        is_value = field is not None and (field != "quote" or self._is_quote_chosen)
        if is_value and field not in {error.field for error in self.errors}:
            self.errors.append(FieldError(field=field or "", message=message))


def parts_over(found: Found) -> list[tuple[str, float]]:
    """Give for a page that runs over which parts end below what may be used of it, and by how many millimetres."""
    usable = found.sizes[0][1] - found.reserve
    ends: dict[str, float] = {}
    for piece in found.pieces:
        if piece.owner is None or piece.field in {"rep", "note", "prospect.name", "prospect.logo"}:
            continue
        bottom = piece.rect.bottom + sum(height for _width, height in found.sizes[: piece.page - 1])
        ends[piece.owner] = max(ends.get(piece.owner, 0.0), bottom)
    over = [(owner, round((bottom - usable) * MM_PER_PX, 1)) for owner, bottom in ends.items()]
    # The air below the lowest may be what runs over.
    lowest = max(ends.values(), default=0.0)
    least = [(owner, LEAST_OVER) for owner, bottom in ends.items() if bottom == lowest]
    return [(owner, millimetres) for owner, millimetres in over if millimetres > 0] or least


def _exceeded(piece: Piece) -> Frame | None:
    return next((frame for frame in piece.frames if piece.rect.bottom - frame.rect.bottom > TOLERANCE), None)


def _runs_into(text: Rect, box: Rect, *, is_filled: bool) -> bool:
    """Tell whether a text and a box that is not its own share more than leading, one not holding the other."""
    width, height = text.shared(box)
    if width <= min(2 * TOLERANCE, box.width / 2) or height <= min(SHARED_LEADING * text.height, box.height / 2):
        return False
    return is_filled or not box.holds(text, SHARED_LEADING * text.height)


def _millimetres(pixels: float) -> int:
    return max(round(pixels * MM_PER_PX), 1)


def _covers(one: Rect, other: Rect) -> bool:
    width, height = one.shared(other)
    return width > 2 and height > SHARED_HEIGHT * min(one.height, other.height)


def _letters(text: str) -> str:
    """Give the letters and figures of a text alone: marks and quotation signs are written otherwise in its source."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _shorten(texts: Iterable[str]) -> str:
    whole = " ".join(" ".join(texts).split())
    return whole if len(whole) <= 90 else whole[:88].rstrip() + "…"
