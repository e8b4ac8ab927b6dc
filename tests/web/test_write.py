"""Write: a text and what is to mend at its line; saving by rights; a file's text and a colleague's are never lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.web.conftest import ONE_SHEETER
from tests.web.critic import Critic

ENTER = Callable[[str | None], Critic]
NEW = "/library/write/new/order-form"
FILE_KEPT = "/library/write/first-touch-food"
TEXT = "---\ntitle: {title}\n---\n## Prices\n\nA line a month.\n"


def begin(critic: Critic, title: str, *, deed: str = "save", text: str = TEXT) -> str:
    """Save a new text and give its address."""
    page = critic.post(NEW, {"base": "0", "text": text.format(title=title), "do": deed, "note": "First words."})
    return str(page.response.request.path)


@pytest.mark.parametrize("address", ["/library/write", NEW, FILE_KEPT, "/library/write/new/deck"])
@pytest.mark.parametrize(("who", "may"), [("rita", False), ("marco", True), ("leo", True), ("ada", True)])
def test_those_who_edit_write(as_person: ENTER, address: str, who: str, may: bool):
    as_person(who).open(address, status=200 if may else 403)


def test_a_stranger_signs_in_first(as_person: ENTER):
    assert as_person(None).client.get(FILE_KEPT).status_code == 302


def test_a_marketer_keeps_drafts_and_a_lead_publishes(as_person: ENTER):
    marco, leo = as_person("marco"), as_person("leo")
    assert marco.open(NEW).texts("//button[@name='do'][@data-save]") == ["Keep as draft"]
    address = begin(marco, "Prices by line")
    page = marco.open(address)
    assert "version 1. Draft, not published yet." in page.words
    assert "First words." in marco.open("/assets/prices-by-line").words
    form = leo.open(address).form(address)
    refused = marco.client.post(address, data={**form, "do": "publish"})
    assert refused.status_code == 403
    page = leo.post(address, {**form, "do": "publish"})
    assert "Published as version 1." in page.words
    assert "Prices by line" not in leo.open("/library/write").words.partition("Changed last")[0]


def test_findings_stand_at_their_line_and_lead_there(as_person: ENTER):
    marco = as_person("marco")
    page = marco.post(NEW, {"base": "0", "text": TEXT.format(title="X") + "::: qoute a\n:::\n", "do": "check"})
    (link,) = page.tree.xpath("//div[@id='findings']//a[@data-line]")
    assert (link.get("data-line"), link.get("data-level")) == ("7", "error")
    assert "1 blocks publishing" in page.words
    assert "Did you mean “quote”?" in page.words
    page = marco.post(NEW, {"base": "0", "text": "no front matter", "do": "save"})
    assert page.response.status_code == 422
    assert page.text_of("//textarea[@name='text']") == "no front matter"


@pytest.mark.files
def test_typing_is_answered_with_the_drawn_part_and_the_menu(as_person: ENTER):
    marco = as_person("marco")
    address = f"/library/write/{ONE_SHEETER}"
    text = marco.open(address).form(address)["text"]
    answer = marco.client.post(address, data={"text": text, "base": "1"}, headers={"HX-Request": "true"}).get_data(
        as_text=True
    )
    assert "<html" not in answer
    assert 'id="written"' in answer
    assert answer.count("data:image/webp;base64,") == 1
    assert "blocks publishing" not in answer
    assert "::: side" in answer
    assert "media/hero-dairy.svg" in answer, "any picture of the library can be put in"


def test_a_colleagues_version_is_shown_beside_ones_own_text_and_neither_is_lost(as_person: ENTER):
    marco, leo = as_person("marco"), as_person("leo")
    address = begin(marco, "Two at once")
    mine, theirs = (marco.open(address).form(address), leo.open(address).form(address))
    leo.post(address, {**theirs, "text": theirs["text"].replace("A line", "Two lines"), "do": "save"})
    page = marco.post(address, {**mine, "text": mine["text"].replace("A line", "Three lines"), "do": "save"})
    assert page.response.status_code == 409
    assert "Leo Castellan saved version 2" in page.words
    assert page.texts("//del") == ["Two lines a month."]
    assert page.texts("//ins") == ["Three lines a month."]
    assert page.tree.xpath("//form[@data-editor='Marco Bellini'][@data-unsaved]"), "one is asked before leaving it"
    form = page.form(address)
    assert "Three lines" in form["text"]
    assert "Draft kept as version 3." in marco.post(address, {**form, "do": "save"}).words


def test_nothing_changed_is_said_and_saves_no_version(as_person: ENTER):
    marco = as_person("marco")
    address = begin(marco, "Only once")
    page = marco.post(address, {**marco.open(address).form(address), "do": "save"})
    assert "Nothing has changed since version 1." in page.words


def test_a_file_keeps_its_text_until_it_is_taken_over(as_person: ENTER):
    marco = as_person("marco")
    page = marco.open(FILE_KEPT)
    assert "outreach-email/first-touch-food.md" in page.words
    assert page.tree.xpath("//textarea[@name='text'][@readonly]")
    assert not page.tree.xpath("//button[@data-save]")
    refused = marco.client.post(FILE_KEPT, data={"text": TEXT.format(title="X"), "base": "1", "do": "save"})
    assert refused.status_code == 409
    page = marco.post(f"{FILE_KEPT}/take-over", {})
    assert "Taken over" in page.words
    assert page.tree.xpath("//button[@data-save]")
    assert as_person("rita").client.post(f"{FILE_KEPT}/take-over").status_code == 403


def test_controls_set_facts_in_the_text_without_script(as_person: ENTER):
    marco = as_person("marco")
    page = marco.open(NEW)
    said = page.form(NEW)
    assert said["was.owner"] == said["fact.owner"] == "marco@tarnwell.example"
    changed = {"fact.title": "Terms: of trade", "fact.stages": ["decision"], "fact.tags": ["pilot"], "do": "check"}
    page = marco.post(NEW, {**said, **changed, "fact.review_by": "2027-01-31", "fact.audience": "internal"})
    (area,) = page.tree.xpath("//textarea[@name='text']")
    lines = area.text_content().split("\n")
    for line in ('title: "Terms: of trade"', "stages: [decision]", "tags: [pilot]", "audience: internal"):
        assert line in lines
    assert lines[lines.index("---", 2) - 2 :][:2] == ["audience: internal", "review_by: 2027-01-31"]
    boxes = page.tree.xpath("//input[@name='fact.stages'][@checked]/@value")
    assert boxes == ["decision"]
    # A script that put them into the text says so, and what stands in the text is left alone.
    page = marco.post(NEW, {**said, **changed, "in_step": "yes"})
    (area,) = page.tree.xpath("//textarea[@name='text']")
    assert area.text_content().strip() == said["text"].strip()


@pytest.mark.files
def test_a_picture_of_ones_own_comes_with_words_and_is_kept_once(as_person: ENTER):
    marco = as_person("marco")
    said = marco.open(NEW).form(NEW)
    form = {"csrf_token": said["csrf_token"], "base": "0", "text": TEXT.format(title="Lines"), "do": "picture"}
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M1 1H8V2Z"/></svg>'

    def send(address=NEW, **more):
        sent = {**form, "picture": (io.BytesIO(more.pop("data", svg)), "Our line.svg"), **more}
        return marco.client.post(address, data=sent)

    refused = send(alt=" ")
    assert refused.status_code == 422
    assert "Say what the picture shows" in refused.text
    assert "scripts" not in refused.text
    shown = send(alt="A line [x]").text
    assert "![A line (x)](media/our-line.svg)" in shown
    added = send("/library/write/pictures", alt="Again")
    assert added.json == {"line": "![Again](media/our-line.svg)"}
    other = send("/library/write/pictures", alt="Other", data=svg.replace(b"M1 1", b"M2 1"))
    assert other.json["line"] == "![Other](media/our-line-2.svg)"
    bad = send("/library/write/pictures", alt="", data=svg.replace(b"<path", b"<script/><path"))
    assert (bad.status_code, bad.json["errors"]["picture"]) == (422, "The picture holds a script.")
    served = marco.client.get("/library/write/pictures/media/our-line.svg")
    assert served.mimetype == "image/svg+xml"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert as_person("rita").client.get("/library/write/pictures/media/our-line.svg").status_code == 403
