"""A library that does not agree with itself is found out, and what can be made anew is."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import String

from contentlib.domain.errors import ForbiddenError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner
from contentlib.services import operations
from contentlib.storage import soundness
from contentlib.storage.tables import Base
from tests.cast import ADA, LEO, RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import blob, codes, execute, mend, quiet, verify

DOCUMENT = "SELECT blob FROM document"
PICTURE = "SELECT {} FROM asset_picture WHERE number = 1"


# Columns wide enough for a hash that name no stored file.
OTHER_HASHES = {
    "asset.source_hash",
    "asset_version.source_hash",
    "document.content_key",
    "one_time_link.token_hash",
    "sign_in.token_hash",
}
STORED_FILES = {
    "added_picture.blob", "asset_file.blob", "asset_picture.blob", "asset_picture.plate", "asset_version.media",
    "document.blob", "document.logo",
}  # fmt: skip


def test_every_column_that_may_name_a_stored_file_is_known():
    """A new one belongs into `iter_files`, or backups would leave its files behind."""
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and column.type.length == 64
    }
    assert columns - OTHER_HASHES == STORED_FILES - {"asset_version.media"}


def a_media_file(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        (name,) = (
            reading.session.connection().exec_driver_sql("SELECT media FROM asset_version WHERE media != '{}'").first()
        )
    return shop.library.blobs.path(next(iter(json.loads(name).values())))


def version_of(shop: Shop, slug: str) -> int:
    with shop.library.read(OPERATOR) as reading:
        sql = f"SELECT current_version_id FROM asset WHERE slug = '{slug}'"
        return reading.session.connection().exec_driver_sql(sql).scalar()


def test_a_sound_library_agrees(shop: Shop):
    shop.use(RITA)
    shop.download(RITA, key="another")
    shop.drain()
    assert verify(shop) == ()


def test_what_a_job_will_bring_in_line_is_no_difference(shop: Shop):
    shop.edit("one-sheeter/round-at-a-glance.md", "\ntitle: ", "\ntitle: New ")
    assert shop.sync().changed == 1
    shop.use(RITA, deal="K-4")
    assert verify(shop) == ()


def test_only_who_operates_the_library_may_verify_it(shop: Shop):
    with shop.library.read(shop.actor(ADA)) as reading:
        assert operations.verify(reading, quiet) == ()
    with shop.library.read(shop.actor(LEO)) as reading, pytest.raises(ForbiddenError):
        operations.verify(reading, quiet)


INSERT_LIFT = """
    INSERT INTO asset_lift SELECT id, 'helps', 3, 1, 0, 0, 0, 0, 0, 0, 0, '', 0, 0, 0, '', '', '{}' FROM asset
    WHERE id NOT IN (SELECT asset_id FROM asset_lift) LIMIT 1
"""
INSERT_DEAD = """
    INSERT INTO job (kind, subject, state, run_at, attempts, error)
    VALUES ('index asset', 1, 'dead', '2026-01-01 00:00:00', 5, 'it broke')
"""
ROWS = {
    "a figure": ("UPDATE asset_lift SET uses = uses + 1", "figures-differ"),
    "the totals": ("UPDATE report_run SET summary = json_set(summary, '$.wins', 77)", "figures-differ"),
    "a report that was never made": ("DELETE FROM report_run", "figures-differ"),
    "a row too many": (INSERT_LIFT, "figures-differ"),
    "work that was given up": (INSERT_DEAD, "job-dead"),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows_that_can_be_made_anew_are_mended(shop: Shop, case: str):
    shop.use(RITA, deal="K-4")
    shop.drain()
    statement, code = ROWS[case]
    execute(shop, statement)
    assert codes(verify(shop)) == [code]
    mend(shop)
    assert verify(shop) == ()


def test_an_older_version_in_the_index_is_brought_up_to_date(shop: Shop):
    shop.edit("one-sheeter/round-at-a-glance.md", "\ntitle: ", "\ntitle: New ")
    assert shop.sync().changed == 1
    execute(shop, "DELETE FROM job")
    (found,) = verify(shop)
    assert found.as_finding().code == "index-differs"
    assert "another version" in found.message
    mend(shop)
    assert verify(shop) == ()


def test_words_and_facts_that_the_index_holds_otherwise_are_found_and_mended(shop: Shop):
    execute(shop, "UPDATE asset SET summary = 'Zanzibarite.' WHERE id = 1")
    (found,) = verify(shop)
    assert found.as_finding().code == "index-differs"
    assert "other words or facts of asset 1" in found.message
    mend(shop)
    assert verify(shop) == ()


LOST = {
    "an asset has another owner's version": (
        "UPDATE asset SET current_version_id = (SELECT max(id) FROM asset_version) WHERE id = 1", "asset-strayed"),
    "a document without its use": ("DELETE FROM usage_event", "document-unrecorded"),
    "a row that points to nothing": ("DELETE FROM person WHERE email = 'rita@tarnwell.example'", "database-damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", LOST)
def test_rows_that_only_a_backup_brings_back_are_named_and_left(shop: Shop, case: str):
    shop.download(RITA)
    shop.drain()
    statement, code = LOST[case]
    execute(shop, statement)
    found = verify(shop)
    assert code in codes(found)
    mend(shop)
    left = [d for d in verify(shop) if d.as_finding().code == code]
    assert left
    assert "contentlib restore" in (left[0].as_finding(is_left=True).mend or "")


def test_pages_of_the_database_that_cannot_be_read_are_told_in_a_sentence(shop: Shop):
    path = shop.library.settings.data / "library.sqlite3"
    execute(shop, "PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(size // 2)
        file.write(b"\x5a" * (size // 3))
    found = verify(shop)
    assert set(codes(found)) == {"database-damaged"}
    assert "database" in found[0].message.lower()


def test_the_index_is_compared_asset_by_asset(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        held = reading.index.held()
    gone = sorted(held)[:2]
    shop.library.index.apply([], gone)
    found = verify(shop)
    assert codes(found) == ["index-differs"] * 2
    assert sorted(difference.subject for difference in found) == gone
    mend(shop)
    assert verify(shop) == ()
    assert shop.library.index.held() == held


def test_an_asset_that_only_the_index_knows_is_taken_out(shop: Shop):
    shop.use(RITA, asset="first-note")
    parts = ("asset_term", "asset_stage", "asset_version", "asset_slug", "asset_lift")
    execute(
        shop,
        "DELETE FROM usage_event",
        "DELETE FROM asset_picture",
        "DELETE FROM version_sketch",
        "DELETE FROM report_run",
        *(f"DELETE FROM {part} WHERE asset_id = 1" for part in parts),
        "DELETE FROM asset_lift",
        "DELETE FROM asset WHERE id = 1",
        "DELETE FROM job",
    )
    assert codes(verify(shop)) == ["index-differs"]
    mend(shop)
    assert verify(shop) == ()
    assert 1 not in shop.library.index.held()


def test_an_index_that_is_gone_is_told_and_built_by_the_next_runner(shop: Shop):
    shop.lose_index()
    assert codes(verify(shop)) == ["index-unavailable"]
    runner.heal_index(shop.library)
    assert verify(shop) == ()


def test_an_altered_picture_of_a_source_is_found_again_among_the_authored_files(shop: Shop):
    path = a_media_file(shop)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    (found,) = verify(shop)
    assert found.as_finding().code == "file-lost"
    assert "altered" in found.message
    mend(shop)
    assert verify(shop) == ()
    assert path.read_bytes() == whole


def test_a_missing_document_is_found_again_in_the_cache(shop: Shop):
    shop.download(RITA)
    shop.drain()
    path = blob(shop, DOCUMENT)
    whole = path.read_bytes()
    path.unlink()
    assert "missing" in verify(shop)[0].message
    mend(shop)
    assert verify(shop) == ()
    assert path.read_bytes() == whole


def test_a_document_whose_bytes_are_nowhere_is_made_again_or_named_and_left(shop: Shop):
    shop.download(RITA)
    shop.drain()
    path = blob(shop, DOCUMENT)
    whole = path.read_bytes()
    path.write_bytes(b"not a document")
    shutil.rmtree(shop.library.settings.data / "cache")
    mend(shop)
    assert verify(shop) == ()
    assert path.read_bytes() == whole
    path.chmod(0o600)
    path.write_bytes(b"not a document")
    shutil.rmtree(shop.library.settings.data / "cache")
    execute(shop, "UPDATE document SET certificate = json_set(certificate, '$.brand_hash', 'another')")
    mend(shop)
    (left,) = verify(shop)
    assert left.as_finding().code == "file-lost"
    assert "document 1" in left.message
    assert path.read_bytes() == b"not a document"


@pytest.mark.parametrize(("damage", "column"), [("altered", "blob"), ("missing", "plate")])
def test_a_lost_page_picture_is_drawn_anew(shop: Shop, damage: str, column: str):
    shop.library.draw_pictures(version_of(shop, "round-at-a-glance"))
    shop.drain()
    runner.drain(shop.library, kinds.QUICK)
    path = blob(shop, PICTURE.format(column))
    whole = path.read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(b"RIFF")
    (found,) = verify(shop)
    assert found.as_finding().code == "picture-lost"
    assert damage in found.message
    execute(shop, "DELETE FROM job")
    mend(shop)
    assert verify(shop) == ()
    runner.drain(shop.library, kinds.SLOW)
    assert path.read_bytes() == whole


def make_old(path: Path) -> None:
    os.utime(path, (path.stat().st_mtime - 7200,) * 2)


def test_files_that_no_row_names_are_removed_when_they_are_old(shop: Shop):
    shop.download(RITA)
    blobs = shop.library.blobs
    old, young, wanted_again = (blobs.path(blobs.put(data)) for data in (b"old", b"young", b"wanted again"))
    for path in (old, wanted_again, *shop.library.settings.blobs_folder.glob("*/*")):
        if path != young:
            make_old(path)
    blobs.put(b"wanted again")  # somebody is about to name it
    with shop.library.work(OPERATOR) as uow:
        assert operations.remove_unnamed_files(uow, ()) == 1
    assert [path.exists() for path in (old, young, wanted_again)] == [False, True, True]
    assert verify(shop) == ()


def test_a_damaged_database_has_no_say_in_which_files_are_removed(shop: Shop, monkeypatch):
    make_old(shop.library.blobs.path(shop.library.blobs.put(b"old")))
    monkeypatch.setattr(soundness, "list_faults", lambda _: ["a page is torn"])
    with shop.library.work(OPERATOR) as uow:
        assert operations.remove_unnamed_files(uow, verify(shop)) == 0
