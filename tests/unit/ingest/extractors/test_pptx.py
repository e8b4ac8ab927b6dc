"""PowerPoint: one word in every container that holds words, and each is found on its slide."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import ExtractedFile, UploadFormat
from contentlib.ingest.extractors import extract
from tests.factories import office
from tests.factories.branded_decks import Deck

TABLE = (
    "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>"
    f"<a:tc><a:txBody>{office.paragraph('Tabula')}</a:txBody></a:tc>"
    f"<a:tc><a:txBody>{office.paragraph('Cella')}</a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic>"
    "</p:graphicFrame>"
)
GROUP = (
    "<p:grpSp><p:nvGrpSpPr><p:cNvPr descr='Gruppa'/></p:nvGrpSpPr>"
    f"<p:grpSp>{office.shape('Intima')}</p:grpSp></p:grpSp>"
)
PICTURE = '<p:pic><p:nvPicPr><p:cNvPr id="9" name="Picture 9" descr="Pictura"/></p:nvPicPr></p:pic>'
CHART = '<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="r1"/></a:graphicData></a:graphic></p:graphicFrame>'
SMART = '<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm="r2"/></a:graphicData></a:graphic></p:graphicFrame>'
TWICE = (
    f"<mc:AlternateContent><mc:Choice Requires='x'>{office.shape('Nova')}</mc:Choice>"
    f"<mc:Fallback>{office.shape('')}</mc:Fallback></mc:AlternateContent>"
)
NUMBER = office.shape("17", place="sldNum")

PARTS = {
    "ppt/charts/chart1.xml": office.element(
        "c:chartSpace",
        f"<c:chart><c:title><c:tx><c:rich>{office.paragraph('Diagramma')}</c:rich></c:tx></c:title>"
        "<c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>Series</c:v></c:pt></c:strCache></c:strRef></c:tx>"
        "<c:cat><c:strRef><c:strCache><c:pt><c:v>Categoria</c:v></c:pt></c:strCache></c:strRef></c:cat>"
        "<c:val><c:numRef><c:numCache><c:pt><c:v>987654</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:chart>",
    ),
    "ppt/diagrams/data1.xml": office.element(
        "dgm:dataModel", f"<dgm:ptLst><dgm:pt><dgm:t>{office.paragraph('Sapientia')}</dgm:t></dgm:pt></dgm:ptLst>"
    ),
    "ppt/notesSlides/notes1.xml": office.element(
        "p:notes",
        f"<p:cSld><p:spTree>{office.shape('Orator', place='body')}{NUMBER}</p:spTree></p:cSld>",
    ),
    "ppt/comments/comment1.xml": office.element("p:cmLst", "<p:cm><p:text>Sententia</p:text></p:cm>"),
}
RELATIONS = [
    ("chart", "../charts/chart1.xml"),
    ("diagramData", "../diagrams/data1.xml"),
    ("notesSlide", "../notesSlides/notes1.xml"),
    ("comments", "../comments/comment1.xml"),
    ("hyperlink", "https://tarnwell.example/rounds"),
    ("image", "file:///S:/Logos/new.png"),
]


def read(tmp_path: Path, made: bytes, name: str = "deck.pptx") -> ExtractedFile:
    path = tmp_path / "upload"
    path.write_bytes(made)
    return extract(str(path), name)


@pytest.fixture(params=["usual", "strict"])
def full(tmp_path: Path, request: pytest.FixtureRequest) -> ExtractedFile:
    shapes = office.shape("Corpus") + office.shape("Titulus", place="title", alt="Vox") + TABLE + GROUP + PICTURE
    slides = [office.slide(shapes + CHART + SMART + TWICE + NUMBER), office.slide(office.shape("Occulta"), hidden=True)]
    made = office.presentation(slides, more=PARTS, of_slides={1: RELATIONS}, title="Rounds")
    return read(tmp_path, office.as_strict(made) if request.param == "strict" else made)


@pytest.mark.parametrize(
    "word",
    ["Titulus", "Corpus", "Tabula", "Cella", "Gruppa", "Intima", "Pictura", "Vox", "Diagramma", "Series", "Categoria",
     "Sapientia", "Nova"],
)  # fmt: skip
def test_a_word_of_each_container_is_found_on_its_slide(full: ExtractedFile, word: str):
    assert full.pages[0].text.count(word) == 1


def test_notes_and_comments_stand_apart_and_what_office_fills_in_is_left_out(full: ExtractedFile):
    first = full.pages[0]
    assert first.notes == "Orator\nSententia"
    assert first.title == "Titulus"
    assert first.text.startswith("Titulus")
    assert "17" not in first.text
    assert "987654" not in first.text


def test_facts_and_what_a_person_should_know(full: ExtractedFile):
    assert full.format is UploadFormat.PPTX
    assert full.facts == {
        "title": "Rounds",
        "author": "Greta Lindqvist",
        "modified_at": "2026-03-04T05:06:07Z",
        "width_mm": 338.7,
        "height_mm": 190.5,
        "links": ["https://tarnwell.example/rounds"],
        "hidden": [2],
        "comments": 1,
    }
    assert {finding.code for finding in full.findings} == {"hidden-pages", "comments", "linked-files"}
    assert [(f.page, f.evidence) for f in full.findings if f.code == "linked-files"] == [
        (1, "file:///S:/Logos/new.png")
    ]


def test_the_accent_of_its_theme_is_told(tmp_path: Path):
    assert read(tmp_path, Deck().pack()).facts["accent"] == "#2546A8"


def test_a_damaged_slide_costs_the_others_nothing(tmp_path: Path):
    slides = [office.slide(office.shape("First")), "<p:sld", office.slide(office.shape("Third"))]
    found = read(tmp_path, office.presentation(slides))
    assert [(page.number, page.text) for page in found.pages] == [(1, "First"), (3, "Third")]
    (finding,) = found.findings
    assert (finding.code, finding.page, finding.path) == ("damaged-pages", 2, "deck.pptx")
    assert finding.message.startswith("Slide 2 is damaged")


def test_a_file_of_which_nothing_can_be_read_is_refused(tmp_path: Path):
    with pytest.raises(FileRefusedError, match="is not sound XML"):
        read(tmp_path, office.presentation(["<p:sld"]))


def test_ten_thousand_slides_are_read_up_to_a_limit_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("contentlib.ingest.extractors.pptx.MOST_PAGES", 3)
    found = read(tmp_path, office.presentation([office.slide(office.shape(f"No {n}")) for n in range(5)]))
    assert [page.text for page in found.pages] == ["No 0", "No 1", "No 2"]
    assert [finding.code for finding in found.findings] == ["too-long"]
