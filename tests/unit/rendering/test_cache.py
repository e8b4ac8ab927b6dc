"""The cache: whole or not at all, and never a quotation whose day has passed."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

from contentlib.domain.documents import Certificate, RenderedDocument
from contentlib.domain.findings import Finding, Level
from contentlib.rendering.answers import Frozen
from contentlib.rendering.cache import DocumentCache

KEY = "ab" + "0" * 62
TODAY = date(2026, 10, 1)


def a_document(pdf: bytes = b"%PDF-1.7 one", good_until: str | None = None) -> RenderedDocument:
    certificate = Certificate(
        id="1" * 32, asset="a", version=3, kind="deck", brand="Tarnwell", brand_hash="b", template_hash="t",
        source_hash="s", engine="WeasyPrint 70.0", paper="16:9", pages=2, fonts=("Plex",), checks=("Fonts",),
        findings=(Finding(level=Level.WARNING, code="engine", message="m"),), is_sample_brand=True,
        good_until=good_until,
    )  # fmt: skip
    return RenderedDocument(
        pdf=pdf, pages=2, sha256=hashlib.sha256(pdf).hexdigest(), content_key=KEY, certificate=certificate,
        is_cached=False,
    )  # fmt: skip


def test_what_was_kept_is_found_whole(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    assert cache.find(KEY, on=TODAY) is None
    cache.keep(a_document())
    found = cache.find(KEY, on=TODAY)
    assert found is not None
    assert found.is_cached
    assert (found.pdf, found.certificate) == (a_document().pdf, a_document().certificate)


def test_what_finds_no_room_is_not_kept_and_harms_nobody(tmp_path: Path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    cache = DocumentCache(tmp_path / "cache")
    cache.keep(a_document())
    assert cache.find(KEY, on=TODAY) is None


def test_what_a_killed_process_was_writing_goes_when_it_is_old(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    cache.keep(a_document())
    folder = next(tmp_path.glob("documents/*"))
    young, old = folder / ".part-young", folder / ".part-old"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    cache.forget_unfinished()
    assert young.exists()
    assert not old.exists()
    assert cache.find(KEY, on=TODAY) is not None


def test_a_document_is_not_found_from_the_day_its_quotation_expires(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    cache.keep(a_document(good_until="2026-10-02"))
    assert cache.find(KEY, on=date(2026, 10, 1)) is not None
    assert cache.find(KEY, on=date(2026, 10, 2)) is None


def test_a_file_that_is_not_what_was_kept_is_not_found(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    cache.keep(a_document())
    (pdf,) = tmp_path.rglob("*.pdf")
    pdf.write_bytes(pdf.read_bytes()[:-1])
    assert cache.find(KEY, on=TODAY) is None
    pdf.unlink()
    assert cache.find(KEY, on=TODAY) is None


def test_a_broken_record_is_as_none(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    cache.keep(a_document())
    (record,) = tmp_path.rglob("*.json")
    record.write_text("{")
    assert cache.find(KEY, on=TODAY) is None


def test_no_part_of_a_file_is_left_behind(tmp_path: Path):
    DocumentCache(tmp_path).keep(a_document())
    assert not list(tmp_path.rglob("*.part"))


def test_what_is_frozen_stays_to_the_last_digit(tmp_path: Path):
    cache = DocumentCache(tmp_path)
    frozen = Frozen(fit=1.0743, quote_height=94.88991096000001)
    cache.keep_frozen(KEY, frozen)
    assert cache.find_frozen(KEY) == frozen
