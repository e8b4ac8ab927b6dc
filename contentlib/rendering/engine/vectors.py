"""Vector pictures: paths drawn some ten times faster than WeasyPrint does, and a picture once for all pages.

Its own function is kept for what this one leaves alone: arcs, markers, numbers with units. The engine's version is
pinned, and a test compares both on every picture of the shipped content: the bytes are the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache
from typing import Any

from weasyprint import images, svg
from weasyprint.svg import utils

# Arcs and exponents are the engine's.
_KNOWN = re.compile(r"\s*[Mm][MmLlHhVvCcSsQqTtZz0-9.,+\-\s]*\Z")
_PART = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
# What is drawn at a path's points is the engine's, too; children inherit these from their groups.
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")
# How many numbers one command takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
Point = tuple[float, float]
_KEPT = 4096


def install() -> None:
    """Have the engine draw paths with `draw`; does nothing the second time."""
    if svg.TAGS["path"] is not draw:
        _ENGINES_OWN.append(svg.TAGS["path"])
        svg.TAGS["path"] = draw


_ENGINES_OWN: list[Callable[[Any, Any, float], None]] = []


def draw(picture: Any, node: Any, font_size: float) -> None:
    """Draw one path node into the picture's stream."""
    operators = None if any(map(node.get, _MARKERS)) else operators_of(node.get("d", ""))
    if operators is None:
        _ENGINES_OWN[0](picture, node, font_size)
    else:
        picture.stream.stream.extend(operators)


def draw_picture(picture: Any, stream: Any, width: float, height: float, style: Any) -> None:
    """Draw a vector picture, or write down what it came to at the same place of a page before, as logos do."""
    resources, place = stream._resources, (width, height, *stream.ctm.values)
    drawn = picture.__dict__.setdefault("_drawn", {})
    known = drawn.get(place)
    if known is not None and known[0] is resources:
        stream.push_state()
        stream.stream.extend(known[1])
        stream.pop_state()
        return
    begun, named = len(stream.stream), _count_named(resources)
    own_draw_picture(picture, stream, width, height, style)
    operators = stream.stream[begun:]
    # What a group, a pattern or a colour's run is called by counts those before it.
    if named == _count_named(resources) and len(operators) > 2 and (operators[0], operators[-1]) == (b"q", b"Q"):
        drawn[place] = (resources, operators[1:-1])


def parse_styles(*arguments: Any) -> tuple[Any, Any]:
    """Read a picture's style sheets; where they are empty, as most are, its nodes need not be compared with them."""
    normal, important = own_parse_styles(*arguments)
    return (normal if normal.order else _NOTHING, important if important.order else _NOTHING)


class _Nothing:
    """Style sheets without a rule."""

    @staticmethod
    def match(node: Any) -> tuple[()]:
        """Give the rules for a node: none."""
        del node
        return ()


def read_colour(written: str) -> Any:
    """Read a colour; who asks makes it as transparent as the node is, so each gets one of its own."""
    return copy(_read_colour(written))


def in_space(colour: Any, space: str) -> Any:
    """Give a colour in a space of colours; one that is in it already need not be made anew for each line drawn."""
    if colour.space == space and None not in colour.coordinates:
        return colour
    return own_in_space(colour, space)


@lru_cache(_KEPT)
def _word(number: float) -> bytes:
    """Give a number as it stands before an operator; pictures are drawn on grids, so that most come often."""
    return (str(int(number)) if number.is_integer() else f"{number:f}".rstrip("0")).encode("ascii") + b" "


def _count_named(resources: Any) -> tuple[int, ...]:
    """Count what is named by its number; opacities are named by what they are."""
    states = sum(not name.startswith(("a", "A")) for name in resources["ExtGState"])
    return states, *(len(resources[sort]) for sort in ("XObject", "Pattern", "Shading"))


@lru_cache(maxsize=4096)
def operators_of(path: str) -> tuple[bytes, ...] | None:
    """Give a path's operators as PDF has them; None for what is left to the engine."""
    written = _Writer()
    try:
        for command, numbers in _segments(path):
            written.add(command, numbers)
    except ValueError:
        return None
    return tuple(written.operators)


def _segments(path: str) -> Iterator[tuple[str, list[float]]]:
    """Part a path into commands with their numbers, repeated ones included; ValueError for what is not known here."""
    if not _KNOWN.match(path):
        raise ValueError(path)
    for command, rest in _PART.findall(path):
        numbers = list(map(float, _NUMBER.findall(rest)))
        takes = _TAKES[command.upper()]
        if len(numbers) == takes:
            yield command, numbers
        elif not takes or not numbers or len(numbers) % takes:
            raise ValueError(path)
        else:
            for at in range(0, len(numbers), takes):
                yield ("Ll"["Mm".index(command)] if at and command in "Mm" else command), numbers[at : at + takes]


class _Writer:
    """Follows a path point by point and writes each piece down."""

    def __init__(self) -> None:
        # The engine begins every path at the origin, which paints nothing.
        self.operators = [b"0 0 m"]
        self.at: Point = (0.0, 0.0)
        self.begun: Point | None = None
        self.last = ""
        self.control: Point = (0.0, 0.0)

    def add(self, command: str, numbers: list[float]) -> None:
        kind, (x, y) = command.upper(), self.at
        if command.islower() and kind not in "HV":
            numbers = list(map(operator.add, numbers, (x, y) * (len(numbers) // 2)))
        if kind == "Z":
            self.close()
        elif kind == "M":
            self.at, self.begun = (numbers[0], numbers[1]), None
            self.write(numbers, b"m")
        else:
            if self.last in "MZ":
                self.begun = self.at
            self.go(kind, numbers, is_relative=command.islower())
        self.last = kind

    def close(self) -> None:
        if self.begun is not None:
            self.operators.append(b"h")
            self.at = self.begun

    def go(self, kind: str, numbers: list[float], *, is_relative: bool) -> None:
        x, y = self.at
        if kind == "H":
            numbers = [numbers[0] + x if is_relative else numbers[0], y]
        elif kind == "V":
            numbers = [x, numbers[0] + y if is_relative else numbers[0]]
        elif kind == "S":
            first = (2 * x - self.control[0], 2 * y - self.control[1]) if self.last in "CS" else (x, y)
            numbers = [*first, *numbers]
        if kind in "QT":
            numbers = self.raise_degree(kind, numbers)
        elif len(numbers) == 6:
            self.control = (numbers[2], numbers[3])
        self.at = (numbers[-2], numbers[-1])
        self.write(numbers, b"c" if len(numbers) == 6 else b"l")

    def raise_degree(self, kind: str, numbers: list[float]) -> list[float]:
        """Give a curve of one control point as PDF has it, with two."""
        x, y = self.at
        if kind == "T":
            mirror = (2 * x - self.control[0], 2 * y - self.control[1]) if self.last in "QT" else (x, y)
            numbers = [*mirror, *numbers]
        cx, cy, ex, ey = numbers
        self.control = (cx, cy)
        return [cx * 2 / 3 + x / 3, cy * 2 / 3 + y / 3, cx * 2 / 3 + ex / 3, cy * 2 / 3 + ey / 3, ex, ey]

    def write(self, numbers: list[float], what: bytes) -> None:
        self.operators.append(b"".join(map(_word, numbers)) + what)


_NOTHING = _Nothing()
_read_colour = lru_cache(_KEPT)(utils.color)
own_draw_picture = images.SVGImage.draw
own_parse_styles = svg.parse_stylesheets
_Colour = type(utils.color("black"))
own_in_space = _Colour.to
METHODS = (
    (images.SVGImage, "draw", own_draw_picture, draw_picture),
    (_Colour, "to", own_in_space, in_space),
)
FUNCTIONS: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
    (own_parse_styles, parse_styles),
    (utils.color, read_colour),
    # Numbers, lengths and addresses: a few, read again for each line drawn.
    *((each, lru_cache(_KEPT)(each)) for each in (utils.normalize, utils.size, utils.parse_url)),
)
