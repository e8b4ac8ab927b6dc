"""What does not fit: text over an edge, over other text or over the logo, told by slide, line and words.

It changes nothing; nothing is ever cut or shrunk in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from contentlib.domain.errors import FieldError
from contentlib.domain.findings import Finding, Level
from contentlib.rendering.boxes import Found, Frame, Lost, Piece, Rect

# Rounding of the engine and hanging punctuation stay below this many CSS pixels.
TOLERANCE = 1.5
# Letters of one line reach into the next where leading is tight: only half a line's height is an overlap.
SHARED_HEIGHT = 0.5
MM_PER_PX = 25.4 / 96
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
        return cls(name=f"Slide {number} “{_shorten([title])}”", line=line, leading=leading)


class Checker:
    """Looks through one laid-out document; a quotation is a value like others where a person chose it."""

    def __init__(self, found: Found, wheres: Mapping[str, Where], *, path: str, is_quote_chosen: bool = False) -> None:
        self._found, self._wheres, self._path, self._is_quote_chosen = found, wheres, path, is_quote_chosen
        self.findings: list[Finding] = []
        self.errors: list[FieldError] = []
        self._told: set[tuple[str, str | None, int]] = set()
        self._lost: dict[str | None, list[Lost]] = {}

    def check(self) -> None:
        """Note everything that does not fit in `findings`; what a value caused stands in `errors` at its field."""
        self._check_fields()
        self._check_lost()
        first: dict[str, int] = {}
        for piece in self._found.pieces:
            if piece.owner:
                first.setdefault(piece.owner, piece.page)
        is_deck = any(frame.is_slide for piece in self._found.pieces for frame in piece.frames)
        if is_deck:
            self._check_slides(first)
        for number, (width, height) in enumerate(self._found.sizes, start=1):
            pieces = [piece for piece in self._found.pieces if piece.page == number]
            if is_deck:  # what went on to another page is told already
                pieces = [piece for piece in pieces if not piece.owner or first[piece.owner] == number]
            self._check_page(pieces, Rect(0, 0, width, height))

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
            where, first = self._where(owner), pieces[0]
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
            message = f"This does not fit its place by {max(round(over * MM_PER_PX), 1)} mm; make it shorter."
            self.errors.append(FieldError(field=name, message=message))

    def _check_slides(self, first: Mapping[str, int]) -> None:
        over: dict[str, float] = {}
        words: dict[str, list[Piece]] = {}
        for piece in self._found.pieces:
            slide = next((frame for frame in piece.frames if frame.is_slide), None)
            if piece.owner is None:
                continue
            if piece.page > first[piece.owner]:
                # Gone on to the next page; a positioned box leaves its slide behind when it does.
                beyond = piece.rect.bottom
            elif slide is not None:
                beyond = piece.rect.bottom - slide.rect.bottom
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

    def _check_page(self, pieces: list[Piece], page: Rect) -> None:
        texts = [piece for piece in pieces if not piece.is_picture]
        for piece in texts:
            rect = piece.rect
            if max(rect.right - page.width, rect.bottom - page.height, -rect.x, -rect.y) > TOLERANCE:
                self._note("clipped", [piece], "runs off the page")
            elif piece.room and rect.right - piece.room.right > TOLERANCE * 2:
                self._note("box-overflow", [piece], "holds a word that is wider than its column")
            frame = _exceeded(piece)
            if frame is not None and not frame.is_slide and piece.field in {None, "quote"}:
                millimetres = max(round((rect.bottom - frame.rect.bottom) * MM_PER_PX), 1)
                self._note("box-overflow", [piece], f"does not fit its box by {millimetres} mm")
        spans = [(piece, piece.rect.y, piece.rect.bottom) for piece in texts]
        for at, (one, top, foot) in enumerate(spans):
            for other, other_top, other_foot in spans[at + 1 :]:
                # Most of a page's text stands above or below: told by two numbers for some thousand pairs.
                beside = other_top < foot and top < other_foot
                if beside and one.leaf != other.leaf and _covers(one.rect, other.rect):
                    self._note("overlap", [one, other], "has text on top of other text")
        for logo in (piece for piece in pieces if piece.is_picture and "/brand/" in piece.source):
            covered = [piece for piece in texts if min(logo.rect.shared(piece.rect)) > TOLERANCE]
            if covered:
                self._note("logo-collision", covered[:1], "covers the logo with text")

    def _where(self, owner: str | None) -> Where:
        return self._wheres.get(owner or "") or Where(name=f"The part “{owner}”" if owner else "The page")

    def _note(
        self, code: str, pieces: list[Piece], what: str, page: int | None = None, mend: str | None = None
    ) -> None:
        piece = pieces[0]
        page = page or piece.page
        if (code, piece.owner, page) in self._told:
            return
        self._told.add((code, piece.owner, page))
        where = self._where(piece.owner)
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
        bottom = piece.rect.bottom + (usable if piece.page > 1 else 0)
        ends[piece.owner] = max(ends.get(piece.owner, 0.0), bottom)
    over = [(owner, round((bottom - usable) * MM_PER_PX, 1)) for owner, bottom in ends.items()]
    return [(owner, millimetres) for owner, millimetres in over if millimetres > 0]


def _exceeded(piece: Piece) -> Frame | None:
    return next((frame for frame in piece.frames if piece.rect.bottom - frame.rect.bottom > TOLERANCE), None)


def _covers(one: Rect, other: Rect) -> bool:
    width, height = one.shared(other)
    return width > 2 and height > SHARED_HEIGHT * min(one.height, other.height)


def _shorten(texts: Iterable[str]) -> str:
    whole = " ".join(" ".join(texts).split())
    return whole if len(whole) <= 90 else whole[:88].rstrip() + "…"
