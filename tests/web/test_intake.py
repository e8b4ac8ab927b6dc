"""Bringing files in, in the pages: many at a time, each with its answer, confirmed or changed, typed words kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import flask
import pytest
from PIL import Image

from contentlib.web import receiving
from tests.factories import hostile, office
from tests.web.critic import Critic, Page, look

AT, CONFIRM = "/library/upload", "/library/upload/confirm"
STATES = "//ol[@data-taken]//*[contains(@class, 'taken-state')]"


def deck(seed: str) -> bytes:
    words = f"{seed} bottles milk and lost a night a month to pumps that stopped, until {seed} began to walk rounds."
    slides = [
        office.slide(office.shape(f"One night less: {seed}", place="title") + office.shape("8 June 2026")),
        office.slide(office.shape(words)),
    ]
    return office.presentation(slides, title="PowerPoint Presentation")


def picture(colour: str) -> bytes:
    """A picture is read in a moment, and says no more than its name."""
    made = io.BytesIO()
    Image.new("RGB", (16, 9), colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def marco(as_person: Callable[[str | None], Critic]) -> Critic:
    return as_person("marco")


def send(critic: Critic, *files: tuple[str, bytes], status: int = 200) -> Page:
    form = {"files": [(io.BytesIO(data), name) for name, data in files]}
    answer = critic.client.post(AT, data=form, content_type="multipart/form-data")
    assert answer.status_code == status
    return look(answer)


def typed(page: Page) -> dict[str, Any]:
    """What the form would send as it stands, boxes that are ticked included."""
    (form,) = page.tree.xpath("//form[@action=$action]", action=CONFIRM)
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def settle(critic: Critic) -> None:
    """Put away what earlier tests left to be confirmed."""
    values = typed(page) if (page := critic.open(CONFIRM)).tree.xpath("//input[@name='file']") else {}
    if values:
        critic.post(CONFIRM, {**values, **{f"{slug}.becomes": "nothing" for slug in values["file"]}})


@pytest.mark.files
def test_only_who_brings_files_in_may_send_much(as_person: Callable[[str | None], Critic], web_app: flask.Flask):
    small, large = web_app.config["MAX_CONTENT_LENGTH"], web_app.config["REQUEST_LIMIT"]
    for who, limit in ((None, small), ("rita", small), ("marco", large)):
        with as_person(who).client as client:
            client.post(AT, data={})
            assert flask.request.max_content_length == limit, who
            cookies = flask.request.headers.get("Cookie", "")
        assert receiving.may_send_much(web_app, cookies) == (limit == large), who


@pytest.mark.files
def test_files_of_one_form_have_an_answer_each(marco: Critic):
    settle(marco)
    assert "Choose at least one file first." in send(marco, status=422).words
    lapwing = ("lapwing.pptx", deck("Lapwing"))
    page = send(marco, lapwing, ("broken.pdf", b"%PDF-1.7 no more"), ("page.pdf", b"<html>"))
    assert page.texts(STATES) == ["To be confirmed", "Not taken", "Not taken"]
    assert "“broken.pdf” is damaged" in page.words
    assert "1 file to be confirmed." in page.words
    again = send(marco, lapwing)
    assert again.texts(STATES) == ["There already"]
    settle(marco)


def test_script_sends_a_file_as_it_is_and_gets_its_line(marco: Critic):
    answer = marco.client.post(
        AT, data=picture("green"), query_string={"name": "siskin & co.png"}, content_type="application/octet-stream"
    )
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<li")
    assert "siskin &amp; co.png" in answer.text
    assert "data-waits" in answer.text
    settle(marco)


def test_confirmed_as_suggested_or_changed_and_taken_back(marco: Critic):
    table = b"name,kind,tags\nwaders/dunlin.pptx,deck,hovering\n"
    send(marco, ("Autumn.zip", hostile.archive({"waders/dunlin.pptx": deck("Dunlin"), "tags.csv": table})))
    page = marco.open(CONFIRM)
    values = typed(page)
    assert "in Autumn.zip/waders" in page.words
    assert "“hovering” is not among the tags here." in page.words
    assert page.text_of("//*[contains(@id, '.kind')][contains(@class, 'says')]").endswith(
        "It was said when the file was uploaded."
    )
    (slug,) = values["file"]
    assert values[f"{slug}.title"] == ["One night less: Dunlin"]
    assert "“8 June 2026”." in page.words
    done = marco.post(CONFIRM, {**values, f"{slug}.title": "Dunlin, told anew", f"{slug}.stages": ["awareness"]})
    assert done.title == "Dunlin, told anew"
    assert "1 file described" in done.words
    undone = done.form("/library/upload/undo")
    marco.post("/library/upload/undo", {**undone, "entries": undone["entries"] + "," + "9" * 25})
    assert typed(marco.open(CONFIRM))["file"] == [slug]
    settle(marco)


@pytest.mark.files
def test_typed_words_stay_when_something_is_wrong(marco: Critic):
    send(marco, ("plover.png", picture("grey")), ("whimbrel.png", picture("brown")))
    values = typed(marco.open(CONFIRM))
    first, second = values["file"]
    wrong = {
        **values, f"{first}.title": " ", f"{first}.date": "soon", f"{second}.title": "Kept as typed",
        f"{second}.stages": ["decision", "onboarding"], f"{second}.becomes": "later",
    }  # fmt: skip
    answer = marco.client.post(CONFIRM, data=wrong)
    assert answer.status_code == 422
    page = look(answer)
    assert "Give it a title" in page.words
    assert "Write the day as year-month-day" in page.words
    kept = typed(page)
    assert kept[f"{second}.title"] == ["Kept as typed"]
    assert kept[f"{second}.stages"] == ["decision", "onboarding"]
    assert kept[f"{second}.becomes"] == ["later"]
    assert kept[f"{first}.date"] == ["soon"]
    settle(marco)


@pytest.mark.files
def test_next_version_of_an_asset_is_uploaded_on_its_page(marco: Critic):
    send(marco, ("avocet at dawn.png", picture("white")))
    values = typed(marco.open(CONFIRM))
    (slug,) = values["file"]
    marco.post(CONFIRM, values)
    address = f"/assets/{slug}/upload"
    assert marco.open(address).title == "A new version"

    def replace(data: bytes, name: str) -> Any:
        form = {"file": (io.BytesIO(data), name), "note": "Rounder"}
        return marco.client.post(address, data=form, content_type="multipart/form-data", follow_redirects=True)

    refused = replace(b"<html>", "avocet.png")
    assert refused.status_code == 422
    assert look(refused).tree.xpath("//input[@name='note']/@value") == ["Rounder"]
    page = look(replace(picture("black"), "avocet 2.png"))
    assert "Version 2 of “Avocet at dawn” is avocet 2.png." in page.words
    assert page.title == "Avocet at dawn"
    assert "kept equal to its file" in marco.open("/assets/rounds-at-a-glance/upload", status=409).words


@pytest.mark.files
def test_empty_page_of_confirmation_leads_to_uploading(marco: Critic):
    settle(marco)
    assert "Nothing waits to be confirmed" in marco.open(CONFIRM).words


@pytest.mark.files
def test_finding_is_ignored_with_a_reason_and_counted_again(marco: Critic, as_person: Callable[[str | None], Critic]):
    words = office.slide(office.shape("Lorem ipsum dolor sit amet, for a redshank."))
    send(marco, ("redshank.pptx", office.presentation([words])))
    values = typed(marco.open(CONFIRM))
    (slug,) = values["file"]
    page = marco.post(CONFIRM, values)
    address = f"/assets/{slug}/findings/ignore"
    assert page.tree.xpath("//form[@action=$at]", at=address)
    assert "What was found in it comes first" in page.words
    fields = page.form(address)
    ignored = marco.post(address, {**fields, "reason": "A printer’s sample"})
    assert "Ignored: A printer’s sample" in ignored.words
    assert "comes first" not in ignored.words
    assert "Say why it may stay" in marco.post(address, {**fields, "reason": " "}).words
    again = f"/assets/{slug}/findings/count-again"
    assert "Ignored: A printer’s sample" not in marco.post(again, ignored.form(again)).words
    # What blocks a version that waits behind the published one is told and ignored on the same page.
    marco.post(address, {**fields, "reason": "A printer’s sample"})
    as_person("leo").post(f"/assets/{slug}/moves/publish", {"number": "1"})
    other = office.slide(office.shape("A godwit saves TBD a year."))
    form = {"file": (io.BytesIO(office.presentation([other])), "godwit.pptx")}
    marco.client.post(f"/assets/{slug}/upload", data=form, content_type="multipart/form-data")
    behind = "//*[@id='findings-behind']"
    waiting = marco.open(f"/assets/{slug}")
    assert "in version 2, which waits" in waiting.text_of(behind)
    assert waiting.tree.xpath("//a[@href='#findings-behind']")
    (key,) = waiting.tree.xpath(f"{behind}//input[@name='key'][contains(@value, 'tbd')]/@value")
    assert "Ignored: Their sample" in marco.post(address, {"key": key, "reason": "Their sample"}).text_of(behind)


@pytest.mark.files
def test_words_of_a_page_can_be_chosen_and_are_marked_where_they_stand(rita: Critic):
    page = rita.open("/assets/rounds-at-a-glance?q=rounds")
    lines, marks = (page.tree.xpath(f"//*[@class='words-over']/{tag}") for tag in ("text", "rect"))
    assert "Tarnwell Rounds" in " ".join(line.text_content() for line in lines)
    assert len(marks) >= 2
    assert not rita.open("/assets/rounds-at-a-glance").tree.xpath("//*[@class='words-over']/rect")
