import re
from pathlib import Path

import pytest
import tinycss2

from contentlib.branding.brand import load
from contentlib.branding.contrast import build_matrix, ratio, readable_on
from contentlib.branding.tokens import document_css, list_variables, web_css

SHIPPED = Path(__file__).parents[3] / "brand"


@pytest.fixture(scope="module")
def tarnwell():
    return load(SHIPPED)


def rules(css):
    parsed = tinycss2.parse_stylesheet(css, skip_whitespace=True, skip_comments=True)
    assert not [node for node in parsed if node.type == "error"]
    return parsed


def test_every_palette_colour_and_role_is_a_variable(tarnwell):
    variables = list_variables(tarnwell)
    assert variables["brand-cobalt"] == variables["brand-primary"] == "#2546A8"
    for name in (*tarnwell.palette, *tarnwell.roles):
        assert re.fullmatch("#[0-9A-F]{6}", variables[f"brand-{name}"])
    assert variables["brand-on-primary"] == "#FFFFFF"
    assert variables["brand-on-warning"] == "#161E2E"
    assert variables["brand-text-line-height"] == "1.5"


def test_document_css_names_virtual_addresses_and_no_font_of_the_machine(tarnwell):
    css = document_css(tarnwell)
    faces = [rule for rule in rules(css) if rule.type == "at-rule"]
    assert len(faces) == sum(len(family.files) for family in tarnwell.fonts)
    addresses = re.findall(r'url\("([^"]+)"\)', css)
    assert all(address.startswith("https://lib.invalid/brand/fonts/") for address in addresses)
    assert all((SHIPPED / address.removeprefix("https://lib.invalid/brand/")).is_file() for address in addresses)
    assert not re.search(r"sans-serif|monospace;|, serif", css)


def test_web_css_has_faces_only_when_told_where_they_are_served(tarnwell):
    assert "@font-face" not in web_css(tarnwell)
    css = web_css(tarnwell, address="/brand/")
    assert 'src:url("/brand/fonts/ibm-plex-sans-400.ttf");font-display:swap' in css
    assert rules(css)[-1].type == "qualified-rule"
    assert '--brand-font-text: "IBM Plex Sans", "Noto Sans"' in css
    assert "sans-serif;" in css


def test_a_display_family_falls_back_to_the_text_family_first(tarnwell):
    assert list_variables(tarnwell)["brand-font-headings"].startswith('"Bricolage Grotesque", "IBM Plex Sans", "Noto')


def test_contrast_is_that_of_wcag():
    # Published values: black on white, and the lightest grey that passes on white.
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert ratio("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert readable_on("#FFFFFF", "#000000", "#EEEEEE") == "#000000"


def test_the_matrix_holds_every_pair_and_judges_it():
    rows = build_matrix({"ink": "#000000", "grey": "#949494", "white": "#FFFFFF"})
    assert [[pair.text for pair in row] for row in rows] == [["ink", "grey", "white"]] * 3
    assert [row[0].ground for row in rows] == ["ink", "grey", "white"]
    grey_on_white = rows[2][1]
    assert (grey_on_white.is_readable, grey_on_white.is_readable_large) == (False, True)
    assert rows[0][0].ratio == 1


def test_what_a_brand_leaves_open_has_a_value_that_documents_can_build_on(small_brand):
    variables = list_variables(load(small_brand))
    assert variables["brand-text-size"] == "9.5pt"
    assert variables["brand-text-line-height"] == "1.5"
    assert variables["brand-headings-line-height"] == "1.15"
    assert variables["brand-headings-weight"] == "700"
