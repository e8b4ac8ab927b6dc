"""Finished documents of all three kinds: words on their pages, fonts, size, links, metadata, certificate."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from contentlib.domain.documents import Paper, RenderedDocument

KINDS = ["case-study", "one-sheeter", "deck"]
PROPOSAL = {"proposal.number": "P-2026-118"}
FAMILIES = ("Bricolage-Grotesque", "IBM-Plex-Sans", "Literata")


def words(document: RenderedDocument) -> list[str]:
    with pypdfium2.PdfDocument(document.pdf) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def test_the_case_study_tells_its_story_page_by_page(render):
    pages = words(render("case-study"))
    assert "Fallowfield Creamery halves its night stops in two quarters" in pages[0]
    assert "−51% stops between ten at night and six" in pages[0]
    assert "1. Fallowfield Creamery line log" in pages[0], "the footnote stands on the page that calls it"
    assert "Night stops 43 21 −51%" in " ".join(pages)
    assert "© Tarnwell Ltd" in pages[-1]
    assert f"2 of {len(pages)}" in pages[1]


def test_the_one_sheeter_is_one_page_on_either_paper(render):
    for paper, size in ((Paper.A4, (595.28, 841.89)), (Paper.LETTER, (612, 792))):
        document = render("one-sheeter", paper=paper)
        with pypdfium2.PdfDocument(document.pdf) as opened:
            assert len(opened) == 1
            assert opened[0].get_size() == pytest.approx(size, abs=0.5)
        assert "Who it is for" in words(document)[0]
        assert document.certificate.paper == paper.value


def test_each_slide_is_a_page_of_sixteen_by_nine(render):
    document = render("deck")
    pages = words(document)
    assert len(pages) == 13
    assert "Filler valve 46 h" in pages[9]
    assert "7 / 13" in pages[6]
    assert not any("Ask who owns" in page for page in pages), "speaker notes are never printed"
    with pypdfium2.PdfDocument(document.pdf) as opened:
        assert {page.get_size() for page in opened} == {(960.0, 540.0)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_asset_holds_no_open_field_and_no_label_of_one(render, kind):
    text = " ".join(words(render(kind)))
    assert "Prepared for" not in text
    assert "Your contact" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_personal_copy_holds_what_was_filled_in(render, for_kestrel, kind):
    text = " ".join(words(render(kind, **for_kestrel)))
    for expected in ("Prepared for", "Kestrel Dairies", "Rita Vance", "+44 113 496 0155", "14 October"):
        assert expected in text


@pytest.mark.parametrize("kind", KINDS)
def test_fonts_are_the_brands_and_embedded(render, kind):
    document = render(kind)
    assert all(font.startswith(FAMILIES) for font in document.certificate.fonts), document.certificate.fonts
    with pikepdf.open(io.BytesIO(document.pdf)) as opened:
        fonts = [font for page in opened.pages for _name, font in page.Resources.Font.items()]
        for font in fonts:
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_links_lead_where_the_author_said_and_to_the_contact(render, for_kestrel):
    def targets(document: RenderedDocument) -> set[str]:
        with pikepdf.open(io.BytesIO(document.pdf)) as opened:
            notes = [note for page in opened.pages for note in page.get("/Annots", [])]
            return {str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A}

    assert targets(render("one-sheeter")) == {"https://tarnwell.example/round"}
    assert targets(render("one-sheeter", **for_kestrel)) == {"mailto:rita.vance@tarnwell.example"}
    nobody = replace(for_kestrel["rep"], email="http://elsewhere.example")
    assert targets(render("one-sheeter", **for_kestrel | {"rep": nobody})) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_and_the_certificate_stand_in_the_file(render, kind):
    document = render(kind)
    with pikepdf.open(io.BytesIO(document.pdf)) as opened:
        assert str(opened.docinfo["/Title"]) == str(opened.open_metadata()["dc:title"])
        assert str(opened.Root.Lang) == "en"
        xmp = opened.Root.Metadata.read_bytes().decode()
    certificate = document.certificate
    for value in (certificate.id, certificate.source_hash, certificate.template_hash, certificate.brand_hash):
        assert value in xmp
    assert re.fullmatch("[0-9a-f]{32}", certificate.id)
    assert certificate.is_sample_brand
    assert certificate.pages == document.pages
    assert certificate.findings == ()


def test_bookmarks_name_slides_and_sections(render):
    for kind, expected in (("deck", "Live in nine weeks"), ("case-study", "The approach")):
        with pypdfium2.PdfDocument(render(kind).pdf) as opened:
            titles = [mark.get_title() for mark in opened.get_toc()]
        assert expected in titles


def test_optional_slides_are_left_out_and_change_places_among_themselves(render, for_kestrel):
    values = for_kestrel["values"] | {"slides": "causes,figures"}
    pages = words(render("deck", **{**for_kestrel, "values": values}))
    heads = ["What stops a line", "After two quarters", "A morning before and after"]
    found = [next((n for n, page in enumerate(pages) if head in page), None) for head in heads]
    assert found == [5, 8, None]
    assert len(pages) == 12


def test_values_are_text_and_never_markup_or_template(render, for_kestrel):
    values = {"prospect.name": "<b>{{ 7*7 }}</b> & {% raw %}", "note": "**not** [bold](x) <img src=x>"}
    text = " ".join(words(render("one-sheeter", **{**for_kestrel, "values": values})))
    assert "<b>{{ 7*7 }}</b> & {% raw %}" in text
    assert "**not** [bold](x) <img src=x>" in text


def test_a_name_in_another_script_uses_a_declared_fallback_font_and_says_so(render, for_kestrel):
    names = {"شركة ألبان مُحمَّد": "Arabic", "חברת החלב": "Hebrew", "케스트렐 낙농 Co": "CJK JP", "น้ำกสเตรล จำกัด": "Thai"}
    for name, script in names.items():
        values = for_kestrel["values"] | {"prospect.name": name}
        document = render("proposal-cover", **{**for_kestrel, "values": values | PROPOSAL})
        certificate = document.certificate
        assert name in words(document)[0]  # as it was typed, though fonts draw its signs in pieces
        assert certificate.fallback_fonts == (f"Noto Sans {script}",)
        assert f"Fallback fonts of the brand: Noto Sans {script}" in certificate.checks
        assert certificate.findings == ()
    for name in ("Завод «Юг»", "Κρέστελ ΑΕ"):  # scripts that the brand's own families hold
        values = for_kestrel["values"] | {"prospect.name": name}
        assert render("proposal-cover", **{**for_kestrel, "values": values | PROPOSAL}).certificate.fallback_fonts == ()
