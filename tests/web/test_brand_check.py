"""A file held against the brand in the pages: by everybody who may use assets, and the file is not kept."""

from __future__ import annotations

import io

import pytest

from tests.factories.branded_decks import Deck
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


def test_what_cannot_be_checked_is_said_above_the_form(rita: Critic):
    assert "“page.pdf” is a web page." in send(rita, "page.pdf", b"<html>", 422).words
    assert "Choose a file first." in send(rita, "", b"", 422).words
