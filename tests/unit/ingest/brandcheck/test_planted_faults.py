"""Faults planted into files of each format that keep to the brand: each is found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from contentlib.branding import brand as brands
from contentlib.branding.parts import AcceptedFont, Brand, LegacyColour
from contentlib.ingest.brandcheck import checking, docx, logos, pdf, pptx, rules
from contentlib.ingest.brandcheck.facts import FileFacts
from contentlib.ingest.extractors import extract
from tests.factories import branded_decks, branded_papers, office
from tests.factories.branded_decks import Deck, draw_logo
from tests.factories.branded_papers import DOCX_FAULTS, PDF_FAULTS, Paper

ROOT = Path(__file__).resolve().parents[4]
CURRENT, OLD = {"mark": draw_logo()}, {"first mark": draw_logo(old=True)}
ON = date(2026, 11, 1)
MIXED = 17

READERS: Mapping[str, Callable[[Path, str], FileFacts]] = {"pptx": pptx.read, "docx": docx.read, "pdf": pdf.read}
FAULTS = {"pptx": branded_decks.FAULTS, "docx": DOCX_FAULTS, "pdf": PDF_FAULTS}


@pytest.fixture(scope="module")
def brand() -> Brand:
    return brands.load(ROOT / "brand")


def spoilt(kind: str, fault: str) -> bytes:
    """Give a file of a format with one fault, or without any."""
    seed = random.Random(1)
    if kind == "pptx":
        deck = Deck()
        if fault:
            branded_decks.FAULTS[fault][1](deck, seed)
        return deck.pack()
    paper = Paper(as_pdf=kind == "pdf")
    return (DOCX_FAULTS[fault][1](paper, seed) if fault else paper).pack()


def mixed(kind: str, seed: random.Random) -> tuple[bytes, set[str]]:
    if kind == "pptx":
        return branded_decks.plant(seed)
    as_pdf = kind == "pdf"
    paper, planted = branded_papers.plant(PDF_FAULTS if as_pdf else DOCX_FAULTS, seed, as_pdf=as_pdf)
    return paper.pack(), planted


def check(folder: Path, kind: str, made: bytes, brand: Brand) -> list[str]:
    path = folder / f"made.{kind}"
    path.write_bytes(made)
    facts = READERS[kind](path, path.name)
    found = [*rules.check(facts, brand, kind="one-sheeter", on=ON)]
    found += logos.check(facts.pictures, CURRENT, OLD, brand.palette)
    assert all(finding.message and finding.mend for finding in found if finding.code != "page-size")
    return [finding.code for finding in found]


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_a_clean_file_has_no_finding_and_each_fault_is_found_alone(tmp_path: Path, brand: Brand, kind: str):
    wanted = {"": [], **{fault: [code] for fault, (code, _) in FAULTS[kind].items()}}
    assert {fault: check(tmp_path, kind, spoilt(kind, fault), brand) for fault in wanted} == wanted


def test_what_a_layout_says_on_all_its_slides_is_checked_with_them(tmp_path: Path, brand: Brand):
    assert check(tmp_path, "pptx", Deck(notice="Tarnwell", layout_notice="© Tarnwell Ltd").pack(), brand) == []
    assert check(tmp_path, "pptx", Deck(layout_notice="[Customer name]").pack(), brand) == ["placeholder"]


def test_what_was_left_in_a_file_is_told_unless_whoever_read_it_told_it_before(tmp_path: Path, brand: Brand):
    path = tmp_path / "left.pptx"
    path.write_bytes(office.presentation([office.slide(office.shape("Words"), hidden=True)]))
    for extracted, told in ((None, True), (extract(str(path), path.name), False)):
        found = checking.check(
            str(path), path.name, brand=brand, logo_pictures=CURRENT, old=OLD, on=ON, extracted=extracted
        )
        assert ("hidden-pages" in {finding.code for finding in found}) is told


def test_planted_faults_are_found_and_nothing_else(tmp_path: Path, brand: Brand):
    seed = random.Random(20260301)
    hits: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for kind in [*FAULTS] * MIXED:
        made, planted = mixed(kind, seed)
        found = set(check(tmp_path, kind, made, brand))
        for counter, codes in ((hits, found & planted), (missed, planted - found), (wrong, found - planted)):
            counter.update(f"{kind}: {code}" for code in codes)
    precision = hits.total() / (hits.total() + wrong.total())
    recall = hits.total() / (hits.total() + missed.total())
    files, faults = MIXED * len(FAULTS), hits.total() + missed.total()
    print(f"{files} files, {faults} faults: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95, wrong
    assert recall >= 0.9, missed


def test_what_an_approved_file_taught_is_accepted_for_as_long_as_it_says(tmp_path: Path, brand: Brand):
    path = tmp_path / "approved.pptx"
    path.write_bytes(Deck(theme_font="Georgia", run_font="Georgia-Bold", shape_colour="C2185B").pack())
    taught = checking.learn(str(path), path.name, brand=brand, on=ON)
    assert [(proposal.what, proposal.value) for proposal in taught] == [("font", "Georgia"), ("colour", "#C2185B")]

    def codes(until: date | None) -> list[str]:
        knowing = replace(
            brand,
            accepted_fonts=(AcceptedFont(family=taught[0].value, until=until),),
            legacy_colours=(LegacyColour(name="pink", value=taught[1].value, until=until),),
        )
        found = rules.check(pptx.read(path, path.name), knowing, kind=None, on=ON)
        proposed = checking.learn(str(path), path.name, brand=knowing, on=ON)
        return [*(finding.code for finding in found), *(proposal.what for proposal in proposed)]

    assert codes(None) == []
    assert codes(ON) == ["font-legacy", "colour-legacy"]
    assert codes(ON - timedelta(days=1)) == ["font", "colour", "font", "colour"]
