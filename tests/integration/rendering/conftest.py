"""One printer for all tests of this folder, its cache in a temporary folder, and the sample assets as requests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contentlib.domain.documents import RenderedDocument, RenderRequest, RepContact
from contentlib.markup import schema
from contentlib.rendering.printer import Printer, practice, preload
from contentlib.sandbox.parent import Sandbox
from tests.once import once

ROOT = Path(__file__).resolve().parents[3]
AUTHORED = ROOT / "tests" / "data" / "authored"
TEMPLATES = ROOT / "templates" / "documents"
BRAND = ROOT / "brand"
SAMPLES = {
    "case-study": "fallowfield-creamery",
    "one-sheeter": "sounding-at-a-glance",
    "deck": "every-composition",
}
# Kinds whose assets in the shipped library serve as samples.
SHIPPED = {
    "battlecard": "against-fixpoint",
    "data-sheet": "rounds-data-sheet",
    "proposal-cover": "ledger-proposal",
    "outreach-email": "first-touch-food",
}
RITA = RepContact(
    name="Rita Vance", title="Account Executive", email="rita.vance@tarnwell.example", phone="+44 113 496 0155"
)

# Every kind there is a folder for, found, so that a new one is tested from its first day.
KINDS = [each.slug for each in schema.list_kinds(TEMPLATES)]
# The kinds that become a customer's own as pages: an e-mail is sent as words, and what is internal never leaves.
PERSONAL = [
    each.slug
    for each in schema.list_kinds(TEMPLATES)
    if each.find_field("prospect.name") and not each.is_internal and each.email is None
]

MakeRequest = Callable[..., RenderRequest]
Render = Callable[..., RenderedDocument]


def sample_of(kind: str) -> Path:
    """Give the authored file that stands for a kind: one written for tests, or the first of the shipped ones."""
    if kind in SAMPLES:
        return AUTHORED / kind / f"{SAMPLES[kind]}.md"
    if kind in SHIPPED:
        return ROOT / "content" / kind / f"{SHIPPED[kind]}.md"
    return min((ROOT / "content" / kind).glob("*.md"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=preload(templates=TEMPLATES, brand=BRAND)) as opened:
        yield opened


@pytest.fixture(scope="session")
def printer(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Printer:
    # Processes that test side by side share what was drawn: files of a cache appear whole or not at all.
    cache = once(tmp_path_factory, "rendering-cache", lambda _folder: None)
    return Printer(templates=TEMPLATES, brand=BRAND, cache=cache, sandbox=sandbox)


def request_for_sample(kind: str, change: Callable[[str], str] | None = None, **more: Any) -> RenderRequest:
    """Make a request for a sample asset; `change` edits its source, other arguments go to the request."""
    place = sample_of(kind)
    slug, source = place.stem, place.read_text("utf-8")
    changed = change(source) if change else source
    assert change is None or changed != source, "the change changed nothing"
    media = {f"media/{path.name}": str(path) for path in sorted((place.parents[1] / "media").glob("*.svg"))}
    defaults: dict[str, Any] = {"version": 1, "dated_on": date(2026, 9, 1), "language": "en", "media": media}
    return RenderRequest(kind=kind, slug=slug, source=changed, path=f"{kind}/{slug}.md", **{**defaults, **more})


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The same house in other folders, run by another process whose clock is wrong, with a second brand beside it."""

    folder: Path
    printer: Printer


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """Copy brands, templates and pictures and print with them in another process."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for name, source in (("brand", BRAND), ("templates", TEMPLATES), ("media", AUTHORED / "media")):
        shutil.copytree(source, folder / name)
    lay_lantern(folder / "brand")
    places = {"templates": folder / "templates", "brand": folder / "brand"}
    ready = (*preload(**places), *practice(**places))  # what was practised must leave no trace in what is drawn after
    with Sandbox(preload=("tests.integration.rendering.clocks:a_year_later", *ready)) as other:
        printer = Printer(templates=folder / "templates", brand=folder / "brand", cache=folder / "cache", sandbox=other)
        yield Elsewhere(folder=folder, printer=printer)


def lay_lantern(brands: Path) -> Path:
    """Lay the second brand of the made-up company beside its own, with the fonts that it names; give its folder."""
    place = brands / "lantern"
    shutil.copytree(ROOT / "tests" / "data" / "brands" / "lantern", place)
    (place / "fonts").mkdir()
    for name in ("ibm-plex-sans-400", "ibm-plex-sans-600", "ibm-plex-sans-700", "literata-400-italic", "literata-600"):
        shutil.copy(BRAND / "fonts" / f"{name}.ttf", place / "fonts")
    return place


@pytest.fixture(scope="session")
def make_request() -> MakeRequest:
    """Make a request for a sample asset; `change` edits its source, other arguments go to the request."""
    return request_for_sample


@pytest.fixture(scope="session")
def for_kestrel() -> dict[str, Any]:
    """What a rep fills in for one prospect."""
    values = {"prospect.name": "Kestrel Dairies", "note": "For your site review in Leeds on 14 October."}
    return {"values": values, "rep": RITA, "is_personalised": True}


@pytest.fixture(scope="session")
def fitting(printer: Printer) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Keep of what a rep fills in what a kind has a field for, and greet where it wants a greeting."""

    def kept(kind: str, filled: dict[str, Any]) -> dict[str, Any]:
        found = printer.find_kind(kind)
        assert found is not None
        names = {field.name for field in found.fields}
        values = {"prospect.greeting": "Dear Ms Larsen", "proposal.number": "P-2026-118"} | filled["values"]
        return {**filled, "values": {name: value for name, value in values.items() if name in names}}

    return kept


@pytest.fixture(scope="session")
def render(printer: Printer, make_request: MakeRequest) -> Render:
    """Render a sample asset."""

    def made(kind: str, change: Callable[[str], str] | None = None, **more: Any) -> RenderedDocument:
        return printer.render(make_request(kind, change, **more))

    return made
