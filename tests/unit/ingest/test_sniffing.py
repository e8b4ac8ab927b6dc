"""The gate: what a file is by what it holds, and a plain sentence for each that is not taken in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import UploadFormat
from contentlib.ingest import sniffing
from contentlib.ingest.extractors import extract
from tests.factories import office

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
DECK = office.presentation([office.slide(office.shape("Words"))])
MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 20)).save(made, kind)
    return made.getvalue()


def archive(names: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in names.items():
            packed.writestr(name, content)
    return made.getvalue()


def locked(data: bytes) -> bytes:
    """Give an archive whose entries say that they are encrypted."""
    changed = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(sign)
        while place >= 0:
            changed[place + at] |= 1
            place = changed.find(sign, place + 4)
    return bytes(changed)


# What a printer was sent before the pages.
PRINTED = b"\x1b%-12345X@PJL SET RESOLUTION=600\r\n@PJL ENTER LANGUAGE=PDF\r\n"


def sniff(tmp_path: Path, data: bytes, name: str) -> tuple[UploadFormat, list[str]]:
    path = tmp_path / "upload"
    path.write_bytes(data)
    found, findings = sniffing.sniff(path, name)
    return found, [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("data", "name", "format_", "codes"),
    [
        (b"%PDF-1.7\n", "a.pdf", UploadFormat.PDF, []),
        (b"\xef\xbb\xbf\r\n%PDF-1.7\n", "a.pdf", UploadFormat.PDF, ["late-beginning"]),
        (PRINTED + b"%PDF-1.7\n", "a.pdf", UploadFormat.PDF, ["late-beginning"]),
        (b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n", "a.pdf", UploadFormat.PDF, ["late-beginning"]),
        (b"%PDF-1.7\n", "a.docx", UploadFormat.PDF, ["wrong-ending"]),
        (b"%PDF-1.7\n", "x" * 300, UploadFormat.PDF, ["wrong-ending"]),
        (b"%PDF-1.7\n", "\u202efdp.exe", UploadFormat.PDF, ["wrong-ending"]),
        (DECK, "DECK.PPTX", UploadFormat.PPTX, []),
        (DECK, "deck.zip", UploadFormat.PPTX, ["wrong-ending"]),
        (office.document(office.line("Words")), "a.docx", UploadFormat.DOCX, []),
        (picture("PNG"), "a.png", UploadFormat.PNG, []),
        (picture("JPEG"), "a.jpeg", UploadFormat.JPEG, []),
        (archive({"a.md": b"# One"}), "a.zip", UploadFormat.ZIP, []),
        ("# Überschrift\n".encode(), "a.md", UploadFormat.MARKDOWN, []),
        (b"# How they begin\n\nWith %PDF-1.7, all of them.", "a.md", UploadFormat.MARKDOWN, []),
        (b"BMW reads its pumps by hand no more.", "a.md", UploadFormat.MARKDOWN, []),
    ],
)
def test_a_file_is_what_it_holds(tmp_path: Path, data: bytes, name: str, format_: UploadFormat, codes: list[str]):
    assert sniff(tmp_path, data, name) == (format_, codes)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.pdf", "is empty"),
        (b"<html><body>%PDF-1.4", "a.pdf", "behind something else"),
        (b"javascript: 1 /*\n%PDF-1.4", "a.pdf", "behind something else"),
        (b" " * 1024 + b"%PDF-1.4", "a.pdf", "no format that the library knows"),
        (b"<!DOCTYPE html><p>", "a.pdf", "is a web page"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", "logo.png", "is an SVG drawing"),
        (b"Rar!\x1a\x07", "a.zip", "of a kind that is not opened"),
        (b"{\\rtf1 hello}", "a.rtf", "is a rich text"),
        ("# A".encode("utf-16"), "a.md", "is a text in UTF-16"),
        (b"words", "a.txt", r"Let its name end in .md"),
        (b"name,title", "a.csv", "beside the files"),
        (archive({"mimetype": b"application/epub+zip"}), "a.epub", "is an e-book"),
        (archive({"Index/Document.iwa": b"x"}), "a.key", "Keynote"),
        (archive({"META-INF/MANIFEST.MF": b"x"}), "a.zip", "is a program"),
        (b"MZ\x90\x00", "a.pdf", "no format that the library knows"),
        (b"\x80\x81bad", "a.md", "is a text, but not in UTF-8"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "a.pptx", "protected with a password"),
        (COMPOUND + "PowerPoint Document".encode("utf-16-le"), "a.ppt", r"an old PowerPoint file \(.ppt\)"),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "a.doc", r"an old Word file \(.doc\)"),
        (office.presentation([], main_type=MACROS), "a.pptx", "carries macros"),
        (office.presentation([""], more={"ppt/VBAproject.bin": b"x"}), "a.pptx", "carries macros"),
        (picture("GIF"), "a.png", "Save it as PNG or JPEG"),
        (b"\0\0\0\x18ftypheic", "IMG_1.heic", r"phones keep them \(HEIC"),
        (b"\0\0\0\x18ftypisom", "tour.mp4", "is a film"),
        (office.document("", main_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
         "a.xlsx", "is a spreadsheet"),
        (office.document("", main_type="text/plain"), "a.docx", "without a presentation or document"),
        (DECK[: len(DECK) // 2], "a.pptx", "is damaged"),
        (DECK[:40], "a.pptx", "is damaged"),
        (locked(archive({"a.md": b"# One"})), "a.zip", "protected with a password"),
        (archive({"../a.md": b"# One"}), "a.zip", "leads out of it"),
        (archive({"/etc/a.md": b"# One"}), "a.zip", "leads out of it"),
        (archive({"C:\\a.md": b"# One"}), "a.zip", "leads out of it"),
        (archive({f"{n}.md": b"" for n in range(6_001)}), "a.zip", "holds 6,001 files"),
        (archive({"a.md": bytes(20 * 2**20)}), "a.zip", "times its size"),
    ],
)  # fmt: skip
def test_what_is_not_taken_in_is_refused_in_a_sentence(tmp_path: Path, data: bytes, name: str, sentence: str):
    with pytest.raises(FileRefusedError, match=sentence) as refused:
        sniff(tmp_path, data, name)
    assert f"“{name}”" in refused.value.message
    assert refused.value.findings[0].path == name


def test_a_bomb_that_declares_itself_small_is_stopped_while_it_is_read(tmp_path: Path):
    slide = office.slide(office.shape("x" * 3_000_000))
    made = bytearray(office.presentation([slide]))
    size = len(slide.encode())
    for place in [n for n in range(len(made) - 4) if made[n : n + 4] == struct.pack("<I", size)]:
        made[place : place + 4] = struct.pack("<I", 1000)
    path = tmp_path / "upload"
    path.write_bytes(bytes(made))
    with pytest.raises(FileRefusedError, match="a part of it cannot be read"):
        extract(str(path), "bomb.pptx")


@pytest.mark.parametrize("begin", ["<!DOCTYPE p [<!ENTITY a 'b'>]>", "<!DOCTYPE p SYSTEM 'file:///etc/passwd'>"])
def test_entities_are_neither_resolved_nor_fetched(tmp_path: Path, begin: str):
    slide = office.slide(office.shape("&a;")).replace("?>\n", f"?>{begin}", 1)
    path = tmp_path / "upload"
    path.write_bytes(office.presentation([slide, office.slide(office.shape("Sound"))]))
    found = extract(str(path), "bomb.pptx")
    assert [page.text for page in found.pages] == ["Sound"]


def test_pictures_are_measured_and_damaged_ones_refused(tmp_path: Path):
    path = tmp_path / "upload"
    path.write_bytes(picture("PNG"))
    found = extract(str(path), "a.png")
    assert found.facts == {"width_px": 30, "height_px": 20}
    assert [finding.code for finding in found.findings] == ["alt-missing"]
    said = PngInfo()
    said.add_text("Description", "A sensor on a pump")
    Image.new("RGB", (30, 20)).save(path, "PNG", pnginfo=said)
    told = extract(str(path), "a.png")
    assert (told.pages[0].text, told.facts["description"], told.findings) == (("A sensor on a pump",) * 2 + ((),))
    shown = Image.effect_noise((300, 200), 90)
    xmp = "".join(
        f"<{tag}><r:li>{words}</r:li></{tag}>"
        for tag, words in (("d:title", "Rounds"), ("i:AltTextAccessibility", "A pump"))
    )
    spaces = 'xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:i="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
    about = f'<x {spaces} xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{xmp}</x>'.encode()
    shown.save(path, "MPO", save_all=True, append_images=[shown], xmp=about)  # as phones write their JPEGs
    phone = extract(str(path), "a.jpg")
    assert (phone.format, phone.pages[0].text) == (UploadFormat.JPEG, "A pump\nRounds")
    shown.save(path, "JPEG")
    for cut in (picture("PNG")[:40], path.read_bytes()[:9_000]):
        path.write_bytes(cut)
        with pytest.raises(FileRefusedError, match="cannot be drawn"):
            extract(str(path), "a.png")


def test_a_huge_picture_is_refused_before_it_is_drawn(tmp_path: Path):
    path = tmp_path / "upload"
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(bytes(data))
    with pytest.raises(FileRefusedError, match=r"more than 100 million"):
        extract(str(path), "a.png")


def test_markdown_becomes_a_page_for_each_larger_heading(tmp_path: Path):
    path = tmp_path / "upload"
    path.write_text(
        "---\ntitle: Pumps\nauthor: Greta\n---\nBefore *all*.\n\n# One\n\n- a\n- b\n\n"
        "## Two\n\n| x | y |\n|--|--|\n| 1 | 2 |\n"
    )
    found = extract(str(path), "a.md")
    assert [(page.title, page.text.split()) for page in found.pages] == [
        ("", ["Before", "all."]),
        ("One", ["One", "a", "b"]),
        ("Two", ["Two", "x", "y", "1", "2"]),
    ]
    assert found.facts == {"title": "Pumps", "author": "Greta"}


def test_an_archive_has_no_words_of_its_own(tmp_path: Path):
    path = tmp_path / "upload"
    path.write_bytes(archive({"a.md": b"# One"}))
    with pytest.raises(FileRefusedError, match="each file in it is read by itself"):
        extract(str(path), "a.zip")
