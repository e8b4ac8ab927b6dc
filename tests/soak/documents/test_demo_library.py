"""The whole shipped library, both papers: every document without a finding, and tagged by all rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from contentlib.domain.documents import Paper, RenderRequest
from contentlib.markup import schema
from contentlib.rendering.printer import Printer, preload
from contentlib.sandbox.parent import Sandbox
from tests.pdf_ua import breaches

pytestmark = pytest.mark.skipif("SOAK_ROUNDS" not in os.environ, reason="make soak draws the whole shipped library")

ROOT = Path(__file__).resolve().parents[3]
KINDS = [each.slug for each in schema.list_kinds(ROOT / "templates" / "documents")]
SHIPPED = sorted(path for kind in KINDS for path in (ROOT / "content" / kind).glob("*.md"))
MEDIA = {f"media/{path.name}": str(path) for path in (ROOT / "content" / "media").glob("*.svg")}


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    """Print what is shipped with what is shipped."""
    templates, brand = ROOT / "templates" / "documents", ROOT / "brand"
    with Sandbox(preload=preload(templates=templates, brand=brand)) as sandbox:
        yield Printer(templates=templates, brand=brand, cache=tmp_path_factory.mktemp("cache"), sandbox=sandbox)


@pytest.mark.parametrize("place", SHIPPED, ids=lambda place: place.stem)
def test_a_shipped_asset_makes_a_sound_document(printer, place):
    kind = place.parent.name
    papers = [Paper.A4] if kind == "deck" else list(Paper)
    for paper in papers:
        document = printer.render(
            RenderRequest(
                kind=kind, slug=place.stem, source=place.read_text("utf-8"), path=f"{kind}/{place.name}",
                language="en", version=1, dated_on=date(2026, 11, 1), media=MEDIA, paper=paper,
            )
        )  # fmt: skip
        assert document.findings == ()
        assert breaches(document.pdf) == []
