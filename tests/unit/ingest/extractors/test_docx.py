"""Word: one word in every container that holds words, each found once and on its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.uploads import ExtractedFile, UploadFormat
from contentlib.ingest.extractors import extract
from tests.factories import office

BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><wp:docPr descr='Pictura'/>"
    f"<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{office.line('Capsa')}</w:txbxContent></wps:txbx>"
    "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml' alt='Pictura'/>"
    f"<w:txbxContent>{office.line('Capsa')}</w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
CHART = (
    '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart r:id="r6"/></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r>"
)
NESTED = f"<w:tbl><w:tr><w:tc>{office.line('Nidus')}</w:tc></w:tr></w:tbl>"
TABLE = (
    f"<w:tbl><w:tr><w:tc>{office.line('Tabula')}{NESTED}</w:tc>"
    f"<w:sdt><w:sdtContent><w:tc>{office.line('Cella')}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>"
)
PAGE = '<w:r><w:br w:type="page"/></w:r>'
LINK = "<w:hyperlink r:id='r5'><w:r><w:t>Nexus</w:t></w:r></w:hyperlink>"
FIELD = "<w:r><w:instrText>HYPERLINK secret</w:instrText></w:r><w:fldSimple><w:r><w:t>Campus</w:t></w:r></w:fldSimple>"
CHANGED = "<w:ins><w:r><w:t>Addita</w:t></w:r></w:ins><w:del><w:r><w:delText>Deleta</w:delText></w:r></w:del>"
FOOTNOTE = '<w:r><w:footnoteReference w:id="7"/></w:r>'
OLD = "<w:r><w:pict><v:textpath xmlns:v='urn:schemas-microsoft-com:vml' string='Litterae'/></w:pict></w:r>"
COMMENT = '<w:r><w:commentReference w:id="8"/></w:r>'
BODY = (
    office.line("Caput", style="berschrift1")
    + office.line("Corpus", after=FOOTNOTE + COMMENT + LINK + FIELD + CHANGED)
    + TABLE
    + f"<w:sdt><w:sdtContent>{office.line('Forma')}</w:sdtContent></w:sdt>"
    + office.line("Ante", after=BOX + CHART + OLD + PAGE)
    + office.line("Altera", style="berschrift1")
)
PARTS = {
    "word/styles.xml": office.element(
        "w:styles", '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    ),
    "word/footnotes.xml": office.element(
        "w:footnotes",
        f'<w:footnote w:type="separator" w:id="-1">{office.line("Separator")}</w:footnote>'
        f'<w:footnote w:id="7">{office.line("Nota")}</w:footnote>',
    ),
    "word/comments.xml": office.element("w:comments", f'<w:comment w:id="8">{office.line("Sententia")}</w:comment>'),
    "word/header1.xml": office.element("w:hdr", office.line("Superior")),
    "word/charts/chart1.xml": office.element(
        "c:chartSpace",
        f"<c:chart><c:title><c:tx><c:rich>{office.paragraph('Diagramma')}</c:rich></c:tx></c:title></c:chart>",
    ),
}
RELATED = [
    ("styles", "styles.xml"),
    ("footnotes", "footnotes.xml"),
    ("comments", "comments.xml"),
    ("header", "header1.xml"),
    ("hyperlink", "https://tarnwell.example/ledger"),
    ("chart", "charts/chart1.xml"),
    ("image", "https://elsewhere.example/pump.png"),
]


def read(tmp_path: Path, made: bytes) -> ExtractedFile:
    path = tmp_path / "upload"
    path.write_bytes(made)
    return extract(str(path), "story.docx")


@pytest.fixture
def full(tmp_path: Path) -> ExtractedFile:
    return read(tmp_path, office.document(BODY, more=PARTS, related=RELATED, title="Ledger"))


@pytest.mark.parametrize(
    "word",
    ["Caput", "Corpus", "Nota", "Nexus", "Campus", "Addita", "Tabula", "Nidus", "Cella", "Forma", "Ante", "Capsa",
     "Pictura", "Diagramma", "Litterae"],
)  # fmt: skip
def test_a_word_of_each_container_is_found_once_on_its_page(full: ExtractedFile, word: str):
    assert full.pages[0].text.count(word) == 1


def test_what_nobody_sees_is_not_read(full: ExtractedFile):
    whole = " ".join(page.text for page in full.pages)
    assert not {"Deleta", "Separator", "secret"} & set(whole.split())


def test_pages_have_their_headings_and_comments_stand_apart(full: ExtractedFile):
    assert [(page.number, page.title, page.notes) for page in full.pages] == [
        (1, "Caput", "Sententia"),
        (2, "Altera", ""),
    ]
    assert "Superior" in full.pages[1].text


def test_facts_and_what_a_person_should_know(full: ExtractedFile):
    assert full.format is UploadFormat.DOCX
    assert full.facts["title"] == "Ledger"
    assert full.facts["links"] == ["https://tarnwell.example/ledger"]
    assert (full.facts["width_mm"], full.facts["height_mm"]) == (210.0, 297.0)
    assert {finding.code for finding in full.findings} == {"comments", "linked-files", "tracked-changes"}


def test_pages_end_where_the_file_was_last_seen_to_break(tmp_path: Path):
    broken = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = office.line("One", after=PAGE) + office.line("Two", before=broken)
    assert [page.text for page in read(tmp_path, office.document(body)).pages] == ["One", "Two"]


def test_a_file_of_the_strict_kind_is_read_as_the_usual_one(full: ExtractedFile, tmp_path: Path):
    made = office.document(BODY, more=PARTS, related=RELATED, title="Ledger")
    strict = read(tmp_path, office.as_strict(made))
    assert (strict.pages, strict.facts) == (full.pages, full.facts)


def test_an_empty_document_says_so(tmp_path: Path):
    found = read(tmp_path, office.document(office.line("")))
    assert (found.pages, [finding.code for finding in found.findings]) == ((), ["no-text"])
