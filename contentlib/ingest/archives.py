"""Archives of files and the tables that stand beside them; runs in the sandbox child alone, and writes one folder.

What the files are is told by the gate, one by one, as if each had come alone.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import ArchiveMember, TagTable, UnpackedArchive
from contentlib.ingest import sniffing
from contentlib.markup.front_matter import CORE_KEYS, TERM_KEYS, nearest

_LARGEST_TABLE = 2 * 1024 * 1024
_MOST_ROWS = 20_000
# What systems put into archives and folders by themselves.
_BYWORK = frozenset({"thumbs.db", "desktop.ini"})
_TABLE = ".csv"
_NAME = "name"
_PARTED_BY = ",;\t"
# What spreadsheets write above a table so that others part its cells as they do.
_PARTING = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Says of an entry that its name is in UTF-8.
_IS_UTF8 = 0x800
# `status` is decided here, where it is reviewed, and not where a file comes from.
_KEYS = CORE_KEYS - {"status"}
_SEVERAL = ";"


def is_bywork(path: str) -> bool:
    """Tell whether a file is none of a person's: hidden, or put there by a system."""
    parts = PurePosixPath(path).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts) or parts[-1].lower() in _BYWORK


def unpack(path: str, name: str, *, folder: str, largest: int) -> UnpackedArchive:
    """Unpack an archive that has passed the gate into an empty folder; `largest` is the most bytes of one file.

    Raises FileRefusedError when the archive as a whole is not to be opened.
    """
    members: list[ArchiveMember] = []
    tables: list[ArchiveMember] = []
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            sniffing.check_entries(entries, Path(path).stat().st_size, name)
            wanted = [entry for entry in entries if not is_bywork(_name_of(entry))]
            for number, entry in enumerate(sorted(wanted, key=lambda each: each.filename)):
                member = _unpack(archive, entry, Path(folder) / f"{number:05}", largest)
                (tables if entry.filename.lower().endswith(_TABLE) else members).append(member)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        message = f"“{name}” is damaged: it breaks off or its table of contents is missing. Pack it anew."
        raise FileRefusedError(message) from error
    if not members:
        raise FileRefusedError(f"“{name}” holds no files that could be taken in.")
    return UnpackedArchive(members=tuple(members), tables=tuple(tables))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Give the path of an entry; a Mac writes names in UTF-8 without saying so, and its umlauts as two signs."""
    name = entry.filename
    if not entry.flag_bits & _IS_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, largest: int) -> ArchiveMember:
    name = _name_of(entry)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return ArchiveMember(name=name, reason="It is a link to another file. Pack the file itself.")
    if entry.file_size > largest:
        reason = f"It has {entry.file_size >> 20:,} MB, more than the {largest >> 20} MB that are taken in."
        return ArchiveMember(name=name, reason=reason)
    try:
        # The archive's own reader stops at the declared size and then compares the checksum.
        with archive.open(entry) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        target.unlink(missing_ok=True)
        return ArchiveMember(name=name, reason="It is damaged in the archive. Pack it anew.")
    return ArchiveMember(name=name, path=str(target))


def read_table(path: str, name: str, *, names: Sequence[str]) -> TagTable:
    """Read what a CSV file says of files, which are called `names`: a row each, columns of front matter's keys.

    Cells that hold several values part them by semicolons. Raises FileRefusedError when it is no such table.
    """
    if Path(path).stat().st_size > _LARGEST_TABLE:
        raise FileRefusedError(f"“{name}” has more than 2 MB. Split it.")
    data = Path(path).read_bytes()
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefusedError(f"“{name}” is not UTF-8. Save it as “CSV UTF-8”.") from error
    told = _PARTING.match(text)
    text = text[told.end() :] if told else text
    first = text.splitlines()[0] if text else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else _parting(first), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        message = f"“{name}” cannot be read as CSV: line {reader.line_num}: {error}. Look at its quotation marks."
        raise FileRefusedError(message) from error
    if len(rows) > _MOST_ROWS:
        raise FileRefusedError(f"“{name}” has {len(rows):,} rows, more than {_MOST_ROWS:,}. Split it.")
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if _NAME not in header:
        raise FileRefusedError(f"“{name}” has no column “name”, which says the file that each row is about.")
    return _Table(header, names).read(rows[1:])


def _parting(header: str) -> str:
    """Give the sign that parts the cells of a table, by its first line."""
    return max(_PARTED_BY, key=lambda sign: (header.count(sign), sign == ","))


class _Table:
    """Reads the rows of one table, and remembers which files they were about."""

    def __init__(self, header: list[str], names: Sequence[str]) -> None:
        self.header = header
        self.names = set(names)
        self.by_path: dict[str, list[str]] = {}
        self.by_last: dict[str, list[str]] = {}
        for name in self.names:
            self.by_path.setdefault(_plain(name), []).append(name)
            self.by_last.setdefault(_plain(PurePosixPath(name).name), []).append(name)

    def read(self, rows: list[tuple[int, list[str]]]) -> TagTable:
        told: dict[str, tuple[int, dict[str, str | list[str]]]] = {}
        faults = [(1, self.unknown(key)) for key in self.header if key and key != _NAME and key not in _KEYS]
        faults += [(1, f"The column “{key}” stands twice.") for key in _twice(self.header)]
        for line, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[len(self.header) :]):
                faults.append((line, f"It has {len(row)} cells, and there are {len(self.header)} columns."))
                continue
            cells = dict(zip(self.header, (cell.strip() for cell in row), strict=False))
            name = self.find(cells.get(_NAME, ""))
            if name is None:
                faults.append((line, self.why_not(cells.get(_NAME, ""))))
            elif name in told:
                faults.append((line, f"“{name}” stands in line {told[name][0]} already."))
            else:
                told[name] = (line, {key: _value(key, cell) for key, cell in cells.items() if cell and key in _KEYS})
        return TagTable(rows=told, faults=tuple(faults))

    def find(self, name: str) -> str | None:
        if name in self.names:
            return name
        several = self.by_path.get(_plain(name)) or self.by_last.get(_plain(name), [])
        return several[0] if len(several) == 1 else None

    def why_not(self, name: str) -> str:
        if not name:
            return "It names no file."
        if len(self.by_last.get(_plain(name), [])) > 1:
            return f"Several files are called “{name}”. Write its folder too."
        near = nearest(name, {*self.names, *(PurePosixPath(each).name for each in self.names)})
        return f"There is no file “{name}”." + (f" Did you mean “{near}”?" if near else "")

    @staticmethod
    def unknown(key: str) -> str:
        near = nearest(key, frozenset(_KEYS | {_NAME}))
        return f"The column “{key}” is not known." + (f" Did you mean “{near}”?" if near else "")


def _plain(name: str) -> str:
    """Give a file's path as people and systems mean it, however they write it: its slashes, case and umlauts."""
    path = unicodedata.normalize("NFC", name).replace("\\", "/").casefold()
    return PurePosixPath(path).as_posix() if path else ""


def _twice(header: list[str]) -> list[str]:
    return [key for key in dict.fromkeys(header) if key and header.count(key) > 1]


def _value(key: str, cell: str) -> str | list[str]:
    if key not in TERM_KEYS:
        return cell
    return [part.strip() for part in cell.split(_SEVERAL) if part.strip()]
