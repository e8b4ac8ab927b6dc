"""Saved searches, offers while typing, the palette, and the report of words that failed: each for who may see it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.storage.tables import SavedSearch
from tests.web.critic import Critic


def options(critic: Critic, address: str) -> list[tuple[str, str]]:
    """The lines of an open list with where they lead."""
    body = critic.client.get(address).get_data(as_text=True)
    return re.findall(r'data-(?:href|deed)="([^"]*)"><span>(.*?)</span>', body)


def test_a_search_is_saved_shown_renamed_removed_and_brought_back(rita: Critic, web_library: Library):
    page = rita.open("/?q=unplanned+stops&kind=case-study")
    (question,) = page.tree.xpath("//form[contains(@class, 'keep-form')]//input[@name='question']/@value")
    shown = rita.post("/searches", {"name": "Stops", "question": question, "back": "/"})
    assert "“Stops” is saved" in shown.words
    assert [link.text for link in shown.tree.xpath("//nav[@aria-label='Saved searches']//a")] == [
        "Stops",
        "Change these",
    ]
    mine = rita.open("/searches")
    (opens,) = mine.tree.xpath("//ul[contains(@class, 'mine')]//a/@href")
    assert rita.client.get(opens).location == "/?q=unplanned+stops&kind=case-study"
    with web_library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(SavedSearch).values(looked_at=datetime(2020, 1, 1, tzinfo=UTC)))
    fresh = rita.client.get(opens).location
    assert fresh == "/?q=unplanned+stops&kind=case-study&sort=newest&new-since=2020-01-01T00:00:00%2B00:00"
    for address, marked in ((fresh, ["New"]), ("/?q=unplanned+stops&new-since=9999-12-31T23:59:59-14:00", [])):
        assert rita.open(address).texts("//article[1]//*[@class='good']") == marked
    assert "Pumps" in rita.post(f"{opens}/rename", {"name": "Pumps"}).words
    removed = rita.post(f"{opens}/remove", {})
    (undo,) = removed.tree.xpath("//form[contains(@action, '/bring-back')]/@action")
    assert "“Pumps” is saved again" in rita.post(undo, {}).words
    rita.post(f"{opens}/remove", {})


def test_a_person_is_shown_what_is_kept_of_their_questions(rita: Critic, web_library: Library):
    rita.open("/?q=creamery")
    web_library.write_searches()
    page = rita.open("/searches")
    assert "creamery" in page.words
    assert "13 months" in page.words


def test_the_palette_leads_to_own_deals_and_pages_alone(rita: Critic):
    assert ("/deals/D-1", "Kestrel Dairies") in options(rita, "/go?q=kestrel")
    assert not [line for line in options(rita, "/go?q=sundal") if line[0].startswith("/deals/")]
    assert [label for _, label in options(rita, "/go?q=my+sea")] == ["My searches"]
    assert options(rita, "/go?q=reports") == []


def test_the_palette_of_a_content_lead_leads_to_reports(leo: Critic):
    assert "/reports/usage-to-close" in dict(options(leo, "/go?q=repo"))


def test_every_hit_says_why_and_its_parts_add_up(rita: Critic):
    page = rita.open("/?q=rounds")
    tables = page.tree.xpath("//details[contains(@class, 'why')]//table")
    assert len(tables) == len(page.texts("//article//h2"))
    for table in tables:
        points = [float(cell.text.replace("−", "-")) for cell in table.xpath("./tbody/tr/td[2]")]
        (score,) = [float(cell.text) for cell in table.xpath("./tfoot/tr/td[2]")]
        assert abs(sum(points) - score) < 0.11


def test_a_search_that_finds_nothing_stands_in_the_report(rita: Critic, leo: Critic, web_library: Library):
    rita.open("/?q=%22zqx+submarine%22")
    web_library.write_searches()
    page = leo.open("/reports/search-gaps?end=nothing")
    assert '"zqx submarine"' in page.words
    assert "Rita" not in page.texts("//main")[0]
    csv = leo.client.get("/reports/search-gaps.csv").get_data(as_text=True)
    assert "zqx submarine" in csv
    assert rita.client.get("/reports/search-gaps").status_code == 403
