"""Draws the house of docs/development.md from the floors that import-linter keeps, so that the two cannot differ.

python -m tests.house.picture
"""

from __future__ import annotations

import re
import tomllib
from html import escape

from tests.house.checkout import ROOT

PLACE = ROOT / "docs/pictures/house.svg"
# What each floor is asked, from the top down; a floor without its question is not drawn.
QUESTIONS = {
    "__main__": "which commands are there?",
    "app": "how is it put together?",
    "web": "who is at the door, in which language?",
    "payloads": "in what shape does it come and go?",
    "jobs": "who does what follows a commit?",
    "library": "how is a library opened?",
    "services": "what can a person do?",
    "storage": "the workshops: one engine each",
    "markup": "the benches that workshops share",
    "stats": "what do the numbers say?",
    "domain": "the words, the rules, the settings",
}
NOTES = {
    "web": "Flask", "cli": "click", "payloads": "pydantic", "storage": "SQLAlchemy", "search": "Whoosh",
    "rendering": "WeasyPrint", "markup": "Markdown", "stats": "numpy", "settings": "environment",
}  # fmt: skip
WIDTH, LEFT, RIGHT, STOREY, ROOF = 1000, 312, 930, 50, 64
STYLE = """
  .ground{fill:#fbfaf7} .wall{fill:none;stroke:#161e2e;stroke-width:2} .thin{stroke:#161e2e;stroke-width:1.5}
  .door{stroke:#161e2e;stroke-width:1.5;stroke-dasharray:3 5} .room{fill:#e6eaf2} .deed{fill:#f6dfb4}
  .roof{fill:#2546a8}
  .name{font:600 14px ui-sans-serif,system-ui,sans-serif;fill:#161e2e;text-anchor:middle} .light{fill:#fff}
  .note{font:11px ui-sans-serif,system-ui,sans-serif;fill:#4a546c;text-anchor:middle}
  .ask{font:13.5px ui-sans-serif,system-ui,sans-serif;fill:#3a4358;text-anchor:end}
  .way{stroke:#b93f28;stroke-width:2} .tip{fill:#b93f28}
  .say{font:12px ui-sans-serif,system-ui,sans-serif;fill:#b93f28;text-anchor:middle}
  @media (prefers-color-scheme: dark){
    .ground{fill:#12161f} .wall{stroke:#c9d1e4} .thin,.door{stroke:#c9d1e4} .room{fill:#232c40} .deed{fill:#4d3d17}
    .roof{fill:#3d62cf} .name{fill:#f1f4fa} .note{fill:#aab4ca} .ask{fill:#c3cbdc}
    .way{stroke:#f08a72} .tip,.say{fill:#f08a72}
  }
"""


def layers() -> list[str]:
    """The floors as import-linter has them, from the top down."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (floors,) = [each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "floors"]
    return list(floors["layers"])


def rooms_of(layer: str) -> list[str]:
    """The packages that stand on a floor."""
    return [name.strip() for name in re.split(r"[|:]", layer)]


def draw(floors: list[str]) -> str:
    """Draw the house: a floor for each layer, walls between packages that may not know each other."""
    top = ROOF + 14
    height = top + STOREY * len(floors) + 34
    middle = (LEFT + RIGHT) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">',
        '<title id="title">The house: '
        + escape("; below it ".join(", ".join(rooms_of(f)) for f in floors))
        + "</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="10"/>',
        f'<path class="roof" d="M{LEFT - 22} {top} L{middle:g} 14 L{RIGHT + 22} {top} Z"/>',
        f'<text class="name light" x="{middle:g}" y="{top - 18}">contentlib</text>',
    ]
    for number, layer in enumerate(floors):
        parts += _storey(layer, top + number * STOREY)
    bottom = top + STOREY * len(floors)
    parts.append(f'<rect class="wall" x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" height="{bottom - top}"/>')
    parts += _way_down(top, bottom)
    legend = "solid wall: these may not import each other · broken wall: these may"
    parts.append(f'<text class="note" x="{middle:g}" y="{bottom + 22}">{legend}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _storey(layer: str, y: float) -> list[str]:
    rooms = rooms_of(layer)
    wall = "door" if ":" in layer else "thin"
    width = (RIGHT - LEFT) / len(rooms)
    question = escape(QUESTIONS[rooms[0]])
    parts = [f'<text class="ask" x="{LEFT - 26}" y="{y + STOREY / 2 + 5:g}">{question}</text>']
    for place, room in enumerate(rooms):
        x = LEFT + place * width
        sort = "deed" if room == "services" else "room"
        parts.append(f'<rect class="{sort}" x="{x:g}" y="{y:g}" width="{width:g}" height="{STOREY}"/>')
        note = NOTES.get(room)
        line = y + STOREY / 2 + (-2 if note else 5)
        parts.append(f'<text class="name" x="{x + width / 2:g}" y="{line:g}">{escape(room)}</text>')
        if note:
            parts.append(f'<text class="note" x="{x + width / 2:g}" y="{line + 15:g}">{escape(note)}</text>')
        if place:
            parts.append(f'<path class="{wall}" d="M{x:g} {y:g}v{STOREY}"/>')
    parts.append(f'<path class="thin" d="M{LEFT} {y:g}H{RIGHT}"/>')
    return parts


def _way_down(top: float, bottom: float) -> list[str]:
    x, middle = RIGHT + 26, (top + bottom) / 2
    return [
        f'<path class="way" d="M{x} {top + 6:g}V{bottom - 10:g}"/>',
        f'<path class="tip" d="M{x - 6} {bottom - 14:g}h12l-6 13z"/>',
        f'<text class="say" transform="translate({x + 12} {middle:g}) rotate(90)">imports only go down</text>',
    ]


if __name__ == "__main__":
    PLACE.write_text(draw(layers()), encoding="utf-8")
