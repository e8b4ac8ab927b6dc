"""Office files as packages of XML parts and the relations between them; what the parts mean is not known here.

No entity is resolved, nothing is fetched, and no part is read beyond the size its archive declares. Files of the
strict kind (ISO/IEC 29500) are read as the usual ones: their names are other addresses for the same words.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from lxml import etree

from contentlib.domain.errors import FileRefusedError

# One part of an honest file: a document of 1,000 pages has 30 MB of XML.
_LARGEST_PART = 80 * 1024 * 1024
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_TERMS = "{http://purl.org/dc/terms/}"
_ELEMENTS = "{http://purl.org/dc/elements/1.1/}"
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_USUAL_NAME = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_MEASURE = re.compile(r"\s*(-?\d{1,12}(?:\.\d{0,9})?)\s*(%|mm|cm|in|pt|pc|pi)?\s*")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "pi": 25.4 / 6}
_APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a part refers to: the last word of the relation's type, and a part's name or, outside, an address."""

    id: str
    type: str
    target: str
    is_external: bool


def measure(text: str | None, unit_mm: float) -> float:
    """Give a length in mm: a plain number counts in `unit_mm`, others name their unit; 0 for what is no length."""
    found = _MEASURE.fullmatch(text or "")
    return float(found[1]) * _MM.get(found[2] or "", unit_mm) if found and found[2] != "%" else 0.0


def share(text: str | None) -> float:
    """Give a share as Office writes it, in thousandths of a percent or with its sign; 0 for what is none."""
    found = _MEASURE.fullmatch(text or "")
    if not found or found[2] not in {None, "%"}:
        return 0.0
    return float(found[1]) / (100 if found[2] else 100_000)


class Package:
    """An Office file opened for reading; parts are named as in its archive, without a leading slash."""

    def __init__(self, path: Path, name: str) -> None:
        """Open a file that has passed the gate; raises FileRefusedError when it cannot be read."""
        self._name = name
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise self._damaged() from error
        self._relations: dict[str, dict[str, Relation]] = {}
        # Some programs for Windows part folders in their own way.
        self._names = {entry.filename.replace("\\", "/").lower(): entry for entry in self._archive.infolist()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def has(self, part: str) -> bool:
        """Tell whether there is such a part."""
        return part.lower() in self._names

    def parts(self, folder: str) -> Iterator[str]:
        """Give the names of the parts in a folder."""
        return (entry.filename for low, entry in self._names.items() if low.startswith(folder.lower()))

    def read(self, part: str) -> bytes:
        """Read a part; raises FileRefusedError when it is missing, damaged or larger than it says."""
        entry = self._names.get(part.lower())
        if entry is None:
            raise FileRefusedError(f"“{self._name}” is damaged: its part {part} is missing.")
        if entry.file_size > _LARGEST_PART:
            raise FileRefusedError(f"“{self._name}” has a part of {entry.file_size // 2**20} MB, too large to be read.")
        try:
            with self._archive.open(entry) as stream:
                # The archive's own reader stops at the declared size and then compares the checksum.
                return stream.read()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise self._damaged() from error

    def xml(self, part: str) -> etree._Element:
        """Parse a part; raises FileRefusedError when it is not sound XML or declares entities."""
        data = self.read(part)
        # A declaration of a document type has no place in Office files, and is what bombs are made of.
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
            raise FileRefusedError(f"“{self._name}” declares entities in {part}, as files do that are a trap.")
        if _STRICT in data:
            data = _STRICT_NAME.sub(_USUAL_NAME, data.replace(b"/extendedProperties", b"/extended-properties"))
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise FileRefusedError(f"“{self._name}” is damaged: {part} is not sound XML.") from error

    def find_xml(self, part: str) -> etree._Element | None:
        """Parse a part that may be missing or damaged without harm to the rest."""
        try:
            return self.xml(part) if self.has(part) else None
        except FileRefusedError:
            return None

    def relations(self, part: str = "") -> dict[str, Relation]:
        """Give what a part refers to, by id; of the package itself when none is named. Each is read once."""
        if part not in self._relations:
            self._relations[part] = self._read_relations(part)
        return self._relations[part]

    def _read_relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        root = self.find_xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for element in root.iter(_RELATION) if root is not None else ():
            target, outside = element.get("Target", ""), element.get("TargetMode") == "External"
            found[element.get("Id", "")] = Relation(
                id=element.get("Id", ""),
                type=element.get("Type", "").rsplit("/", 1)[-1],
                target=target if outside else _resolve(folder, target),
                is_external=outside,
            )
        return found

    def related(self, part: str, *types: str) -> list[str]:
        """Give the existing parts of some types that a part refers to, in the order of its file."""
        return [
            relation.target
            for relation in self.relations(part).values()
            if relation.type in types and not relation.is_external and self.has(relation.target)
        ]

    def main_part(self) -> str:
        """Give the part that everything hangs on; raises FileRefusedError when there is none."""
        found = self.related("", "officeDocument")
        if not found:
            raise self._damaged()
        return found[0]

    def facts(self) -> dict[str, str]:
        """Give what the file says of itself: title, author, language, created_at, modified_at, application."""
        core, app = (self.find_xml(name) for name in ("docProps/core.xml", "docProps/app.xml"))
        wanted = (
            ("title", core, f"{_ELEMENTS}title"),
            ("author", core, f"{_ELEMENTS}creator"),
            ("language", core, f"{_ELEMENTS}language"),
            ("changed_by", core, f"{_CORE}lastModifiedBy"),
            ("created_at", core, f"{_TERMS}created"),
            ("modified_at", core, f"{_TERMS}modified"),
            ("application", app, f"{_APP}Application"),
            ("company", app, f"{_APP}Company"),
        )
        told = ((name, root.findtext(tag) if root is not None else None) for name, root, tag in wanted)
        return {name: " ".join(text.split()) for name, text in told if text and text.strip()}

    def links(self, part: str) -> list[str]:
        """Give the web addresses that a part links to."""
        return [r.target for r in self.relations(part).values() if r.type == "hyperlink" and r.is_external]

    def linked(self, part: str) -> list[str]:
        """Give the addresses of what a part shows and does not hold: pictures, films, tables that lie elsewhere."""
        return [r.target for r in self.relations(part).values() if r.type != "hyperlink" and r.is_external]

    def _damaged(self) -> FileRefusedError:
        return FileRefusedError(f"“{self._name}” is damaged: a part of it cannot be read. Save it anew in Office.")


def _resolve(folder: str, target: str) -> str:
    path = unquote(urlsplit(target).path)
    joined = path if path.startswith("/") else posixpath.join("/", folder, path)
    return posixpath.normpath(joined).lstrip("/")
