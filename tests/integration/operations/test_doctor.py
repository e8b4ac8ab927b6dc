"""What a machine lacks is named with the line that mends it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contentlib.domain.errors import LibraryRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.rendering import setup
from contentlib.services import operations
from contentlib.settings import Settings
from contentlib.storage import disks
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import execute

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def machine(
    data: Path, *, now: datetime = NOW, is_embedded: bool = True, office: str | None = "soffice"
) -> dict[str, Finding]:
    found = operations.examine_machine(data=data, blobs=data / "blobs", is_embedded=is_embedded, now=now, office=office)
    return {finding.code: finding for finding in found}


def folders(
    brand: Path | None = None, templates: Path | None = None, content: Path | None = None
) -> dict[str, Finding]:
    settings = Settings()
    found = operations.examine_folders(
        brand=brand or settings.brand_folder, templates=templates or settings.templates_folder, content=content
    )
    return {finding.code: finding for finding in found}


def library(shop: Shop) -> list[str]:
    with shop.library.read(OPERATOR) as reading:
        return [finding.code for finding in operations.examine_library(reading)]


def test_a_sound_machine_lacks_nothing(data_folder: Path):
    assert machine(data_folder) == {}


def test_what_is_lost_without_libreoffice_is_said_with_the_line_that_installs_it(data_folder: Path):
    (finding,) = machine(data_folder, office=None).values()
    assert (finding.code, finding.level) == ("libreoffice-missing", Level.NOTE)
    assert "no page pictures" in finding.message
    assert "libreoffice-impress" in (finding.mend or "")


def test_a_missing_library_is_named_with_the_line_that_installs_it(data_folder: Path, monkeypatch):
    monkeypatch.setitem(setup.LIBRARIES, "HarfBuzz-subset", "a-library-that-nobody-has")
    (finding,) = machine(data_folder).values()
    assert "HarfBuzz-subset not found" in finding.message
    assert "Everything else works" in finding.message
    assert setup.PANGO_LINE in (finding.mend or "")


@pytest.mark.parametrize(("free", "level"), [(100_000_000, Level.ERROR), (700_000_000, Level.WARNING)])
def test_little_room_is_told_once_for_one_disk(data_folder: Path, monkeypatch, free: int, level: Level):
    monkeypatch.setattr(disks, "free_bytes", lambda _: free)
    (finding,) = machine(data_folder).values()
    assert (finding.code, finding.level) == ("disk-full", level)


@pytest.mark.parametrize("name", [".", "blobs", "index", "library.sqlite3"])
def test_what_this_user_may_not_write_is_named(data_folder: Path, monkeypatch, name: str):
    forbidden = data_folder / name
    forbidden.mkdir(exist_ok=True)
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != forbidden)  # root may write everywhere
    (finding,) = machine(data_folder).values()
    assert finding.code == "not-writable"
    assert str(forbidden) in finding.message


def test_a_disk_that_takes_no_writes_is_named(data_folder: Path, monkeypatch):
    monkeypatch.setattr(disks, "is_read_only", lambda _: True)
    assert list(machine(data_folder)) == ["disk-read-only"]


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path):
    (tmp_path / "data").touch()
    assert "data-no-folder" in machine(tmp_path / "data")


def test_a_key_that_others_can_read_is_named(data_folder: Path):
    (data_folder / "secret").touch(0o644)
    (data_folder / "secret").chmod(0o644)
    finding = machine(data_folder)["secret-readable"]
    assert "chmod 600" in (finding.mend or "")
    (data_folder / "secret").chmod(0o600)
    assert machine(data_folder) == {}


MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/export {mount} {kind} rw 0 0\nproc /proc proc rw 0 0\n"


@pytest.mark.parametrize(
    ("kind", "told"), [("nfs4", "nfs4"), ("cifs", "cifs"), ("fuse.sshfs", "fuse.sshfs"), ("xfs", None)]
)
def test_a_network_disk_is_told_by_its_mount(data_folder: Path, kind: str, told: str | None):
    mounts = data_folder / "mounts"
    mounts.write_text(MOUNTS.format(mount=data_folder, kind=kind))
    assert disks.network_kind(data_folder / "library", mounts=mounts) == told
    assert disks.network_kind(data_folder.parent, mounts=mounts) is None
    assert disks.network_kind(data_folder, mounts=data_folder / "nothing") is None


def test_sqlite_on_a_network_disk_is_named_and_postgresql_is_not(data_folder: Path, monkeypatch):
    monkeypatch.setattr(disks, "network_kind", lambda _: "nfs4")
    assert list(machine(data_folder)) == ["network-disk"]
    assert machine(data_folder, is_embedded=False) == {}


def test_a_library_on_a_network_disk_is_refused_with_what_to_do(data_folder: Path, monkeypatch):
    monkeypatch.setattr(disks, "network_kind", lambda _: "nfs4")
    with pytest.raises(LibraryRefusedError, match=r"network disk \(nfs4\).*local disk"):
        Library(Settings(data=data_folder))
    assert not any(data_folder.iterdir())


def test_a_clock_that_was_never_set_is_named(data_folder: Path):
    assert list(machine(data_folder, now=datetime(1970, 1, 1, tzinfo=UTC))) == ["clock-wrong"]


def test_the_sample_brand_is_a_note(tmp_path: Path):
    assert [(code, finding.level) for code, finding in folders().items()] == [("sample-brand", Level.NOTE)]


def test_faults_of_the_brand_are_named_with_their_line(tmp_path: Path):
    brand = tmp_path / "brand"
    shutil.copytree(Settings().brand_folder, brand)
    for font in (brand / "fonts").rglob("*.ttf"):
        font.unlink()
    found = [finding for finding in folders(brand).values() if finding.level is Level.ERROR]
    assert found
    assert all(finding.path and finding.line for finding in found)


def test_folders_that_are_not_there_are_named(tmp_path: Path):
    assert {"templates-missing", "content-missing"} < set(folders(templates=tmp_path, content=tmp_path / "none"))


def test_a_sound_library_has_no_findings(shop: Shop):
    shop.use(RITA)
    assert library(shop) == []


def test_a_clock_that_was_set_back_is_told_by_what_was_recorded_later(shop: Shop):
    shop.use(RITA)
    shop.clock.move(minutes=-2)
    assert library(shop) == []
    shop.clock.move(days=-2)
    assert library(shop) == ["clock-set-back"]


def test_an_index_that_is_gone_and_work_that_was_given_up_are_told(shop: Shop):
    shop.lose_index()
    execute(shop, "INSERT INTO job (kind, subject, state, run_at, attempts, error) VALUES ('index asset', 1, 'dead', "
                  "'2026-01-01 00:00:00', 5, '')")  # fmt: skip
    assert library(shop) == ["index-unavailable", "jobs-dead"]


def test_looking_writes_nothing(tmp_path: Path):
    data = tmp_path / "none"
    machine(data)
    assert not data.exists()
    assert not any(tmp_path.iterdir())
