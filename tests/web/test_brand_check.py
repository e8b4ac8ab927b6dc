"""A file held against the brand in the pages: by everybody who may use assets, and the file is not kept."""

from __future__ import annotations

import io

import pytest

from tests.factories.branded_decks import Deck
from tests.web.conftest import ONE_SHEETER, key
from tests.web.critic import Critic, Page, look

# A brand is files; that these pages open on PostgreSQL too is asked with all others.
pytestmark = pytest.mark.files


def send(critic: Critic, name: str, data: bytes, status: int = 200) -> Page:
    page = critic.open("/brand/check")
    (token,) = page.tree.xpath("//main//input[@name='csrf_token']/@value")
    form = {"csrf_token": token, "file": (io.BytesIO(data), name)}
    answer = critic.client.post("/brand/check", data=form, content_type="multipart/form-data")
    assert answer.status_code == status
    return look(answer)


def test_a_rep_sees_what_is_off_the_brand_and_what_would_be_right(rita: Critic):
    made = Deck(run_font="Comic Neue", body=["a", "For [Customer name]", "c"]).pack()
    page = send(rita, "my own deck.pptx", made)
    assert page.texts("//h2[@id='result']") == ["my own deck.pptx"]
    assert "2 errors." in page.words
    assert "“[Customer name]” was never filled in." in page.words
    assert "Page 2." in page.words
    assert "Use “IBM Plex Sans”." in page.words


def test_a_clean_file_is_told_to_be_clean(rita: Critic):
    assert "Nothing off-brand was found." in send(rita, "clean.pptx", Deck().pack()).words


def made_here(critic: Critic) -> bytes:
    address = f"/assets/{ONE_SHEETER}/download"
    sent = {"personalise": "yes", "deal": "none", "key": key("check"), "prospect.name": "Kestrel <Dairies>"}
    done = critic.post(address, sent)
    (link,) = done.tree.xpath("//a[contains(@href, '.pdf') and contains(@class, 'is-main')]/@href")
    return critic.client.get(link).get_data()


def test_a_document_of_this_library_is_told_for_what_it_is(rita: Critic):
    data = made_here(rita)
    page = send(rita, "kestrel.pdf", data)
    assert "Made by this library, and as it was made." in page.words
    told = dict(zip(page.texts("//main//dl/dt"), page.texts("//main//dl/dd"), strict=True))
    assert told["Asset"].endswith("version 1")
    assert told["Name of the prospect"] == "Kestrel <Dairies>"
    assert told["Current"].startswith("Yes")
    assert "is not a colour of the brand" not in page.words, "it was checked when it was made"

    altered = send(rita, "kestrel.pdf", data + b" ")
    assert "Made by this library, and altered since." in altered.words
    assert "its bytes are not those on record" in altered.words


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a. list.csv", b"a,b", "is a table"),
        ("notes.md", b"# Notes", "is a Markdown text"),
        ("notes.txt", b"Notes", "is a plain text"),
        ("page.html", b"<html>", "is a web page"),
        ("drawing.svg", b"<svg/>", "is an SVG drawing"),
        ("photo.gif", b"GIF89a", "is a picture of a kind that is not taken in"),
        ("what.pdf", b"hello", "is of no format that the library knows"),
        ("shot.png", b"\x89PNG\r\n\x1a\n", "is a PNG picture"),
    ],
)
def test_only_formats_that_are_checked_are_named(rita: Critic, name: str, data: bytes, what: str):
    said = f"“{name}” {what}. Presentations (.pptx), Word documents (.docx) and PDFs are checked."
    words = send(rita, name, data, 422).words
    assert said in words
    assert "ZIP" not in words
    assert "upload" not in words.split("Check a file", 1)[1].casefold()


def test_what_cannot_be_checked_is_said_above_the_form(rita: Critic):
    assert "“page.pdf” is a web page." in send(rita, "page.pdf", b"<html>", 422).words
    assert "Choose a file first." in send(rita, "", b"", 422).words
