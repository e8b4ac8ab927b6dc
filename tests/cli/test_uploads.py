"""Files from outside at the command line: what they hold, and a named refusal where they are not taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import RITA
from tests.cli.invoke import Shell
from tests.factories import office


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "Pump check.pptx"
    path.write_bytes(office.presentation([office.slide(office.shape("Bearings", place="title"))], title="Pump check"))
    return path


def test_a_file_is_told_page_by_page(shell: Shell, deck: Path):
    done = shell.json("uploads", "extract", str(deck))
    assert done.code == 0
    assert done.told["pages"] == [{"number": 1, "title": "Bearings", "text": "Bearings", "notes": ""}]
    assert (done.told["format"], done.told["facts"]["title"], done.told["findings"]) == ("pptx", "Pump check", [])
    spoken = shell.run("uploads", "extract", str(deck))
    assert spoken.out.splitlines()[:2] == ["PowerPoint presentation, 1 pages", "title: Pump check"]


def test_a_file_that_is_not_taken_in_is_an_answer_with_its_reason(shell: Shell, tmp_path: Path):
    path = tmp_path / "offer.pdf"
    path.write_bytes(b"<html>")
    done = shell.json("uploads", "extract", str(path))
    assert (done.code, done.told["format"], done.told["pages"]) == (1, None, [])
    (finding,) = done.told["findings"]
    assert (finding["level"], finding["path"]) == ("error", "offer.pdf")
    assert finding["message"].startswith("“offer.pdf” is a web page.")


def test_a_file_larger_than_the_setting_allows_is_not_read(shell: Shell, tmp_path: Path):
    (shell.data / "contentlib.toml").write_text("upload_limit_mb = 1\n")
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-" + bytes(2 * 1024 * 1024))
    (finding,) = shell.json("uploads", "extract", str(path)).told["findings"]
    assert "has 2 MB, more than the 1 MB" in finding["message"]


def test_a_rep_may_not(shell: Shell, deck: Path):
    assert shell.json("uploads", "extract", str(deck), acting_as=RITA.email).error["code"] == "forbidden"
