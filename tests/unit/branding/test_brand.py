from pathlib import Path

import pytest

from contentlib.branding.brand import check, hash_folder, load, read_phrases
from contentlib.branding.fonts import read_font
from contentlib.branding.parts import Ground, LogoSize, PhraseRule
from contentlib.domain.errors import BrandRefusedError
from contentlib.domain.findings import Level

SHIPPED = Path(__file__).parents[3] / "brand"


def test_the_shipped_brand_has_no_findings():
    assert check(SHIPPED) == ()


def test_the_shipped_brand_is_a_sample_and_complete():
    brand = load(SHIPPED)
    assert brand.is_sample
    assert brand.name == "Tarnwell"
    assert brand.text.family == "IBM Plex Sans"
    assert brand.quotes.family == "Literata"
    assert {phrase.rule for phrase in brand.phrases} == set(PhraseRule)
    assert brand.contact.email.endswith("tarnwell.example")
    assert brand.logo(LogoSize.SMALL, Ground.DARK).name == "mark-light"


def test_the_shipped_fonts_hold_whole_character_sets():
    for family in load(SHIPPED).fonts:
        for file in family.files:
            facts = read_font(SHIPPED / file.path)
            assert not facts.is_variable
            if not family.name.startswith(("Noto Sans ", "Noto Emoji")):
                assert facts.missing_european == "", file.path
    text = read_font(SHIPPED / "fonts/ibm-plex-sans-400.ttf").characters
    assert all(ord(letter) in text for letter in "αΩέЖщіЇ€→")


def test_every_font_of_the_shipped_brand_has_its_licence_beside_it():
    licences = " ".join(path.read_text() for path in (SHIPPED / "fonts").glob("OFL-*.txt"))
    assert licences.count("SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007") == 4
    readme = (SHIPPED / "fonts/README.md").read_text()
    for path in (SHIPPED / "fonts").glob("OFL-*.txt"):
        assert f"`{path.name}`" in readme


def test_the_shipped_brand_stays_small():
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) < 8 * 1024 * 1024


def test_a_small_brand_is_read_with_references_resolved_and_silence_filled(small_brand):
    brand = load(small_brand)
    assert (brand.name, brand.full_name) == ("Ferrow", "Ferrow Ltd")
    assert brand.palette["accent"] == brand.palette["blue"] == "#2546A8"
    assert brand.colour("primary") == "#2546A8"
    assert brand.colour("background") == "#FFFFFF"
    assert brand.colour("secondary") == brand.colour("foreground")
    assert brand.font("Bricolage Grotesque").weights == (700,)
    assert brand.monospace.family == "IBM Plex Sans"
    assert brand.logo(LogoSize.LARGE, Ground.DARK).name == "name-light"
    assert brand.logo().ratio == 4
    assert not brand.is_sample


def test_a_logo_may_be_one_path(rewrite):
    folder = rewrite(
        (
            """logo:
  images:
    name: {path: logos/name.svg, alt: Ferrow}
    name-light: logos/name-light.svg
  medium: {light: name, dark: name-light}
""",
            "logo: logos/name.svg\n",
        )
    )
    brand = load(folder)
    assert {brand.logo(size, ground).path for size in LogoSize for ground in Ground} == {"logos/name.svg"}


# What is put wrong, and the finding that must follow: code, line, and a word of its sentence or mend.
FAULTS = [
    (("typography:", "typografy:"), "unknown-key", 18, "typography"),
    (("palette:", "pallete:"), "unknown-key", 9, "palette"),
    (("medium:", "medum:"), "unknown-key", 7, "medium"),
    (("{full: Ferrow Ltd, short: Ferrow}", "{fulll: Ferrow Ltd, short: Ferrow}"), "unknown-key", 2, "full"),
    (("  name: {full: Ferrow Ltd, short: Ferrow}", "  link: https://ferrow.example"), "missing", 1, "name"),
    (("meta:\n", "meta:\n  link: ferrow\n"), "not-a-link", 2, "ferrow"),
    (('ink: "#161E2E"', "ink: inc"), "unknown-colour", 10, "inc"),
    (("accent: blue", "accent: bleu"), "unknown-colour", 12, "blue"),
    (("accent: blue", "accent: accent"), "colour-in-circle", 12, "accent"),
    (("rgb(37 70 168)", "rgb(37 70 168 / 50%)"), "unknown-colour", 11, "opaque"),
    (("primary: accent", "primary: acent"), "unknown-colour", 16, "accent"),
    (("    ink:", "    Ink Blue:"), "bad-name", 10, "Ink Blue"),
    (("logos/name.svg", "logos/nane.svg"), "missing-file", 5, "logos/name.svg"),
    (("logos/name.svg", "../ferrow/logos/name.svg"), "outside", 5, "inside"),
    (("logos/name.svg", "/etc/hostname"), "outside", 5, "inside"),
    (("logos/name.svg", "fonts/text.ttf"), "wrong-format", 5, ".svg"),
    (("light: name,", "light: nam,"), "unknown-value", 7, "name"),
    (("fonts/text.ttf", "fonts/txt.ttf"), "missing-file", 23, "fonts/text.ttf"),
    (("family: IBM Plex Sans\n      s", "family: IBM Plex Serif\n      s"), "other-family", 23, "IBM Plex Sans"),
    (("source: file", "source: google"), "font-without-file", 21, "files"),
    (("source: file", "source: flie"), "unknown-value", 21, "file"),
    (("base: IBM Plex Sans", "base: IBM Plex Snas"), "unknown-family", 28, "IBM Plex Sans"),
    (("weight: 700", "weight: 800"), "missing-weight", 29, "only 700"),
    (("weight: 700", "weight: hevay"), "unknown-value", 29, "It can be"),
    (("weight: 700", "size: big"), "not-a-length", 29, "big"),
    (("weight: 700", "line-height: tall"), "not-a-number", 29, "0.5 to 4"),
    (("weight: 700", "colour: red"), "unknown-key", 29, "color"),
    (("meta:", "meta:\n  name: Twice"), "duplicate-key", 3, "second time"),
    (("color:\n", "color:\n  - red\n"), "yaml", None, "no YAML"),
]


@pytest.mark.parametrize(("change", "code", "line", "word"), FAULTS)
def test_one_fault_is_named_with_its_line_and_what_mends_it(rewrite, change, code, line, word):
    folder = rewrite(change)
    findings = [finding for finding in check(folder) if finding.code == code]
    assert findings, check(folder)
    finding = findings[0]
    assert finding.level is Level.ERROR
    assert finding.path == "ferrow/_brand.yml"
    if line is not None:
        assert finding.line == line
    assert word in f"{finding.message} {finding.mend}"
    with pytest.raises(BrandRefusedError) as refused:
        load(folder)
    assert finding in refused.value.findings


def test_all_faults_are_named_at_once(rewrite):
    folder = rewrite(("accent: blue", "accent: bleu"), ("logos/name.svg", "logos/no.svg"), ("weight: 700", "weight: 1"))
    assert [finding.code for finding in check(folder)][:3] == ["missing-file", "unknown-colour", "missing-weight"]
    with pytest.raises(BrandRefusedError, match="3 things must be mended"):
        load(folder)


def test_faint_pairs_are_told_but_do_not_refuse(rewrite):
    folder = rewrite(("primary: accent", "primary: amber"))
    brand = load(folder)
    faint = [finding for finding in brand.findings if finding.code == "faint"]
    assert faint
    assert all(finding.level is Level.WARNING for finding in faint)
    assert faint[0].line == 16
    assert "2.0" in faint[0].message


def test_a_face_of_another_weight_or_slant_is_told(rewrite):
    folder = rewrite(
        ("text.ttf, weight: 400, style: normal", "text.ttf, weight: 500, style: italic"),
        ("headings: {family: Bricolage Grotesque, weight: 700", "headings: {family: Bricolage Grotesque"),
    )
    assert {"other-weight", "other-style"} <= {finding.code for finding in load(folder).findings}


def test_a_font_cut_down_to_western_latin_is_told(small_brand):
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    path = small_brand / "fonts/text.ttf"
    font = TTFont(path)
    subsetter = Subsetter(Options())
    subsetter.populate(unicodes=range(0x20, 0x100))
    subsetter.subset(font)
    path.unlink()
    font.save(path)
    finding = next(finding for finding in load(small_brand).findings if finding.code == "font-subset")
    assert "Ž" in finding.evidence
    assert "é" not in finding.evidence


def test_a_font_that_is_none_is_refused(small_brand):
    (small_brand / "fonts/title.ttf").unlink()
    (small_brand / "fonts/title.ttf").write_bytes(b"not a font at all")
    assert "unreadable-font" in {finding.code for finding in check(small_brand)}


@pytest.mark.parametrize(
    ("svg", "code"),
    [
        ("<svg", "unreadable-logo"),
        ("<html/>", "unreadable-logo"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "unreadable-logo"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><script>1</script></svg>', "logo-acts"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><image href="https://x.example/a.png"/></svg>',
            "logo-acts",
        ),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="1"><text>Ferrow</text></svg>', "logo-text"),
    ],
)
def test_a_logo_that_would_look_or_act_differently_elsewhere_is_told(small_brand, svg, code):
    (small_brand / "logos/name.svg").write_text(svg)
    assert code in {finding.code for finding in check(small_brand)}


def test_a_folder_without_a_brand_is_refused(tmp_path):
    with pytest.raises(BrandRefusedError) as refused:
        load(tmp_path)
    assert refused.value.findings[0].code == "missing-file"


@pytest.mark.parametrize("text", ["", "[]", "just words", "3", "a: [", "\x00", "color: 3\nlogo: []\ntypography: x\n"])
def test_any_file_gives_findings_not_a_crash(small_brand, text):
    (small_brand / "_brand.yml").write_text(text)
    assert check(small_brand)
    with pytest.raises(BrandRefusedError):
        load(small_brand)


def test_our_extras_are_read(rewrite):
    folder = rewrite(
        (
            "typography:",
            """defaults:
  bootstrap: {anything: goes}
  contentlib:
    tagline: Iron that lasts
    colour-tolerance: 4
    fallback-fonts: [IBM Plex Sans]
    accepted-fonts: [{family: Arial, until: 2027-03-31}]
    logo-rules: {clear-space: 0.25, minimum-width: 20mm}
    legacy-colours: [{name: old blue, value: accent, until: 2027-03-31}]
    quotes: {family: Bricolage Grotesque, style: italic}
    legal: {notice: © Ferrow}
    phrases:
      banned: [{match: cheap, why: Never, kinds: [deck]}]
      renamed: [{match: Old, use: New}]
typography:""",
        )
    )
    brand = load(folder)
    assert brand.tagline == "Iron that lasts"
    assert brand.colour_tolerance == 4
    assert brand.logo_rules.minimum_width == "20mm"
    assert [(font.family, str(font.until)) for font in brand.accepted_fonts] == [("Arial", "2027-03-31")]
    assert brand.legacy_colours[0].value == "#2546A8"
    assert brand.legacy_colours[0].until.isoformat() == "2027-03-31"
    assert brand.quotes.family == "Bricolage Grotesque"
    assert brand.legal.notice == "© Ferrow"
    assert [phrase.level for phrase in brand.phrases] == [Level.ERROR, Level.WARNING]


def test_the_hash_changes_with_every_file_that_shows_and_with_no_other(small_brand):
    before = hash_folder(small_brand)
    (small_brand / "README.md").write_text("for people")
    (small_brand / ".hidden").write_text("for nobody")
    (small_brand / "sister").mkdir()
    (small_brand / "sister" / "_brand.yml").write_text("another brand")
    assert hash_folder(small_brand) == before
    (small_brand / "logos/name.svg").write_text("<svg/>")
    changed = hash_folder(small_brand)
    assert changed != before
    (small_brand / "logos/name.svg").rename(small_brand / "logos/other.svg")
    assert hash_folder(small_brand) not in (before, changed)


def test_the_hash_does_not_depend_on_where_the_folder_stands(small_brand, tmp_path):
    before = hash_folder(small_brand)
    assert hash_folder(small_brand.rename(tmp_path / "elsewhere")) == before


def test_a_link_that_leads_out_of_the_folder_is_an_error(small_brand, tmp_path):
    """What is served stands in the brand's folder; a link inside it is as good as the file."""
    logo, font = small_brand / "logos" / "name.svg", small_brand / "fonts" / "text.ttf"
    for file in (logo, font):
        file.rename(tmp_path / file.name)
        file.symlink_to(tmp_path / file.name)
    found = {(each.code, each.line, each.level) for each in check(small_brand) if "leads out" in each.message}
    assert found == {("outside", 5, Level.ERROR), ("outside", 23, Level.ERROR)}
    logo.unlink()
    logo.symlink_to("name-light.svg")
    assert "logos/name.svg" not in " ".join(each.message for each in check(small_brand))


def test_phrases_are_read_without_fonts_and_pictures(small_brand):
    assert read_phrases(SHIPPED) == (load(SHIPPED).phrases, load(SHIPPED).legal.notice)
    assert read_phrases(small_brand) == ((), "")
    assert read_phrases(small_brand / "nowhere") == ((), "")
