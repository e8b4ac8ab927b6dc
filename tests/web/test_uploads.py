"""The file that an asset was uploaded as: offered, recorded like any download, served as nothing but a file."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from contentlib.domain.assets import AssetStatus
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import asset_rights
from tests.factories.hostile import deck, pdf
from tests.web.conftest import key
from tests.web.critic import Critic

NAME = "Übersicht עסקה.pdf"


@pytest.fixture(scope="module")
def uploaded(web_library: Library) -> None:
    """A published file with its pages drawn, and a deck that is a draft and not drawn."""
    said = {"slug": "an-overview", "title": "An overview", "kind": "one-sheeter"}
    web_library.office = None
    web_library.add_upload(OPERATOR, file=io.BytesIO(pdf(words="Overview")), name=NAME, said=said)
    web_library.add_upload(OPERATOR, file=io.BytesIO(deck("Gearboxes")), name="Draft deck.pptx")
    with web_library.work(OPERATOR) as uow:
        asset = asset_rights.get_seen(uow, "an-overview")
        asset.status = AssetStatus.PUBLISHED
        version = asset.current_version_id
    web_library.draw_pictures(version or 0)


@pytest.mark.usefixtures("uploaded")
def test_the_original_is_recorded_on_the_deal_and_comes_as_it_was(rita: Critic):
    page = rita.open("/assets/an-overview")
    assert "PDF, 1 page" in page.words
    assert NAME in page.words
    assert page.tree.xpath("//figure//img[contains(@src, '/pictures/')]")
    done = rita.post("/assets/an-overview/download", {"deal": "D-2", "key": key("an original")})
    assert done.title == "Recorded on Brae Hill Creamery"
    (link,) = set(done.tree.xpath("//a[contains(@href, '/file')]/@href"))
    answer = rita.client.get(link, buffered=True)
    assert (answer.mimetype, answer.data) == ("application/pdf", pdf(words="Overview"))
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C3%9Cbersicht%20" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Downloaded" in rita.open("/deals/D-2").words


@pytest.mark.usefixtures("uploaded")
def test_what_is_not_drawn_is_read_by_its_words_and_a_draft_is_the_keepers(
    rita: Critic, as_person: Callable[[str | None], Critic]
):
    rita.open("/assets/draft-deck", status=404)
    assert rita.client.get("/assets/draft-deck/file").status_code == 404
    marco = as_person("marco")
    page = marco.open("/assets/draft-deck?page=2")
    assert "Gearboxes" in page.words
    assert "Its words, until this slide is drawn." in page.words
    assert marco.client.get("/assets/draft-deck/file", buffered=True).status_code == 200
    assert "Write on it" not in page.words


@pytest.mark.files
def test_a_file_that_nobody_waits_for_any_more_is_not_kept(as_person: Callable[[str | None], Critic]):
    marco = as_person("marco")
    form = marco.open("/library/upload").tree
    token = form.xpath("//input[@name='csrf_token']/@value")[0]

    def send(has_left: bool) -> str:
        answer = marco.client.post(
            "/library/upload?name=left.pdf",
            data=pdf(words="Left"),
            content_type="application/octet-stream",
            headers={"X-CSRFToken": token},
            environ_overrides={"waitress.client_disconnected": lambda: has_left},
        )
        return answer.get_data(as_text=True)

    assert "cancelled while it was read" in send(has_left=True)
    assert "To be confirmed" in send(has_left=False)  # and no asset has it already
