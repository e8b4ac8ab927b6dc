"""PDF: text by page, what lies over the pages, and pages that hold no text say so."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.page_places import part_of
from contentlib.domain.right_to_left import Sign, in_reading_order
from contentlib.domain.uploads import ExtractedFile, UploadFormat
from contentlib.ingest.extractors import extract
from contentlib.rendering.pictures import draw_foreign

BOX = [0, 0, 595, 842]


def written(*lines: tuple[str, int]) -> bytes:
    """Give what draws lines of text in sizes, from the top."""
    drawn = [f"BT /F1 {size} Tf 60 {780 - 40 * n} Td ({text}) Tj ET" for n, (text, size) in enumerate(lines)]
    return "\n".join(drawn).encode()


def make(pages: Sequence[bytes], *, over: Sequence[Dictionary] = (), info: bool = True) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number, content in enumerate(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(content)
        if number == 0 and over:
            page.obj.Annots = Array([pdf.make_indirect(one) for one in over])
            pdf.Root.AcroForm = Dictionary(Fields=page.obj.Annots)
    if info:
        pdf.docinfo["/Title"] = "Pumps that last"
        pdf.docinfo["/CreationDate"] = "D:20260304050607+01'00'"
        pdf.Root.Lang = String("en-GB")
    return pdf


def read(tmp_path: Path, pdf: pikepdf.Pdf | bytes, **saving: object) -> ExtractedFile:
    if isinstance(pdf, pikepdf.Pdf):
        made = io.BytesIO()
        pdf.save(made, **saving)  # type: ignore[arg-type]
        pdf = made.getvalue()
    path = tmp_path / "upload"
    path.write_bytes(pdf)
    return extract(str(path), "story.pdf")


def test_text_titles_and_facts_by_page(tmp_path: Path):
    pdf = make(
        [written(("Pumps that last", 24), ("Few words below it, in the usual size.", 10)), written(("Plain", 10))]
    )
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Second part", 1))
        outline.root.append(pikepdf.OutlineItem("Plain", 1))
        outline.root.append(pikepdf.OutlineItem("Nowhere"))
    found = read(tmp_path, pdf)
    assert found.format is UploadFormat.PDF
    assert [page.title for page in found.pages] == ["Pumps that last", "Second part"]
    assert found.pages[0].text == "Pumps that last\nFew words below it, in the usual size."
    assert found.pages[1].text == "Plain\nSecond part\nNowhere"
    assert found.facts == {
        "title": "Pumps that last",
        "created_at": "2026-03-04T05:06:07",
        "language": "en-GB",
        "width_mm": 209.9,
        "height_mm": 297.0,
    }
    assert found.findings == ()


def test_a_letter_that_stands_out_of_its_line_is_no_title_of_its_own(tmp_path: Path):
    pdf = make([written((r"\334ber Pumpen", 24), ("Few words below it, in the usual size.", 10))])
    low = Dictionary(Type=Name.FontDescriptor, FontName=Name.Low, Flags=32, Ascent=600, Descent=0, CapHeight=600,
                     ItalicAngle=0, StemV=80, FontBBox=Array([0, 0, 600, 600]))  # fmt: skip
    font = pdf.pages[0].obj.Resources.Font.F1
    font.Subtype, font.BaseFont, font.Encoding = Name.TrueType, Name.Low, Name.WinAnsiEncoding
    font.FirstChar, font.LastChar, font.Widths, font.FontDescriptor = 32, 255, Array([600] * 224), low
    assert read(tmp_path, pdf).pages[0].title == "Über Pumpen"


def test_glyphs_of_several_letters_are_spelt_and_a_damaged_first_page_costs_no_other(tmp_path: Path):
    pdf = make([b"", b"BT /F1 12 Tf 60 700 Td (O\\037er su\\036cient sta\\037) Tj ET"])
    names = Array([30, Name("/f_f_i.liga"), Name.f_f, 65, Name.A])
    pdf.pages[1].obj.Resources.Font.F1.Encoding = Dictionary(Type=Name.Encoding, Differences=names)
    pdf.pages[0].obj.Type = Name.Nothing
    found = read(tmp_path, pdf)
    assert [(page.number, page.text) for page in found.pages] == [(2, "Offer sufficient staff")]
    assert [finding.message[:6] for finding in found.findings] == ["Page 1"]
    assert found.facts["width_mm"] == 209.9


def put(*lines: tuple[str, Sequence[str], bool]) -> pikepdf.Pdf:
    """Draw glyphs, each read as one sign or as several; a line's come in one string, or each by itself."""
    codes = {glyph: 33 + n for n, glyph in enumerate(dict.fromkeys(g for _text, line, _apart in lines for g in line))}
    drawn = []
    for n, (_text, line, apart) in enumerate(lines):
        for at, piece in enumerate(line if apart else [line]):
            sent = "".join(f"{codes[glyph]:02x}" for glyph in piece)
            drawn.append(f"BT /F1 12 Tf {60 + 9 * at} {780 - 40 * n} Td <{sent}> Tj ET")
    pdf = make(["\n".join(drawn).encode()])
    rows = "".join(f"<{code:02x}> <{glyph.encode('utf-16-be').hex()}>" for glyph, code in codes.items())
    cmap = f"1 begincodespacerange <00> <ff> endcodespacerange {len(codes)} beginbfchar {rows} endbfchar"
    font = pdf.pages[0].obj.Resources.Font.F1
    font.ToUnicode = pdf.make_stream(cmap.encode())
    font.FirstChar, font.LastChar, font.Widths = 0, 255, Array([600] * 256)
    return pdf


def test_what_runs_from_right_to_left_is_read_and_marked_in_its_order(tmp_path: Path):
    # As programs draw it, from the left end: ligatures are one glyph of two letters, and a bracket is named by what it
    # is read as, or by its shape.
    ligature = ["%", *"98", " ", ")", *"12", " ", "لا", "(", " ", *reversed("سلام")]
    mixed = [*reversed("כאן"), " ", *",2026-ב", " ", *"Tarnwell Rounds", " ", *reversed("שורה עם")]
    lines = [
        ("سلام (لا 12) 98%", ligature, False),
        ("גרסה [חדשה 45] מלאה", [*reversed("מלאה"), " ", "]", "4", "5", " ", *reversed("גרסה [חדשה")], False),
        ("سلام", list(reversed("سلام")), True),
        ("Plain (text)", list("Plain )text("), False),
        ("שורה עם Tarnwell Rounds ב-2026, כאן", mixed, False),
    ]
    said = [text for text, _glyphs, _apart in lines]
    assert read(tmp_path, put(*lines)).pages[0].text.splitlines() == said
    (drawn,) = draw_foreign(tmp_path / "upload", 200, 100, first=1, last=1)
    assert drawn.text.splitlines() == [line.text for line in drawn.lines] == said
    assert [line.starts_from_right for line in drawn.lines] == [True, True, True, False, True]
    # What is looked for stands at its own end of the line.
    word, share = part_of(drawn.lines[0], 0, 4), part_of(drawn.lines[0], 13, 16)
    assert share.x == drawn.lines[0].x < word.x
    first, second, last = (part_of(drawn.lines[4], *span) for span in ((8, 16), (17, 23), (32, 35)))
    assert [part.text for part in (last, first, second)] == ["כאן", "Tarnwell", "Rounds"]
    assert last.x < first.x < second.x
    # Brackets that stand right stay.
    right = ("(גרסה)", [")", *reversed("גרסה"), "("], False)
    assert read(tmp_path, put(right, right)).pages[0].text.splitlines() == ["(גרסה)", "(גרסה)"]
    # Where a program puts word after word down from the right, those of other scripts come in turned order.
    words = [("שורה", 400, -9), ("Rounds,", 260, 9), ("Tarnwell", 180, 9), ("סוף", 170, -9)]
    signs = []
    for word, at, step in words:
        placed = [Sign(char, at + step * n, 0, at + step * n + 9, 12) for n, char in enumerate(word)]
        signs += [*([Sign(" ", at, 0, at, 12)] if signs else []), *placed]
    (line,) = in_reading_order(signs)
    assert "".join(sign.char for sign in line) == "שורה Tarnwell Rounds, סוף"


def test_forms_notes_and_links_over_a_page_are_read(tmp_path: Path):
    over = [
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=BOX, FT=Name.Tx, TU=String("Contact"), V=String("Ekström")
        ),
        Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=BOX, Contents=String("Ask finance")),
        Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=BOX, A=Dictionary(S=Name.URI, URI=String("https://a.example"))
        ),
    ]
    choices = Array([String("Rounds"), Array([String("x"), String("Signal")])])
    over += [
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Ch, T=String("Text1"), Opt=choices),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, A=String("no deed")),
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, T=String("Region"), MK=Dictionary(CA=String("Send"))),
    ]
    found = read(tmp_path, make([written(("Order", 10))], over=over))
    assert found.pages[0].text == "Order\nContact\nEkström\nRounds\nSignal\nRegion\nSend"
    assert found.pages[0].notes == "Ask finance"
    assert (found.facts["links"], found.facts["comments"]) == (["https://a.example"], 1)


def test_pages_without_text_are_named_and_blank_ones_are_not(tmp_path: Path):
    outlined = b"0 0 m 100 100 l S"
    pages = [written(("Words", 10)), outlined, outlined, b"", outlined]
    (finding,) = read(tmp_path, make(pages)).findings
    assert finding.code == "no-text"
    assert "no text on pages 2–3 and 5:" in finding.message
    assert finding.page == 2


def test_text_by_glyph_numbers_is_told_and_not_indexed(tmp_path: Path):
    nonsense = rb"BT /F1 10 Tf 60 700 Td (\001\002\003\004 \005\006 12) Tj ET"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[0.001, 0, 0, 0.001, 0, 0])
    pdf = make([nonsense])
    numbers = Array([0, *(Name(f"/g{n}") for n in range(1, 256))])
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([1, *list(numbers)[1:]]))
    font.FirstChar, font.LastChar = 1, 255
    font.Widths = Array([500] * 255)
    font.CharProcs = Dictionary({f"/g{n}": pdf.make_stream(b"500 0 d0") for n in range(1, 9)})
    to_unicode = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <0000> endbfrange"
    font.ToUnicode = pdf.make_stream(to_unicode)
    pdf.pages[0].obj.Resources.Font.F1 = pdf.make_indirect(font)
    found = read(tmp_path, pdf)
    assert found.pages[0].text == ""
    assert [finding.code for finding in found.findings] == ["unreadable-text"]


def test_a_form_that_one_program_alone_can_draw_says_so(tmp_path: Path):
    pdf = make([written(("Please wait... if this is not replaced", 10))])
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<template/>"))
    assert [finding.code for finding in read(tmp_path, pdf).findings] == ["form-elsewhere"]


def test_a_protected_pdf_is_refused_by_name(tmp_path: Path):
    locked = pikepdf.Encryption(user="a", owner="b")
    with pytest.raises(FileRefusedError, match=r"“story\.pdf” is protected with a password"):
        read(tmp_path, make([b""]), encryption=locked)


@pytest.mark.parametrize("kept", [9, 60, 300])
def test_a_pdf_that_breaks_off_is_refused_or_read_in_part(tmp_path: Path, kept: int):
    made = io.BytesIO()
    make([written(("Words", 10))]).save(made)
    with pytest.raises(FileRefusedError, match="damaged"):
        read(tmp_path, made.getvalue()[:kept])


def test_a_pdf_open_to_readers_with_an_owners_password_is_read(tmp_path: Path):
    open_to_all = pikepdf.Encryption(user="", owner="b")
    assert read(tmp_path, make([written(("Words", 10))]), encryption=open_to_all).pages[0].text == "Words"
