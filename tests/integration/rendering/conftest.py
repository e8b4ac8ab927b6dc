"""One printer for all tests of this folder, its cache in a temporary folder, and the sample assets as requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contentlib.domain.documents import RenderedDocument, RenderRequest, RepContact
from contentlib.rendering.printer import Printer, preload
from contentlib.sandbox.parent import Sandbox

ROOT = Path(__file__).resolve().parents[3]
AUTHORED = ROOT / "tests" / "data" / "authored"
TEMPLATES = ROOT / "templates" / "documents"
BRAND = ROOT / "brand"
SAMPLES = {
    "case-study": "fallowfield-creamery",
    "one-sheeter": "sounding-at-a-glance",
    "deck": "every-composition",
}
RITA = RepContact(
    name="Rita Vance", title="Account Executive", email="rita.vance@tarnwell.example", phone="+44 113 496 0155"
)

MakeRequest = Callable[..., RenderRequest]
Render = Callable[..., RenderedDocument]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=preload(templates=TEMPLATES, brand=BRAND)) as opened:
        yield opened


@pytest.fixture(scope="session")
def printer(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Printer:
    return Printer(templates=TEMPLATES, brand=BRAND, cache=tmp_path_factory.mktemp("cache"), sandbox=sandbox)


@pytest.fixture(scope="session")
def make_request() -> MakeRequest:
    """Make a request for a sample asset; `change` edits its source, other arguments go to the request."""

    def make(kind: str, change: Callable[[str], str] | None = None, **more: Any) -> RenderRequest:
        slug = SAMPLES[kind]
        source = (AUTHORED / kind / f"{slug}.md").read_text("utf-8")
        changed = change(source) if change else source
        assert change is None or changed != source, "the change changed nothing"
        media = {f"media/{path.name}": str(path) for path in sorted((AUTHORED / "media").glob("*.svg"))}
        defaults: dict[str, Any] = {"version": 1, "dated_on": date(2026, 9, 1), "language": "en", "media": media}
        return RenderRequest(kind=kind, slug=slug, source=changed, path=f"{kind}/{slug}.md", **{**defaults, **more})

    return make


@pytest.fixture(scope="session")
def for_kestrel() -> dict[str, Any]:
    """What a rep fills in for one prospect."""
    values = {"prospect.name": "Kestrel Dairies", "note": "For your site review in Leeds on 14 October."}
    return {"values": values, "rep": RITA, "is_personalised": True}


@pytest.fixture(scope="session")
def render(printer: Printer, make_request: MakeRequest) -> Render:
    """Render a sample asset."""

    def made(kind: str, change: Callable[[str], str] | None = None, **more: Any) -> RenderedDocument:
        return printer.render(make_request(kind, change, **more))

    return made
