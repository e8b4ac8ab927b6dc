"""The gate: what a file from outside really is, from its first bytes and its table of contents; it parses nothing.

Every refusal is one sentence that says what the file is and what to do. Libraries that guess types by magic bytes
miss what matters here: bombs, renamed macro files, files that are two things at once.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ENDINGS, FORMAT_LABELS, UploadFormat

# An honest deck of 300 slides has some 2,000 entries and, full of pictures, 150 MB.
MOST_ENTRIES = 6_000
# What one Office file is made of may be more: a deck of 10,000 slides has 20,000 parts, 40,000 with notes. Of its
# slides the readers take the first ones and say so, which serves people better than none.
MOST_PARTS = 60_000
MOST_UNPACKED = 400 * 1024 * 1024
# Office XML packs 10 to 30 times; a bomb packs a thousand times.
MOST_PACKED = 200
# A small file may pack better: an empty sheet of a thousand rows is no bomb.
_SMALL = 4 * 1024 * 1024
_HEAD = 1024
# Each part of a file has up to 200 bytes in it; what lies beyond could hide that there are macros.
_MOST_TYPES = 16 * 1024 * 1024

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_POWERPOINT = "PowerPoint Document".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_TYPES = {
    _OFFICE + "presentationml.presentation.main+xml": UploadFormat.PPTX,
    _OFFICE + "presentationml.slideshow.main+xml": UploadFormat.PPTX,
    _OFFICE + "presentationml.template.main+xml": UploadFormat.PPTX,
    _OFFICE + "wordprocessingml.document.main+xml": UploadFormat.DOCX,
    _OFFICE + "wordprocessingml.template.main+xml": UploadFormat.DOCX,
}
# Office itself writes this attribute plainly; nothing is parsed before the gate has said yes.
_CONTENT_TYPE = re.compile(rb"""ContentType\s*=\s*["']([^"']{1,200})["']""")
# What macros are kept in, whatever a file calls itself.
_MACROS = re.compile(r"vbaProject[^/\\]*\.bin$", re.IGNORECASE)
# What honest programs leave before a PDF, which readers overlook in the first 1,024 bytes: nothing to see, the job that
# a printer was sent, the lines that a mail or web program was sent. Anything else there may be a file of its own.
_BEFORE_PDF = re.compile(
    rb"(?:\xef\xbb\xbf)?[\0\s]*(?:\x1b%-12345X[^\r\n<]*[\r\n]+)*"
    rb"(?:(?:@PJL |(?:Content|MIME)-[A-Za-z-]{1,40}: )[^\r\n<]*[\r\n]+)*[\0\s]*"
)
_PHONE_PICTURES = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_MARKUP = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<script)", re.IGNORECASE)
_DRAWING = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+svg|<svg)", re.I | re.S)


def sniff(path: Path, name: str) -> tuple[UploadFormat, tuple[Finding, ...]]:
    """Tell the format of a file by what it holds; `name` is what it was called.

    A name that says another format is a warning. Raises FileRefusedError for what is not taken in.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise _refused(name, "is empty", "Save it once more and choose it again.")
    before = _before_pdf(head)
    found = UploadFormat.PDF if before is not None else _by_head(path, head, name)
    findings = []
    if before:
        said = "1 byte stands" if before == 1 else f"{before} bytes stand"
        message = f"{said} before the PDF begins, as printers and mail programs leave them; it is kept as it came."
        mend = "Readers overlook that. To be rid of it, export it as a PDF once more."
        findings.append(Finding(level=Level.NOTE, code="late-beginning", message=message, mend=mend))
    ending = PurePosixPath(name.lower()).suffix
    if ending not in ENDINGS[found]:
        message = f"“{name}” is a {FORMAT_LABELS[found]}, whatever its name says; it was read as one."
        mend = f"Let its name end in {ENDINGS[found][0]}."
        findings.append(Finding(level=Level.WARNING, code="wrong-ending", message=message, mend=mend, evidence=ending))
    return found, tuple(findings)


def may_be_paper(path: Path) -> bool:
    """Tell whether a file begins as PDF and Office files do, whatever else is wrong with it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return b"%PDF-" in head or head.startswith((b"PK", _COMPOUND))


def _before_pdf(head: bytes) -> int | None:
    """Count the bytes before a PDF; None for what is none, or has more before it than honest programs leave there."""
    begins = head.find(b"%PDF-")
    return begins if begins >= 0 and _BEFORE_PDF.fullmatch(head, 0, begins) else None


def _by_head(path: Path, head: bytes, name: str) -> UploadFormat:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return UploadFormat.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return UploadFormat.JPEG
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _by_entries(path, name)
    if head.startswith(_COMPOUND):
        raise _compound(path, name)
    is_markdown = PurePosixPath(name.lower()).suffix in ENDINGS[UploadFormat.MARKDOWN] and _is_text(path)
    if b"%PDF-" in head and not is_markdown:  # a text may tell how PDFs begin
        mend = "Export it as a PDF once more, and take that."
        raise _refused(name, "holds a PDF behind something else, as files do that are two at once", mend)
    if _DRAWING.match(head):
        raise _refused(name, "is an SVG drawing", "Export it as PNG or PDF; SVG is taken for logos alone.")
    if _MARKUP.match(head):
        raise _refused(name, "is a web page", "Print it to PDF, or bring its text in as Markdown.")
    _refuse_other(head, name)
    if is_markdown:
        return UploadFormat.MARKDOWN
    _refuse_text(path, head, name)
    wanted = "PDF, PowerPoint (.pptx), Word (.docx), Markdown (.md), PNG, JPEG, or ZIP of those"
    raise _refused(name, "is of no format that the library knows", f"These are taken in: {wanted}.")


def _refuse_other(head: bytes, name: str) -> None:
    """Refuse what people have on their phones and disks with what makes something of it that is read."""
    is_bitmap = head.startswith(b"BM") and head[6:10] == bytes(4)
    if is_bitmap or head.startswith((b"GIF8", b"II*\0", b"MM\0*")) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        raise _refused(name, "is a picture of a kind that is not taken in", "Save it as PNG or JPEG.")
    if head.startswith(b"\0") and head[4:8] == b"ftyp":
        if head[8:12] in _PHONE_PICTURES:
            raise _refused(name, "is a picture as phones keep them (HEIC or AVIF)", "Save it as JPEG.")
        raise _refused(name, "is a film or a recording", "Link to it from a page; its words are not found here.")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        raise _refused(name, "is an archive of a kind that is not opened", "Pack it as ZIP, or upload the files.")


def _refuse_text(path: Path, head: bytes, name: str) -> None:
    """Refuse texts of other kinds with what makes them Markdown or something else that is read."""
    ending = PurePosixPath(name.lower()).suffix
    is_other_text = ending in {".txt", ".csv", *ENDINGS[UploadFormat.MARKDOWN]} and b"\0" not in head
    if is_other_text and not _is_text(path):
        raise _refused(name, "is a text, but not in UTF-8", "Save it as UTF-8.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, "is a text in UTF-16", "Save it as UTF-8.")
    if head.startswith(b"{\\rtf"):
        raise _refused(name, "is a rich text (.rtf)", "Save it as .docx or export it as PDF.")
    if ending == ".csv" and _is_text(path):
        raise _refused(name, "is a table", "Put it into a ZIP or folder beside the files that it tells of.")
    if ending == ".txt" and _is_text(path):
        raise _refused(name, "is a plain text", "Let its name end in .md, and it is read as Markdown.")


def _is_text(path: Path) -> bool:
    data = path.read_bytes()
    try:
        return "\0" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _compound(path: Path, name: str) -> FileRefusedError:
    data = path.read_bytes()
    if _ENCRYPTED in data:
        return _refused(name, "is protected with a password", "Take the password off in Office and save it again.")
    if _POWERPOINT in data:
        return _refused(name, "is an old PowerPoint file (.ppt)", "Save it as .pptx or export it as PDF.")
    if _WORD in data:
        return _refused(name, "is an old Word file (.doc)", "Save it as .docx or export it as PDF.")
    return _refused(name, "is an old Office file", "Save it in a current format or export it as PDF.")


def _by_entries(path: Path, name: str) -> UploadFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            is_office = _TYPES in archive.NameToInfo
            if is_office and any(_MACROS.search(each) for each in archive.NameToInfo):
                raise _macros(name)
            most = MOST_PARTS if is_office else MOST_ENTRIES
            check_entries(entries, path.stat().st_size, name, most=most)
            if not is_office:
                _refuse_packed(archive, name)
                return UploadFormat.ZIP
            if archive.NameToInfo[_TYPES].file_size > _MOST_TYPES:
                raise _refused(name, "names more parts than any honest file", "Save it anew in Office.")
            with archive.open(_TYPES) as types:
                declared = {
                    found.decode("ascii", "replace") for found in _CONTENT_TYPE.findall(types.read(_MOST_TYPES))
                }
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _refused(
            name, "is damaged: it breaks off or its table of contents is missing", "Save or download it once more."
        ) from error
    return _by_main_type(declared, name)


def _refuse_packed(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse files of other programs that are archives inside: nobody wants their parts one by one."""
    names = archive.NameToInfo
    kind = b""
    if "mimetype" in names:
        with archive.open("mimetype") as told:
            kind = told.read(_HEAD)
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise _refused(name, "is an OpenDocument file", "Save it as .pptx or .docx, or export it as PDF.")
    if kind.startswith(b"application/epub"):
        raise _refused(name, "is an e-book", "Export it as PDF.")
    if any(each.endswith(".iwa") or each == "Index.zip" for each in names):
        raise _refused(name, "is a file of Keynote, Pages or Numbers", "Export it as PowerPoint, Word or PDF.")
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        raise _refused(name, "is a program", "Pack the files that people are to read, and nothing else.")


def _by_main_type(declared: set[str], name: str) -> UploadFormat:
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in declared):
        raise _macros(name)
    found = {_MAIN_TYPES[kind] for kind in declared if kind in _MAIN_TYPES}
    if len(found) == 1:
        return found.pop()
    if found:
        raise _refused(name, "claims to be a presentation and a document at once", "Save it anew in Office.")
    if any("spreadsheetml" in kind for kind in declared):
        raise _refused(name, "is a spreadsheet", "Export the part that customers see as PDF.")
    raise _refused(name, "is an Office file without a presentation or document in it", "Save it anew in Office.")


def _macros(name: str) -> FileRefusedError:
    return _refused(name, "carries macros", "Save it without macros, as .pptx or .docx.")


def check_entries(entries: list[zipfile.ZipInfo], packed: int, name: str, *, most: int = MOST_ENTRIES) -> None:
    """Refuse an archive that would not unpack to something honest; sizes are those it declares, readers hold to them.

    Raises FileRefusedError.
    """
    if len(entries) > most:
        raise _refused(name, f"holds {len(entries):,} files, more than {most:,}", "Split it.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise _refused(
            name, f"would unpack to {unpacked // 2**20:,} MB, more than {MOST_UNPACKED // 2**20}", "Split it."
        )
    if unpacked > _SMALL and unpacked > MOST_PACKED * max(packed, 1):
        raise _refused(
            name, f"unpacks to {unpacked // max(packed, 1):,} times its size, as archives do that are a trap", ""
        )
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise _refused(name, "holds files protected with a password", "Pack it without one.")
        place = entry.filename.replace("\\", "/")
        if place.startswith("/") or ".." in place.split("/") or re.match(r"[A-Za-z]:", place) or "\0" in place:
            raise _refused(name, f"holds a file whose name leads out of it (“{place[:80]}”)", "Pack it anew.")


def _refused(name: str, what: str, mend: str) -> FileRefusedError:
    message = f"“{name}” {what}. {mend}".rstrip()
    return FileRefusedError(
        message, findings=(Finding(level=Level.ERROR, code="not-taken", message=message, path=name),)
    )
