"""Settings: the environment before the file before the default, and secrets that are made once and never shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contentlib import settings
from contentlib.domain.errors import InvalidInputError
from contentlib.settings import Settings


def write(folder: Path, text: str) -> None:
    (folder / "contentlib.toml").write_text(text, encoding="utf-8")


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path, monkeypatch):
    write(tmp_path, 'url = "https://file.example"\nblobs = "/srv/blobs"\n')
    monkeypatch.setenv("CONTENTLIB_URL", "https://environment.example")
    found = settings.load(tmp_path)
    assert (found.url, found.blobs_folder) == ("https://environment.example", Path("/srv/blobs"))
    assert found.database == f"sqlite:///{tmp_path / 'library.sqlite3'}"


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CONTENTLIB_DATA", str(tmp_path))
    write(tmp_path, 'url = "https://file.example"\n')
    assert settings.load().url == "https://file.example"
    assert settings.load().data == tmp_path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('colour = "red"', "CONTENTLIB_COLOUR"),
        ('search = "grep"', "CONTENTLIB_SEARCH"),
        ("no toml", "not readable TOML"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(tmp_path: Path, text: str, told: str):
    write(tmp_path, text)
    with pytest.raises(InvalidInputError, match=told):
        settings.load(tmp_path)


def test_the_secret_is_made_once_however_many_ask_and_read_by_its_owner_alone(tmp_path: Path):
    found = Settings(data=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: found.read_secret(), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 48
    (file,) = (tmp_path / "data").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("secret", 0o600)


def test_a_secret_may_stand_in_the_environment_or_in_a_file_of_its_own(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("from a file\n")
    assert Settings(data=tmp_path, secret_key="from the environment").read_secret() == "from the environment"
    assert Settings(data=tmp_path, secret_key_file=file).read_secret() == "from a file"
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_file_that_is_to_hold_the_secret_and_does_not_is_refused(tmp_path: Path, text: str | None):
    file = tmp_path / "key"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InvalidInputError, match="key"):
        Settings(data=tmp_path, secret_key_file=file).read_secret()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/a@b/library.sqlite3", "sqlite:////srv/a@b/library.sqlite3"),
        ("postgresql://me:s3cr3t@db:5432/lib", "postgresql://me:********@db:5432/lib"),
        ("postgresql://me:s3/c@r3t@db/lib", "postgresql://me:********@db/lib"),
        ("postgresql:///lib?user=me&password=s3cr3t", "postgresql:///lib?user=me&password=********"),
    ],
)
def test_a_database_url_is_shown_without_its_password(tmp_path: Path, url: str, shown: str):
    rows = {row["name"]: row["value"] for row in settings.sources(Settings(data=tmp_path, database_url=url))}
    assert rows["CONTENTLIB_DATABASE_URL"] == shown
    assert rows["CONTENTLIB_SECRET_KEY"] == "********"
