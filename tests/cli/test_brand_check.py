"""Files held against the brand at the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.invoke import Shell
from tests.factories.branded_decks import Deck
from tests.factories.branded_papers import TITLE, Paper


def test_a_file_off_the_brand_is_told_with_page_evidence_and_nearest_value(shell: Shell, tmp_path: Path):
    path = tmp_path / "mine.pptx"
    path.write_bytes(Deck(run_font="Comic Neue", shape_colour="C2185B", body=["a", "[Customer name]", "c"]).pack())
    done = shell.json("brand", "check", str(path))
    assert done.code == 1
    found = {finding["code"]: finding for finding in done.told["findings"]}
    assert set(found) == {"placeholder", "font", "colour"}
    assert (found["placeholder"]["page"], found["placeholder"]["path"]) == (2, "mine.pptx")
    assert found["colour"]["nearest"]
    assert "ΔE" in found["colour"]["evidence"]
    paper = tmp_path / "mine.docx"
    paper.write_bytes(Paper(run_font="Comic Neue").pack())  # its pages are known once it is drawn
    (font,) = shell.json("brand", "check", str(paper)).told["findings"]
    assert ("page" in font, font["evidence"]) == (False, f"under “{TITLE}”")


def test_a_clean_file_ends_with_0_and_a_refused_one_is_an_answer(shell: Shell, tmp_path: Path):
    clean, page = tmp_path / "clean.pptx", tmp_path / "page.pdf"
    clean.write_bytes(Deck().pack())
    page.write_bytes(b"<html>")
    assert shell.run("brand", "check", str(clean)).out == "Nothing off-brand was found.\n"
    refused = shell.json("brand", "check", str(page))
    assert (refused.code, refused.told["findings"][0]["level"]) == (1, "error")


def test_an_approved_file_proposes_what_the_brand_does_not_know(shell: Shell, tmp_path: Path):
    path = tmp_path / "approved.pptx"
    path.write_bytes(Deck(theme_font="Georgia", shape_colour="C2185B").pack())
    told = shell.json("brand", "learn", str(path)).told["proposals"]
    assert {(row["what"], row["value"]) for row in told} == {("font", "Georgia"), ("colour", "#C2185B")}
    assert all(0 < row["share"] <= 1 for row in told)
    assert '    accepted-fonts:\n      - {family: "Georgia"}\n' in shell.run("brand", "learn", str(path)).out
