"""Vector paths drawn fast: to the same bytes as the engine draws them, on every picture that is shipped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pydyf
import pytest
import weasyprint
from weasyprint.svg.path import path as draw_as_the_engine
from weasyprint.svg.utils import size

from contentlib.rendering.engine import shortcuts, vectors

ROOT = Path(__file__).resolve().parents[3]
SMALL = [
    "M0 0L10 10z",
    "m1 1 2 2-3-3 4 4v2h-2.5H3V4z",
    "M0 0C1 2 3 4 5 6S7 8 9 10s1 1 2 2",
    "M0 0Q1 2 3 4T5 6t1 1zl1 1",
    "M.5.5-1-1zM3 3zz",
    " M 1,2 L 3,4 ",
]


class Picture:
    """As much of the engine's picture as drawing a path asks for."""

    def __init__(self) -> None:
        self.markers: dict[str, Any] = {}
        self.stream = pydyf.Stream()

    def point(self, x: str, y: str, font_size: float) -> tuple[float, float]:
        return size(x, font_size, 100), size(y, font_size, 100)


class Node(dict[str, str]):
    """A path node with its data."""

    def __init__(self, path: str) -> None:
        super().__init__(d=path)
        self.vertices: list[Any] = []


def test_the_same_operators_come_out():
    files = sorted((ROOT / "content" / "media").glob("[ls]*.svg")) + sorted((ROOT / "brand").rglob("*.svg"))
    paths = {path for file in files for path in re.findall(r'\bd="([^"]*)"', file.read_text("utf-8"))}
    drawn = 0
    for path in [*SMALL, *sorted(paths)]:
        operators = vectors.operators_of(path)
        if operators is None:
            assert {"a", "A"} & set(path), path
            continue
        drawn += 1
        picture = Picture()
        draw_as_the_engine(picture, Node(path), 16)
        assert list(operators) == picture.stream.stream, path[:80]
    assert drawn > 300


@pytest.mark.parametrize(
    "path", ["", "10 10", "L1 1", "M1 1A1 1 0 0 1 2 2", "M1 1L2", "M1 1L2e3 4", "M1px 2", "M1 1z2 2"]
)
def test_what_is_not_known_is_left_to_the_engine(path):
    assert vectors.operators_of(path) is None


@pytest.mark.parametrize(
    ("attribute", "is_ours"), [("", True), ('marker-end="url(#dot)"', False), ('marker="url(#dot)"', False)]
)
def test_the_engine_has_what_it_draws_drawn_here(attribute, is_ours, monkeypatch):
    """Asked through the engine itself, so that another version of it cannot leave the faster way unused in silence."""
    vectors.install()
    asked: list[str] = []

    def draw_slowly(picture: Any, node: Any, font_size: float) -> None:
        asked.append(node.get("d"))
        draw_as_the_engine(picture, node, font_size)

    monkeypatch.setattr(vectors, "_ENGINES_OWN", [draw_slowly])
    dot = '<marker id="dot" markerWidth="2" markerHeight="2"><rect width="2" height="2"/></marker>'
    svg = f'<svg viewBox="0 0 9 9" width="9" height="9">{dot}<g {attribute}><path d="M1 1L8 8z"/></g></svg>'
    weasyprint.HTML(string=svg).write_pdf()
    assert asked == ([] if is_ours else ["M1 1L8 8z"])


def test_what_is_half_transparent_stays_so_however_often_it_is_drawn():
    """The engine makes the colour that it was given as transparent as the node: it may not get one twice."""
    shortcuts.install()
    square = '<rect width="4" height="4" fill="#123456" fill-opacity=".5" stroke="#123456" stroke-opacity=".5"/>'
    page = f'<svg viewBox="0 0 9 9" width="9" height="9">{square * 3}</svg>' * 2
    for _ in range(2):
        pdf = weasyprint.HTML(string=page).write_pdf(uncompressed_pdf=True)
        assert set(re.findall(rb"/(?:ca|CA) ([\d.]+)", pdf)) - {b"1"} == {b"0.5"}
