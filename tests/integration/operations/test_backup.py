"""A backup holds one moment of a library that is in use, and comes back whole or not at all."""

from __future__ import annotations

import io
import random
import shutil
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentlib.domain.errors import ConflictError, FileRefusedError, ForbiddenError, LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.search import tuning
from contentlib.services import documents, operations, people
from contentlib.services.authoring import pictures
from contentlib.services.operations import Carried
from contentlib.settings import Settings
from contentlib.storage import archives, rows
from tests.cast import ADA, LEO, MARCO, RITA
from tests.factories import shops
from tests.factories.hostile import picture
from tests.factories.shops import Shop
from tests.integration.operations.damage import blob, codes, quiet, verify

PASSWORD = "twelve calm otters"
TUNING = "[places]\ntitle = 2.5\n"


def back_up(shop: Shop, target: Path) -> Carried:
    with shop.library.read(OPERATOR) as reading:
        return operations.back_up(reading, target, quiet, data=shop.library.settings.data)


def restore(file: Path, data: Path) -> Carried:
    """Restore as the command does, without its index."""
    blobs = data / "blobs"
    operations.require_empty(data=data, blobs=blobs)
    with operations.unpack_backup(file, data=data, blobs=blobs, progress=quiet) as unpacked:
        return operations.put_in_place(unpacked, data=data, blobs=blobs)


def opened(shop: Shop, data: Path) -> Library:
    return Library(Settings(data=data), clock=shop.clock, sandbox=shop.library.sandbox)


def put_to_use(shop: Shop) -> Shop:
    """Give a library a document, a picture, a person who can sign in, a tuning, and an index that knows everything."""
    (shop.library.settings.data / tuning.FILE_NAME).write_text(TUNING)
    shop.library.add_picture(shop.actor(MARCO), name="Chart.png", data=picture(), alt="A chart")
    shop.download(RITA, values={"prospect.name": "Kite & Co"})
    with shop.library.work(OPERATOR) as uow:
        people.set_password(uow, token=people.invite(uow, email=ADA.email), password=PASSWORD)
    shop.drain()
    return shop


@pytest.fixture
def used_shop(shop: Shop) -> Shop:
    """A library in use, for tests that change it."""
    return put_to_use(shop)


@pytest.fixture(scope="module")
def kept_shop(
    shop_template: Path, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, Path]]:
    """A library in use that nobody changes, and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    with shops.open_copy(shop_template, folder, sandbox) as shop:
        assert back_up(put_to_use(shop), folder / "library.tar").findings == ()
        yield shop, folder / "library.tar"


@pytest.fixture
def backup(kept_shop: tuple[Shop, Path], tmp_path: Path) -> Path:
    """A backup of one's own, to be altered."""
    return shutil.copy(kept_shop[1], tmp_path / "library.tar")


def test_a_restored_library_is_the_one_that_was_backed_up(kept_shop: tuple[Shop, Path], backup: Path, tmp_path: Path):
    used_shop, _ = kept_shop
    whole = blob(used_shop, "SELECT blob FROM document").read_bytes()
    carried = restore(backup, tmp_path / "restored")
    with opened(used_shop, tmp_path / "restored") as library:
        library.rebuild_index()
        assert verify(Shop(library, used_shop.clock, used_shop.content)) == ()
        assert library.index.held() == used_shop.library.index.held()
        assert library.index.tuning.places["title"] == 2.5
        with library.read(OPERATOR) as reading:
            assert documents.read_pdf(reading, 1)[1] == whole
            assert pictures.read_picture(reading, "media/chart.png")
            with used_shop.library.read(OPERATOR) as before:
                assert rows.count(reading.session) == rows.count(before.session)
            assert carried.rows == sum(rows.count(reading.session).values())
        assert library.sign_in(email=ADA.email, password=PASSWORD)


def test_a_backup_is_readable_by_its_owner_alone_and_says_nothing_of_the_machine(backup: Path):
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as archive:
        members = archive.getmembers()
    assert {(member.uid, member.uname, member.mode) for member in members} == {(0, "", 0o600)}
    assert "secret" not in {member.name for member in members}


def test_a_backup_holds_one_moment_of_a_library_that_is_being_written(shop: Shop, tmp_path: Path):
    """Writers go on all the while; every backup agrees with itself, and nothing acknowledged before it is missing."""
    stopping, written, faults = threading.Event(), [], []

    def write(writer: int) -> None:
        try:
            while not stopping.is_set():
                key = f"{writer}-{len(written)}"
                shop.use(RITA, key=key)
                written.append(key)
        except Exception as fault:  # told by the test
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        acknowledged = []
        for number in range(3):
            acknowledged.append(list(written))
            back_up(shop, tmp_path / f"{number}.tar")
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert not faults
    for number, keys in enumerate(acknowledged):
        restore(tmp_path / f"{number}.tar", tmp_path / str(number))
        with opened(shop, tmp_path / str(number)) as library:
            library.rebuild_index()
            with library.read(OPERATOR) as reading:
                held = set(reading.session.connection().exec_driver_sql("SELECT key FROM usage_event").scalars())
            assert set(keys) <= held
            assert codes(verify(Shop(library, shop.clock, shop.content))) == []


@pytest.mark.parametrize("share", [0.0, 0.003, 0.2, 0.6, 0.97, 0.999])
def test_a_backup_that_ends_early_is_refused_and_nothing_is_restored(backup: Path, tmp_path: Path, share: float):
    data = backup.read_bytes()
    end = data.rstrip(b"\0")
    backup.write_bytes(data[: int(len(end) * share)])
    with pytest.raises(FileRefusedError, match=r"library\.tar cannot be restored\. .+"):
        restore(backup, tmp_path / "restored")
    assert not any((tmp_path / "restored").iterdir())


def test_one_altered_byte_anywhere_is_refused_or_changes_nothing(backup: Path, tmp_path: Path):
    """What a tar file says of owners and times, and its filling, decides nothing; all else is found out."""
    whole = backup.read_bytes()
    wanted = {path.name: path.read_bytes() for path in unpacked_files(backup, tmp_path / "whole")}
    chance, refused = random.Random(4), 0
    for number in range(60):
        place = chance.randrange(len(whole.rstrip(b"\0")))
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(altered)
        target = tmp_path / str(number)
        try:
            restore(backup, target)
        except FileRefusedError:
            assert not any(target.iterdir())
            refused += 1
        else:
            assert {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()} == wanted
        shutil.rmtree(target)
    assert refused > 50


def unpacked_files(backup: Path, folder: Path) -> list[Path]:
    restore(backup, folder)
    return [path for path in folder.rglob("*") if path.is_file()]


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return held.getvalue()


def link(name: str, to: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, to
    return member


STRANGE = {
    "no tar at all": b"PK\x03\x04" * 400,
    "empty": b"",
    "a path that leads out": tar_of((tarfile.TarInfo("blobs/../../escaped"), b"x")),
    "an absolute path": tar_of((tarfile.TarInfo("/etc/contentlib"), b"x")),
    "a link": tar_of((link("library.sqlite3", "/etc/passwd"), b"")),
    "a stored file under a wrong name": tar_of((tarfile.TarInfo("blobs/" + "0" * 64), b"x")),
    "the same file twice": tar_of(
        (tarfile.TarInfo("tables/asset.jsonl"), b"a"), (tarfile.TarInfo("tables/asset.jsonl"), b"b")
    ),
    "a list of contents that is none": tar_of((tarfile.TarInfo("manifest.json"), b"[]")),
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_is_no_backup_is_refused(tmp_path: Path, case: str):
    file = tmp_path / "strange.tar"
    file.write_bytes(STRANGE[case])
    with pytest.raises(FileRefusedError, match=r"strange\.tar cannot be restored\. "):
        restore(file, tmp_path / "restored")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["restored", "strange.tar"]


def test_a_backup_of_a_newer_version_is_refused(backup: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("contentlib.storage.database.known_revisions", lambda: ["0000"])
    with pytest.raises(FileRefusedError, match="newer contentlib"):
        restore(backup, tmp_path / "restored")


@pytest.mark.parametrize("name", ["library.sqlite3", "index", "notes.txt", "blobs"])
def test_nothing_is_restored_over_what_is_there(backup: Path, tmp_path: Path, name: str):
    data = tmp_path / "restored"
    (data / name).mkdir(parents=True)
    with pytest.raises(ConflictError, match=f"is not empty: it holds {name}"):
        restore(backup, data)


def test_settings_and_a_key_may_wait_for_the_restored_library(backup: Path, tmp_path: Path):
    data = tmp_path / "restored"
    data.mkdir()
    for name in ("contentlib.toml", "secret", "runner.lock", "quick.lock", "workers.lock", "contentlib.log"):
        (data / name).touch()
    assert restore(backup, data).blobs > 0


def test_a_restore_that_broke_off_at_its_last_step_can_be_made_again(
    kept_shop: tuple[Shop, Path], backup: Path, tmp_path: Path, monkeypatch
):
    """The machine goes down with the files in place and the database not: nothing runs that could tidy up."""
    data = tmp_path / "restored"

    class GoneError(BaseException):
        pass

    def go_down(_folder: Path) -> None:
        raise GoneError

    with monkeypatch.context() as patch:
        patch.setattr(archives, "sync_folder", go_down)
        patch.setattr("contentlib.services.operations.copies.shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(GoneError):
            restore(backup, data)
    assert (data / "blobs").is_dir()
    assert not (data / "library.sqlite3").exists()
    carried = restore(backup, data)
    assert sorted(path.name for path in data.iterdir()) == ["blobs", "library.sqlite3", "search.toml"]
    with opened(kept_shop[0], data) as library, library.read(OPERATOR) as reading:
        assert sum(rows.count(reading.session).values()) == carried.rows


def test_a_stored_file_that_was_lost_before_is_named_and_the_rest_is_kept(used_shop: Shop, tmp_path: Path):
    path = blob(used_shop, "SELECT blob FROM document")
    path.write_bytes(b"gone bad")
    carried = back_up(used_shop, tmp_path / "library.tar")
    (finding,) = carried.findings
    assert finding.evidence == path.name
    assert [f.evidence for f in restore(tmp_path / "library.tar", tmp_path / "restored").findings] == [path.name]


def test_a_backup_never_takes_the_place_of_another_file(used_shop: Shop, tmp_path: Path):
    kept = tmp_path / "kept.tar"
    kept.write_text("precious")
    with pytest.raises(ConflictError, match="already there"):
        back_up(used_shop, kept)
    assert kept.read_text() == "precious"


def test_a_disk_that_is_full_leaves_no_half_backup(used_shop: Shop, tmp_path: Path, monkeypatch):
    target = tmp_path / "backups" / "library.tar"

    def fill_up(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tarfile.TarFile.addfile", fill_up)
    with pytest.raises(LibraryRefusedError, match="No space left on device"):
        back_up(used_shop, target)
    assert not any(target.parent.iterdir())


def test_only_who_operates_the_library_may_back_it_up(shop: Shop, tmp_path: Path):
    with shop.library.read(shop.actor(LEO)) as reading, pytest.raises(ForbiddenError):
        operations.back_up(reading, tmp_path / "library.tar", quiet)
    assert not (tmp_path / "library.tar").exists()
