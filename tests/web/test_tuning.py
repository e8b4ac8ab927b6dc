"""Weights and synonyms: shown, tried on judged queries, saved with a way back, and never by who may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.search import tuning
from contentlib.services import search_tuning
from tests.web.critic import Critic

JUDGED = """
[[query]]
query = "unplanned stops"
kind = "plain"
[query.grades]
orrin-dairy-unplanned-stops = 3

[[query]]
query = "zqxcutback"
kind = "synonym"
[query.grades]
orrin-dairy-unplanned-stops = 3
"""
TRY, SAVE = "/admin/search/try", "/admin/search"


@pytest.fixture(autouse=True)
def judged(web_library: Library) -> Iterator[None]:
    folder = web_library.settings.data
    (folder / "judged-queries.toml").write_text(JUDGED)
    yield
    (folder / "judged-queries.toml").unlink()
    (folder / tuning.FILE_NAME).unlink(missing_ok=True)
    web_library.index.use_tuning(tuning.shipped())


def test_a_synonym_is_tried_and_saved(leo: Critic):
    page = leo.open("/admin/search?word=zqxcutback")
    assert page.tree.xpath("//input[@name='words']/@value") == ["zqxcutback, "]
    (text,) = page.tree.xpath("//textarea[@name='text']")
    tried = leo.post(TRY, {"text": text.text, "words": "zqxcutback, unplanned stops"})
    (row,) = tried.texts("//table[contains(@class, 'trial')]/tbody/tr")
    assert row.startswith("zqxcutback")
    assert "Better" in row
    assert "zqxcutback would find 1 asset instead of none" in tried.words
    assert not leo.open("/?q=zqxcutback").texts("//article//h2")  # nothing is saved yet
    (changed,) = tried.tree.xpath("//textarea[@name='text']")
    saved = leo.post(SAVE, {"text": changed.text})
    assert "Saved. Search weighs so from now on." in saved.words
    assert leo.open("/?q=zqxcutback").texts("//article//h2")[0].startswith("Orrin Dairy")


def test_one_click_makes_a_synonym_and_one_takes_it_back(leo: Critic):
    made = leo.post("/admin/search/synonym", {"words": '"zqx" cutback', "same_as": "unplanned stops", "back": "/"})
    assert "finds 1 asset now, 2 before" in made.words
    assert leo.open("/?q=zqx+cutback").texts("//article//h2")[0].startswith("Orrin Dairy")
    (undo,) = made.tree.xpath("//div[contains(@class, 'toast')]//form/@action")
    assert "Taken back." in leo.post(undo, {}).words
    assert not leo.open("/?q=%22zqx+cutback%22").texts("//article//h2")
    refused = leo.client.post("/admin/search/synonym", data={"words": "", "same_as": "stops"})
    assert refused.status_code == 400


def test_what_gets_worse_is_shown_before_it_is_saved(leo: Critic):
    leo.post(SAVE, {"text": tuning.with_synonyms("", ["zqxcutback", "unplanned stops"])})
    tried = leo.post(TRY, {"text": tuning.shipped_text(), "words": ""})
    (row,) = tried.texts("//table[contains(@class, 'trial')]/tbody/tr")
    assert row.startswith("zqxcutback")
    assert "Worse" in row


def test_a_text_that_cannot_be_used_says_where(leo: Critic):
    for address in (TRY, SAVE):
        page = leo.post(address, {"text": "[places]\ntitel = 2\n", "words": ""}, follow_redirects=False)
        assert page.response.status_code == 400
        assert "Line 2." in page.words
        assert page.tree.xpath("//textarea[@name='text']")[0].text.strip().endswith("titel = 2")


def test_what_somebody_else_saved_since_is_not_taken_back(leo: Critic):
    first = leo.post(SAVE, {"text": "[places]\ntitle = 2\n"})
    (undo,) = first.tree.xpath("//div[contains(@class, 'toast')]//form/@action")
    leo.post(SAVE, {"text": "[places]\ntitle = 3\n"})
    assert leo.client.post(undo).status_code == 409


def test_what_is_not_kept_is_not_in_force(web_library: Library):
    with web_library.rehearse(OPERATOR) as uow:
        search_tuning.save(uow, text="[places]\ntitle = 9\n", folder=web_library.settings.data)
    with web_library.read(OPERATOR) as reading:
        assert not search_tuning.read(reading, web_library.settings.data).is_own


def test_a_rep_neither_sees_nor_changes_weights(rita: Critic):
    assert rita.client.get("/admin/search").status_code == 403
    assert rita.client.post(SAVE, data={"text": ""}).status_code == 403
