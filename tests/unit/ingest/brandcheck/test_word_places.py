"""Word files say on which page something stands where Word wrote it down, else under which heading."""

from __future__ import annotations

from pathlib import Path

from contentlib.ingest.brandcheck import docx
from tests.factories import office

SEEN = "<w:r><w:lastRenderedPageBreak/></w:r>"
SHADED = '<w:p><w:pPr><w:shd w:fill="2546A8"/></w:pPr></w:p>'


def test_pages_are_counted_as_the_words_are_and_a_page_begins_with_what_follows_its_break(tmp_path: Path):
    within = "<w:r><w:t>ends one</w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>begins two</w:t></w:r>"
    body = office.line("One") + f"<w:p>{within}</w:p>{SHADED}" + office.line("three", before=SEEN * 2)
    (tmp_path / "a").write_bytes(office.document(body))
    facts = docx.read(tmp_path / "a", "a.docx")
    assert [(run.text, run.page) for run in facts.runs] == [
        ("One", 1), ("ends one", 1), ("begins two", 2), ("three", 3),
    ]  # fmt: skip
    assert [(area.colour, area.page) for area in facts.areas] == [("#2546A8", 2)]
    assert facts.sections == ()


def test_a_file_that_does_not_say_where_its_pages_end_is_parted_at_its_headings(tmp_path: Path):
    styles = office.element("w:styles", '<w:style w:styleId="h"><w:name w:val="heading 1"/></w:style>')
    body = office.line("Before") + office.line("Night calls", style="h") + office.line("Pumps")
    made = office.document(body, more={"word/styles.xml": styles}, related=[("styles", "styles.xml")])
    (tmp_path / "a").write_bytes(made)
    assert docx.read(tmp_path / "a", "a.docx").sections == (("", "Before"), ("Night calls", "Night calls\nPumps"))
