"""The company's words in the pages: what a change touches is said before it is done, and undone where it can be."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from contentlib.domain.taxonomy import WordList
from tests.web.critic import Critic, Page

TAGS = "/admin/taxonomy/tags"


def undo(leo: Critic, page: Page) -> Page:
    (form,) = page.tree.xpath("//div[contains(@class, 'toast')]//form")
    return leo.post(form.get("action"), {name: value for name, value in form.form_values() if name != "csrf_token"})


def names(page: Page) -> list[str]:
    return page.texts("//tbody//th/a")


def test_every_list_is_shown(leo: Critic):
    for words in WordList:
        page = leo.open(f"/admin/taxonomy/{words}")
        assert page.tree.xpath("//form[@method='post'][contains(@class, 'person-form')]//input[@name='label']"), words


def test_a_word_is_added_renamed_ordered_retired_and_all_of_it_taken_back(leo: Critic):
    label = f"Trial {uuid.uuid4().hex[:6]}"
    added = leo.post(TAGS, {"label": label})
    before = names(added)
    assert before[-1] == label
    address = added.tree.xpath("//tbody//th/a/@href")[-1]
    renamed = leo.post(address, {"label": f"{label} two"})
    assert names(renamed)[-1] == f"{label} two"
    assert names(undo(leo, renamed)) == before
    moved = leo.post(f"{address}/move", {"place": "1"})
    assert names(moved)[0] == label
    assert names(undo(leo, moved)) == before
    retired = leo.post(f"{address}/retire", {})
    assert label not in names(retired)
    assert label in retired.texts("//ul[@class='retired-words']//a")
    assert names(undo(leo, retired)) == before
    leo.post(f"{address}/remove", {})
    assert label not in names(leo.open(TAGS))


def test_a_merge_says_what_it_touches_asks_once_and_leaves_old_addresses_working(leo: Critic):
    extra = leo.post("/admin/taxonomy/industries", {"label": f"Bakeries {uuid.uuid4().hex[:6]}"})
    address = extra.tree.xpath("//tbody//th/a/@href")[-1]
    slug = address.rpartition("/")[2]
    asked = leo.open(f"{address}/merge?into=food-and-drink")
    assert "Nothing has" in asked.words
    assert "assets and 1 deal" in leo.open(f"/admin/taxonomy/industries/food-and-drink/merge?into={slug}").words
    merged = leo.post(f"{address}/merge", {"into": "food-and-drink"})
    assert "merged into “" in merged.words, merged.words
    assert leo.client.get(address).location == "/admin/taxonomy/industries/food-and-drink"
    moved = urlsplit(leo.client.get(f"/?industry={slug}&q=x").location)
    assert (moved.path, set(moved.query.split("&"))) == ("/", {"industry=food-and-drink", "q=x"})
    (label,) = leo.open("/admin/taxonomy/industries/food-and-drink").texts("//ul[@class='retired-words']//strong")
    assert label.startswith("Bakeries")
    assert label in names(undo(leo, merged))
    assert leo.open(address).texts("//h1") == [label]


def test_a_kind_says_why_it_cannot_be_merged(leo: Critic):
    asked = leo.open("/admin/taxonomy/kinds/deck/merge?into=contract")
    assert "document template of its own" in asked.words
    assert not asked.tree.xpath("//main//form")


def test_what_is_refused_keeps_what_was_typed(leo: Critic):
    page = leo.post("/admin/taxonomy/stages", {"label": "Decision", "meaning": "Words about it"})
    assert page.response.status_code == 400
    assert "already" in page.words
    assert page.text_of("//textarea[@name='meaning']") == "Words about it"
    page = leo.post("/admin/taxonomy/kinds/deck", {"label": "Deck", "verify_months": "999"})
    assert page.tree.xpath("//input[@name='verify_months']/@aria-invalid") == ["true"]


def test_reps_keep_no_words(rita: Critic):
    assert rita.client.get(TAGS).status_code == 403
