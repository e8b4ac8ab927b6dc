"""Review and governance in pages: who sees the queue, how one decides, what is asked, kept when refused, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.storage.tables import Person
from tests.web.conftest import ONE_SHEETER, email_of
from tests.web.critic import Critic, Page

ENTER = Callable[[str | None], Critic]
TEXT = "---\ntitle: {title}\nowner: marco@tarnwell.example\nstages: [decision]\n---\n## Prices\n\nA line a month.\n"


@pytest.fixture(autouse=True)
def sam_reviews(web_library: Library) -> Iterator[None]:
    """Let Sam speak for sales as long as a test of this room runs."""

    def set_to(reviews: bool) -> None:
        with web_library.work(OPERATOR) as uow:
            is_sam = Person.email == email_of("sam")
            uow.session.execute(sa.update(Person).where(is_sam).values(is_sales_reviewer=reviews))

    set_to(True)
    yield
    set_to(False)


def submit(marco: Critic, title: str) -> str:
    """Write something and submit it; gives its slug."""
    form = {"base": "0", "text": TEXT.format(title=title), "do": "save", "note": "First words."}
    slug = str(marco.post("/library/write/new/order-form", form).response.request.path).rpartition("/")[2]
    page = marco.post(f"/assets/{slug}/moves/submit", {"reason": "Look at the line.", "number": "1"})
    assert "Submitted. Version 1 waits for marketing and sales." in page.words
    return slug


def undo(critic: Critic, page: Page) -> Page:
    (address,) = page.tree.xpath("//div[contains(@class, 'toast')]//form/@action")
    return critic.post(address, {})


def test_two_sides_agree_in_pages_and_the_asset_is_published(as_person: ENTER):
    marco, sam, leo = as_person("marco"), as_person("sam"), as_person("leo")
    slug = submit(marco, "Prices for a plant")
    page = sam.open(f"/library/review/{slug}")
    assert page.title == "Prices for a plant"
    assert "Look at the line." in page.words
    assert [text for text in page.texts("//nav[@aria-label='Main']/a") if text == "Review"] == ["Review"]
    form = page.form(f"/assets/{slug}/moves/approve")
    done = sam.post(f"/assets/{slug}/moves/approve", {**form, "reason": "I would send it."})
    assert "Approved for sales. Version 1 waits for marketing." in done.words
    assert "Sam Okafor approved" in leo.open(f"/library/review/{slug}").words
    approving = {"number": "1", "from": "review", "back": f"/assets/{slug}"}
    refused = leo.post(f"/assets/{slug}/moves/approve", {**approving, "reason": "Kept", "publish_on": "1.12.2026"})
    assert "is no day" in refused.text_of("//form[@class='decide-yes']")
    assert refused.texts("//input[@value='Kept']/ancestor::form/h2") == ["Approve"]
    assert refused.texts("//*[@class='field-error']/ancestor::form/h2") == ["Approve"]
    done = leo.post(f"/assets/{slug}/moves/approve", approving)
    assert "Version 1 is published." in done.words
    settled = sam.open(f"/library/review/{slug}", follow_redirects=True)
    assert (settled.title, "does not wait for a review" in settled.words) == ("Prices for a plant", True)
    assert "Taken back." in undo(leo, done).words
    assert leo.open(f"/library/review/{slug}").title == "Prices for a plant"


def test_who_sends_back_says_why_and_nothing_that_was_typed_is_lost(as_person: ENTER):
    marco, sam = as_person("marco"), as_person("sam")
    slug = submit(marco, "Prices to send back")
    address = f"/assets/{slug}/moves/send-back"
    refused = sam.post(address, {"number": "1", "from": "review", "reason": "  "})
    assert refused.response.status_code == 422
    assert "Say why" in refused.words
    sam.post(address, {"number": "1", "from": "review", "reasons": ["source"], "reason": "Name the <list>."})
    page = marco.open(f"/assets/{slug}")
    assert "Sent back. Sam Okafor: A figure needs a source. Name the <list>." in page.words
    assert "sent “Prices to send back”, version 1, back" in marco.open("/notices").words
    marco.post("/notices/seen", {})
    assert "New:" not in marco.open("/notices").words
    assert sam.client.get(f"/library/review/{slug}").status_code == 404


def test_the_queue_is_for_who_reviews_and_who_keeps_the_library(as_person: ENTER):
    for who, status in (("rita", 403), ("sam", 200), ("marco", 200), ("leo", 200), ("ada", 200)):
        as_person(who).open("/library/review", status=status)


def test_a_sales_reviewer_sees_no_other_draft(as_person: ENTER):
    sam, slug = as_person("sam"), submit(as_person("marco"), "Prices only for Sam")
    assert sam.open(f"/assets/{slug}").title == "Prices only for Sam"
    sam.open("/assets/a-draft", status=404)
    as_person("rita").open(f"/assets/{slug}", status=404)


def test_archiving_asks_why_once_and_can_be_undone(as_person: ENTER):
    leo = as_person("leo")
    address = "/assets/order-form/moves/archive"
    assert leo.open(address).title == "Archive"
    assert leo.post(address, {"reason": ""}).response.status_code == 422
    done = leo.post(address, {"reason": "Out of date"})
    assert "Archived. Out of date" in done.words
    gone = as_person("rita").open("/assets/order-form", status=404)
    assert gone.title == "This was withdrawn"
    assert "“Order form” was withdrawn on" in gone.words
    assert "Out of date" not in gone.words
    as_person("rita").open("/assets/order-form/personalise", status=404)
    # Nothing is offered to whoever keeps the library that would be refused.
    assert not leo.open("/assets/order-form").tree.xpath("//form[contains(@action, '/download')]")
    assert "stands as before" in undo(leo, done).words
    as_person("rita").open("/assets/order-form")


def test_still_right_in_one_click_and_back(as_person: ENTER):
    marco = as_person("marco")
    done = marco.post("/assets/order-form/verify", {})
    assert "Still right. The next look is due by" in done.words
    assert "stands as before" in undo(marco, done).words


def test_owner_and_dates_are_set_and_a_day_that_is_none_is_told_beside_its_field(as_person: ENTER):
    marco, address = as_person("marco"), "/assets/order-form/keeping"
    for dates, said in (
        ({"expires_on": "soon"}, "“soon” is no day."),
        ({"publish_on": "2027-02-01", "expires_on": "2027-01-01"}, "It must expire after the day"),
    ):
        page = marco.post(address, {"do": "dates", **dates})
        assert page.response.status_code == 422
        assert said in page.text_of("//*[@id='f-expires_on-says']")
        assert page.tree.xpath("//input[@name='expires_on']/@value") == [dates["expires_on"]]
    done = marco.post(address, {"do": "owner", "owner": email_of("leo")})
    assert "Leo Castellan owns" in done.words
    assert marco.open(address).tree.xpath("//option[@selected]/@value") == [email_of("leo")]
    undo(marco, done)


def test_a_version_is_compared_with_the_one_before_and_taken_up_again(as_person: ENTER):
    marco = as_person("marco")
    slug = submit(marco, "Prices in two versions")
    changed = TEXT.format(title="Prices in two versions").replace("A line", "Two lines")
    marco.post(f"/library/write/{slug}", {"base": "1", "text": changed, "do": "save"})
    page = marco.open(f"/assets/{slug}/versions/2")
    assert page.title == "Version 2 against 1"
    assert (page.texts("//del"), page.texts("//ins")) == (["A line"], ["Two lines"])
    assert marco.open(f"/assets/{slug}/versions/1").title == "Version 1"
    done = marco.post(f"/assets/{slug}/versions/1/restore", {})
    assert "Version 1 is taken up again as version 3, a draft." in done.words
    assert marco.open(f"/assets/{slug}/versions/2").tree.xpath("//form[contains(@action, '/restore')]")
    marco.post(f"/assets/{slug}/moves/archive", {"reason": "Old"})
    assert not marco.open(f"/assets/{slug}/versions/2").tree.xpath("//form[contains(@action, '/restore')]")
    marco.open(f"/assets/{slug}/versions/9", status=404)


def test_a_rep_compares_what_was_published_and_is_offered_no_move(rita: Critic):
    page = rita.open(f"/assets/{ONE_SHEETER}/versions/1")
    assert page.title == "Version 1"
    assert "Still right" not in rita.open(f"/assets/{ONE_SHEETER}").words
    assert rita.client.post(f"/assets/{ONE_SHEETER}/moves/archive", data={"reason": "x"}).status_code == 403


def test_a_lead_who_publishes_what_sales_must_see_is_told_so(as_person: ENTER):
    leo = as_person("leo")
    form = {"base": "0", "text": TEXT.format(title="Prices of a lead"), "do": "publish", "note": ""}
    page = leo.post("/library/write/new/order-form", form)
    assert "agreed to by marketing. It is published once sales agree." in page.words
    assert "Version 1 waits for marketing" not in page.words


def test_a_page_of_the_room_is_well_made(leo: Critic):
    for address in ("/notices", "/library/review", "/assets/order-form/keeping", "/assets/order-form/moves/archive"):
        leo.open(address)


def test_a_move_that_is_none_or_not_open_is_not_there(leo: Critic):
    for move in ("fly", "submit", "retract"):
        leo.open(f"/assets/{ONE_SHEETER}/moves/{move}", status=404)
