"""What counts as a colour, a font and a placeholder of the brand's, and what the real files of others show."""

from __future__ import annotations

import pytest

from contentlib.ingest.brandcheck import pdf, rules

PALETTE = ["#161E2E", "#2546A8", "#F2A93B"]


@pytest.mark.parametrize(
    ("colour", "is_accepted"),
    [
        ("#2546A8", True),
        ("#2A4AA8", True),  # nobody sees the difference
        ("#7F90CB", True),  # half cobalt, half white
        ("#808080", True),
        ("#FFFFFF", True),
        ("#000000", True),
        ("#C2185B", False),
        ("#00B4C2", False),
    ],
)
def test_a_colour_is_of_the_brand_when_people_take_it_for_one(colour: str, is_accepted: bool):
    assert rules.is_accepted(colour, PALETTE, 6.0) is is_accepted


@pytest.mark.parametrize(
    ("font", "family"),
    [
        ("IBM Plex Sans", "ibmplexsans"),
        ("IBMPlexSans-SemiBoldItalic", "ibmplexsans"),
        ("IBM Plex Sans Medium", "ibmplexsans"),
        ("ArialMT", "arial"),
        ("Arial-BoldMT", "arial"),
        ("Bricolage Grotesque ExtraBold", "bricolagegrotesque"),
        ("Bold", "bold"),
    ],
)
def test_faces_belong_to_their_family_however_a_format_writes_them(font: str, family: str):
    assert rules.family_of(font) == family


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lorem ipsum dolor", True),
        ("Click to add title", True),
        ("Savings of XX%", True),
        ("Dear [Name]", True),
        ("For {{company}}", True),
        ("<company name> saves", True),
        ("Insert logo here", True),
        ("Price: TBD", True),
        ("for [company name] since [date]", True),
        ("[Insert figures here]", True),
        ("See [1] and [Orr 2024].", False),
        ("[read more] [Comment] [x] [want to know]", False),
        ("Todo el equipo lo dice; TODO INCLUIDO", False),
        ("TODO: ask Greta", True),
        ("a < b and c > d", False),
        ("XXL sizes", False),
        ("We add text to each photo.", False),
    ],
)
def test_placeholders_are_told_from_honest_text(text: str, found: bool):
    assert bool(list(rules._placeholders({1: text}))) is found


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Segoe UI – Übersicht", "utf-8"), ("맑은 고딕", "cp949"), ("ＭＳ 明朝", "cp932"), ("微软雅黑", "gbk")],
)
def test_a_font_is_named_as_its_country_wrote_it(name: str, encoding: str):
    assert pdf.name_of_font(name.encode(encoding)) == name
