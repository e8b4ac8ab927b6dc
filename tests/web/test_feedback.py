"""Feedback in pages: said from an asset and its preview, read and answered by its keepers, taken back; and letters."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.web.conftest import ONE_SHEETER
from tests.web.critic import Critic, Page

ENTER = Callable[[str | None], Critic]
ADDRESS = f"/assets/{ONE_SHEETER}"
# As long as a comment may be, in letters of which no cookie holds so many.
LONG = "The <b>menu</b>. " + "".join(random.Random(1).choices([chr(sign) for sign in range(0x4E00, 0x9F00)], k=980))


def undo(critic: Critic, page: Page) -> Page:
    (form,) = page.tree.xpath("//div[contains(@class, 'toast')]//form")
    return critic.post(form.get("action"), dict(form.form_values()))


def test_a_rep_says_it_and_the_owner_answers(as_person: ENTER):
    rita, leo, sam = as_person("rita"), as_person("leo"), as_person("sam")
    form = rita.open(f"/preview/{ONE_SHEETER}?q=rounds&at=1").form(f"{ADDRESS}/feedback")
    refused = rita.post(f"{ADDRESS}/feedback", {**form, "sort": "wrong", "page": "99", "comment": "The <b>menu</b>."})
    assert refused.response.status_code == 422
    assert "There is no page “99”." in refused.words
    assert refused.form(f"{ADDRESS}/feedback")["comment"] == "The <b>menu</b>."
    said = rita.post(f"{ADDRESS}/feedback", {**form, "sort": "wrong", "comment": LONG})
    assert said.response.request.full_path.startswith("/?q=rounds")  # back where the preview was opened
    page = rita.open(ADDRESS)
    assert "1 found something wrong." in page.words
    assert "What you said" in page.words
    assert "Rita Vance" not in sam.open(ADDRESS).text_of("//section[@id='feedback']")
    kept = leo.open(ADDRESS)
    assert "Wrong Rita Vance, just now" in kept.words
    (settle,) = kept.tree.xpath("//form[contains(@action, '/settle')]/@action")
    assert sam.client.post(settle).status_code == 404
    done = leo.post(settle, {"answer": "Mended tomorrow."})
    assert "Settled. Rita Vance reads your answer." in done.words
    notice = rita.open("/notices")
    assert "Leo Castellan answers what you said" in notice.words
    assert "It waits for an answer again." in undo(leo, done).words
    # Said anew it takes the place of what was said before, and comes back by Undo.
    again = rita.post(f"{ADDRESS}/feedback", {"sort": "wrong", "comment": "The colour."})
    assert "stands in the place of what you said before" in again.words
    assert LONG in undo(rita, again).words
    (back,) = rita.open(ADDRESS).tree.xpath("//form[contains(@action, '/take-back')]/@action")
    gone = rita.post(back, {})
    assert "“Wrong” is taken back." in gone.words
    assert "“Wrong” stands again." in undo(rita, gone).words
    rita.post(back, {})
    assert rita.open(f"{ADDRESS}/feedback").words.count("Nobody has said anything about this version.") == 1


def test_letters_are_turned_off_with_one_click_and_a_notice_leads_where_it_speaks_of(as_person: ENTER):
    leo, rita = as_person("leo"), as_person("rita")
    off = leo.post("/notices/letters", leo.open("/notices").form("/notices/letters"))
    assert "You get no letters any more." in off.words
    assert "as it was before" in undo(leo, off).words
    assert "comes by e-mail as well" in leo.open("/notices").words
    rita.post(f"{ADDRESS}/feedback", {"sort": "outdated"})
    (told,) = leo.open("/notices").tree.xpath("(//ul[@class='notices']/li/p/a)[1]/@href")
    assert told == f"{ADDRESS}#feedback"
    assert leo.client.get("/notices/999999").status_code == 404
    assert rita.client.get("/notices/1").status_code in (302, 404)
