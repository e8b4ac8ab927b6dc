"""Find: the address holds question and filters, nobody sees what is not theirs, no input is an error."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.storage.tables import Asset, AssetPicture
from tests.web.critic import Critic

TITLES = "//article//h2"


def test_words_lead_to_the_asset_and_are_marked(rita: Critic):
    page = rita.open("/?q=unplanned+stops")
    assert page.texts(TITLES)[0].startswith("Orrin Dairy")
    assert "unplanned" in " ".join(page.texts("//mark")).lower()


def test_a_filter_stands_in_the_address_and_can_be_taken_off(rita: Critic):
    page = rita.open("/?kind=battlecard")
    assert page.texts(TITLES) == ["Against Fixpoint"]
    assert page.tree.xpath("//input[@name='kind'][@value='battlecard'][@checked]")
    # They stand outside of the form, which hears nothing of their change unless they submit it.
    assert page.tree.xpath("//select[@form='narrow'][@data-submits]/@name") == ["changed", "sort"]
    assert "submit" in page.tree.xpath("//form[@id='narrow']/@hx-trigger")[0]
    (chip,) = page.tree.xpath("//*[contains(@class, 'chip')]/a")
    assert len(rita.open(chip.get("href")).texts(TITLES)) == 5


def test_an_internal_asset_offers_nothing_that_would_send_it(rita: Critic):
    page = rita.open("/?kind=battlecard")
    assert "Internal only" in page.words
    # Colleagues may download it for themselves.
    assert not page.tree.xpath("//article//form[contains(@action, '/present')]")
    assert not page.tree.xpath("//article//a[contains(@href, '/personalise')]")


def test_a_rep_gets_no_hint_of_a_draft(rita: Critic):
    page = rita.open("/?q=zeppelins&status=draft")
    assert "draft" not in page.words.lower().replace("status=draft", "")
    assert not page.tree.xpath("//input[@name='status']")
    assert "A draft nobody" not in page.words


def test_a_content_lead_finds_the_draft_when_asked_for(leo: Critic):
    assert "A draft nobody has read" in leo.open("/?q=zeppelins&status=draft").texts(TITLES)


def test_nothing_found_says_what_to_drop(rita: Critic):
    page = rita.open("/?q=unplanned+stops&kind=battlecard")
    assert page.title == "Nothing on unplanned stops"
    assert page.texts("//ul[contains(@class, 'drops')]//a")


@pytest.mark.parametrize(
    "query",
    ["%22", "NOT+OR+x", "title%3A", "%28%28%28", "%00", "a" * 5000, "%F0%9F%9A%82", "%27%3B--", "%3Cscript%3Ealert(1)"],
)
def test_no_question_is_an_error(rita: Critic, query: str):
    page = rita.open(f"/?q={query}")
    assert "<script>alert" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize("page", ["0", "-3", "x", "99999999999999999999", "1e9"])
def test_no_page_number_is_an_error(rita: Critic, page: str):
    rita.open(f"/?page={page}")


def count_questions(deed: Callable[[], object]) -> int:
    """How many statements a deed has the database carry out, those of other threads left out."""
    asked = []
    here = threading.get_ident()

    def note(*_: object) -> None:
        asked.append(threading.get_ident() == here)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return sum(asked)


def test_the_database_is_asked_as_often_for_many_hits_as_for_one(rita: Critic):
    one, many = "/?kind=battlecard", "/?kind=battlecard&kind=case-study&kind=one-sheeter"
    assert len(rita.open(one).texts(TITLES)) == 1
    assert len(rita.open(many).texts(TITLES)) == 3
    assert count_questions(lambda: rita.open(many)) == count_questions(lambda: rita.open(one))


def test_htmx_gets_the_preview_as_a_fragment(rita: Critic):
    whole = rita.client.get("/preview/rounds-at-a-glance").get_data(as_text=True)
    part = rita.client.get("/preview/rounds-at-a-glance", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" in whole
    assert "<html" not in part
    assert "peek-view" in part


def test_the_working_deal_ranks_up_and_says_so(rita: Critic):
    rita.post("/deals/work-on", {"deal": "D-1"})
    page = rita.open("/")
    assert "Kestrel Dairies is here. Ranked up, nothing hidden." in page.words
    assert len(page.texts(TITLES)) == 5
    rita.post("/deals/stop-work", {})


def test_a_preview_leads_to_its_neighbours_in_the_list(rita: Critic):
    asked = "/?sort=title&kind=battlecard&kind=case-study"
    page = rita.open(asked)
    titles = page.texts(TITLES)
    first = page.tree.xpath("//a[contains(@href, '/preview/')]")[0].get("href")
    shown = rita.open(first)
    assert shown.texts("//h1") == [titles[0]]
    assert f"1 of {len(titles)}" in shown.words
    assert not shown.tree.xpath("//a[@aria-label='Previous asset']")
    (following,) = shown.tree.xpath("//a[@aria-label='Next asset']")
    second = rita.open(following.get("href"))
    assert second.texts("//h1") == [titles[1]]
    (back,) = second.tree.xpath("//a[@aria-label='Previous asset']")
    assert back.get("href") == first
    (closes,) = second.tree.xpath("//a[@aria-label='Back to the list']")
    assert rita.open(closes.get("href")).texts(TITLES) == titles


def test_a_preview_begins_on_the_page_that_the_list_names(rita: Critic, web_library: Library):
    with web_library.work(OPERATOR) as uow:
        version = uow.session.scalar(
            sa.select(Asset.current_version_id).where(Asset.slug == "orrin-dairy-unplanned-stops")
        )
        drawn = [
            AssetPicture(
                version_id=version, number=number, width=210, height=297, blob="0" * 64, text="Seasons cancel out"
            )
            for number in range(1, 5)
        ]
        uow.session.add_all(drawn)
    try:
        named = rita.open("/?q=seasons+cancel").tree.xpath(
            "//article[.//a[@class='page-ref'] and .//a[contains(@href, '/preview/orrin')]]"
        )[0]
        (page,) = named.xpath(".//a[@class='page-ref']/text()[1]")
        preview = rita.open(named.xpath(".//a[contains(@href, '/preview/')]/@href")[0])
        assert page != "page 1"
        assert preview.tree.xpath("//figure[@data-begin]/@id") == [f"peek-page-{page.removeprefix('page ')}"]
    finally:
        with web_library.work(OPERATOR) as uow:
            uow.session.execute(sa.delete(AssetPicture).where(AssetPicture.version_id == version))


def test_a_preview_whose_list_moved_on_stands_alone(rita: Critic):
    page = rita.open("/preview/rounds-at-a-glance?kind=deck&at=1")
    assert not page.tree.xpath("//a[@aria-label='Next asset']")
    assert " of " not in page.texts("//*[contains(@class, 'peek-bar')]")[0]
