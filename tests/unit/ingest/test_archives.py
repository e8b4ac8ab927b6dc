"""Tables that say something of files: which rows are used, and which are named as faults."""

from __future__ import annotations

import io
import unicodedata
import zipfile
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


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ('name;kind;stages\r\ntwo.pdf;deck;"awareness; decision"\r\n', "utf-8-sig"),
        ('sep=;\r\nname;kind;stages\r\n.\\TWO.PDF;deck;"awareness; decision"\r\n', "utf-8"),
        ("name\tkind\tstages\rtwo.pdf\tdeck\tawareness; decision\r", "utf-16"),
    ],
)
def test_a_table_of_an_office_program_is_read_as_it_writes_it(tmp_path: Path, text: str, encoding: str):
    (said,) = table(tmp_path, text, encoding=encoding).rows.items()
    assert (said[0], said[1][1]) == ("two.pdf", {"kind": "deck", "stages": ["awareness", "decision"]})


def test_what_a_row_cannot_mean_is_named(tmp_path: Path):
    found = table(tmp_path, "name,title,title\ntwo.pdf,Hello, world, again\n")
    assert found.rows == {}
    assert found.faults == ((1, "The column “title” stands twice."), (2, "It has 4 cells, and there are 3 columns."))


def test_names_are_those_that_a_mac_meant_who_writes_utf8_without_saying_so(tmp_path: Path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(unicodedata.normalize("NFD", "Käufer/Überblick.md"), b"# A")
    data = bytearray(made.getvalue())
    data[7] = data[data.index(b"PK\1\2") + 9] = 0  # where an entry says that its name is in UTF-8
    path = tmp_path / "mac.zip"
    path.write_bytes(data)
    (member,) = archives.unpack(str(path), "mac.zip", folder=str(tmp_path), largest=100).members
    assert (member.name, Path(member.path).read_bytes()) == ("Käufer/Überblick.md", b"# A")


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("file,kind\ntwo.pdf,deck\n", "utf-8", "no column “name”"),
        ("", "utf-8", "no column “name”"),
        ("name\nzwö.pdf\n", "latin-1", "is not UTF-8"),
        ('name,title\ntwo.pdf,"never closed\nthree.pdf,B\n', "utf-8", "line 3: unexpected end of data"),
        ("name\n" + "two.pdf\n" * 20_000, "utf-8", "more than 20,000"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: str, encoding: str, told: str):
    with pytest.raises(FileRefusedError, match=told):
        table(tmp_path, text, encoding=encoding)


@pytest.mark.parametrize("path", [".DS_Store", "__MACOSX/._a.pdf", "a/.hidden/b.pdf", "a/Thumbs.db"])
def test_what_systems_leave_is_no_file_of_anybodys(path: str):
    assert archives.is_bywork(path)
