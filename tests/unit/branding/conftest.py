import shutil
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[3] / "brand"

SMALL = """\
meta:
  name: {full: Ferrow Ltd, short: Ferrow}
logo:
  images:
    name: {path: logos/name.svg, alt: Ferrow}
    name-light: logos/name-light.svg
  medium: {light: name, dark: name-light}
color:
  palette:
    ink: "#161E2E"
    blue: rgb(37 70 168)
    accent: blue
    amber: "#F2A93B"
  foreground: ink
  background: white
  primary: accent
  warning: amber
typography:
  fonts:
    - family: IBM Plex Sans
      source: file
      files:
        - {path: fonts/text.ttf, weight: 400, style: normal}
        - {path: fonts/slanted.ttf, weight: 400, style: italic}
    - family: Bricolage Grotesque
      source: file
      files: [fonts/title.ttf]
  base: IBM Plex Sans
  headings: {family: Bricolage Grotesque, weight: 700, color: ink}
"""

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 0H40V10H0Z"/></svg>'


@pytest.fixture
def small_brand(tmp_path):
    """A small brand of its own, which tests break in one place each."""
    folder = tmp_path / "ferrow"
    (folder / "fonts").mkdir(parents=True)
    (folder / "logos").mkdir()
    for name, shipped in (
        ("text", "ibm-plex-sans-400"),
        ("slanted", "ibm-plex-sans-400-italic"),
        ("title", "bricolage-grotesque-700"),
    ):
        shutil.copyfile(SHIPPED / "fonts" / f"{shipped}.ttf", folder / "fonts" / f"{name}.ttf")
    for name in ("name", "name-light"):
        (folder / "logos" / f"{name}.svg").write_text(LOGO)
    (folder / "_brand.yml").write_text(SMALL)
    return folder


@pytest.fixture
def rewrite(small_brand):
    """Replace words in the small brand's file; the words must be there."""

    def replace(*pairs):
        path = small_brand / "_brand.yml"
        text = path.read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text)
        return small_brand

    return replace
