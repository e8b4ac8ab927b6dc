"""What was made elsewhere and stands here is named with version, licence and hash, and stands unchanged."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, address, files

LISTS = [path for path in files() if path.name == "VENDORED.toml"]
ENTRIES = {
    address(listing.parent / entry["path"]): (listing.parent, entry)
    for listing in LISTS
    for entry in tomllib.loads(listing.read_text())["file"]
}


def test_everything_in_a_vendor_folder_is_listed():
    licences = {address(folder / entry["licence_file"]) for folder, entry in ENTRIES.values()}
    standing = {
        address(path)
        for path in files()
        if "vendor" in path.relative_to(ROOT).parts
        and path.name != "VENDORED.toml"
        and not path.name.startswith("LICENSE")
    }
    assert standing
    assert standing - set(ENTRIES) - licences == set()


@pytest.mark.parametrize("name", ENTRIES)
def test_a_vendored_file_is_the_one_that_was_taken(name: str):
    folder, entry = ENTRIES[name]
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"]
    assert entry["licence"]
    assert (folder / entry["licence_file"]).is_file()


def font_folders() -> set[Path]:
    """The folders that hold font files."""
    return {path.parent for path in files() if path.suffix in (".ttf", ".otf", ".woff", ".woff2")}


def test_every_folder_of_fonts_holds_their_licence():
    folders = font_folders()
    assert folders
    assert not [address(folder) for folder in folders if not list(folder.glob("OFL*.txt"))]
