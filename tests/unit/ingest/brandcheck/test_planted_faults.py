"""Faults planted into presentations that keep to the brand: each is found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contentlib.branding import brand as brands
from contentlib.branding.parts import Brand
from contentlib.domain.findings import Finding
from contentlib.ingest.brandcheck import logos, pptx, rules
from tests.factories.branded_decks import FAULTS, Deck, draw_logo, plant

ROOT = Path(__file__).resolve().parents[4]
CURRENT, OLD = {"mark": draw_logo()}, {"first mark": draw_logo(old=True)}
ON = date(2026, 11, 1)
DECKS = 60


@pytest.fixture(scope="module")
def brand() -> Brand:
    return brands.load(ROOT / "brand")


def check(tmp_path: Path, made: bytes, brand: Brand) -> list[Finding]:
    path = tmp_path / "deck.pptx"
    path.write_bytes(made)
    facts = pptx.read(path, "deck.pptx")
    found = rules.check(facts, brand, kind="one-sheeter", on=ON)
    return [*found, *logos.check(facts.pictures, CURRENT, OLD, brand.palette)]


def test_a_clean_deck_has_no_finding(tmp_path: Path, brand: Brand):
    assert check(tmp_path, Deck().pack(), brand) == []


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_is_found_alone(tmp_path: Path, brand: Brand, fault: str):
    code, spoil = FAULTS[fault]
    deck = Deck()
    spoil(deck, random.Random(1))
    found = check(tmp_path, deck.pack(), brand)
    assert [finding.code for finding in found] == [code]
    assert found[0].message
    assert found[0].mend


def test_planted_faults_are_found_and_nothing_else(tmp_path: Path, brand: Brand):
    seed = random.Random(20260301)
    hits: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for _ in range(DECKS):
        made, planted = plant(seed)
        found = {finding.code for finding in check(tmp_path, made, brand)}
        hits.update(found & planted)
        missed.update(planted - found)
        wrong.update(found - planted)
    precision = hits.total() / (hits.total() + wrong.total())
    recall = hits.total() / (hits.total() + missed.total())
    print(f"{DECKS} decks, {hits.total() + missed.total()} faults: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95, wrong
    assert recall >= 0.9, missed
