"""Tables that say something of files: which rows are used, and which are named as faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import TagTable
from contentlib.ingest import archives

NAMES = ("a/one.pdf", "b/one.pdf", "two.pdf")


def table(tmp_path: Path, text: str, *, encoding: str = "utf-8") -> TagTable:
    path = tmp_path / "tags.csv"
    path.write_bytes(text.encode(encoding))
    return archives.read_table(str(path), "tags.csv", names=NAMES)


def test_files_are_known_by_their_path_or_by_a_name_that_one_has(tmp_path: Path):
    found = table(tmp_path, "Name,Title,tags\na/one.pdf,First,x; y\ntwo.pdf,,\n\none.pdf,Which,\n,No one,\n")
    assert found.rows == {"a/one.pdf": (2, {"title": "First", "tags": ["x", "y"]}), "two.pdf": (3, {})}
    assert found.faults == ((5, "Several files are called “one.pdf”. Write its folder too."), (6, "It names no file."))


def test_a_table_of_a_european_office_program_is_read_too(tmp_path: Path):
    found = table(tmp_path, 'name;kind;stages\r\ntwo.pdf;deck;"awareness; decision"\r\n', encoding="utf-8-sig")
    assert found.rows == {"two.pdf": (2, {"kind": "deck", "stages": ["awareness", "decision"]})}


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("file,kind\ntwo.pdf,deck\n", "utf-8", "no column “name”"),
        ("", "utf-8", "no column “name”"),
        ("name\nzwö.pdf\n", "latin-1", "is not UTF-8"),
        ("name\n" + "two.pdf\n" * 20_000, "utf-8", "more than 20,000"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: str, encoding: str, told: str):
    with pytest.raises(FileRefusedError, match=told):
        table(tmp_path, text, encoding=encoding)


@pytest.mark.parametrize("path", [".DS_Store", "__MACOSX/._a.pdf", "a/.hidden/b.pdf", "a/Thumbs.db"])
def test_what_systems_leave_is_no_file_of_anybodys(path: str):
    assert archives.is_bywork(path)
