"""The marketers' table in the pages: many at once are shown what happens first, and sheets go out and come in."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from contentlib.jobs import runner
from contentlib.library import Library
from contentlib.services.bulk import runs
from contentlib.storage.jobs import JobKind
from tests.web.conftest import ONE_SHEETER, email_of
from tests.web.critic import Critic, Page

Enter = Callable[[str | None], Critic]
OTHER = "order-form"


@pytest.fixture
def marco(as_person: Enter) -> Critic:
    return as_person("marco")


def undo(critic: Critic, page: Page) -> Page:
    (form,) = page.tree.xpath("//div[contains(@class, 'toast')]//form")
    return critic.post(form.get("action"), {name: value for name, value in form.form_values() if name != "csrf_token"})


def sent(page: Page, action: str) -> dict[str, object]:
    """Everything a form would send, a name that stands several times with all its values."""
    (form,) = page.tree.xpath("//form[@action=$action]", action=action)[:1]
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return dict(values)


def row_of(critic: Critic, slug: str) -> str:
    return critic.open(f"/library?text={slug}").text_of(f"//tbody/tr[.//a[@href='/assets/{slug}']]")


def test_the_table_is_filtered_in_the_address(leo: Critic):
    # Others bring assets into this library as well; these are its own.
    page = leo.open("/library")
    titles = page.texts("//tbody//th//a")
    assert len(page.tree.xpath("//tbody//th//*[@class='plated']/*[1][self::img or self::span]")) == len(titles)
    assert {"A draft nobody has read", "Order form", "Tarnwell Rounds"} <= set(titles)
    assert leo.open("/library?status=draft&text=nobody").texts("//tbody//th//a") == ["A draft nobody has read"]
    assert leo.open("/library?kind=order-form&text=order").texts("//tbody//th//a") == ["Order form"]
    assert "Show all assets" in leo.open("/library?owner=left&tag=tags:x").words
    assert leo.open("/library?sort=title").texts("//tbody//th//a") == sorted(titles, key=str.casefold)


def test_one_deed_for_many_is_asked_shown_done_and_taken_back(leo: Critic):
    before = row_of(leo, ONE_SHEETER)
    asked = leo.post("/library/bulk", {"deed": "owner", "slugs": [ONE_SHEETER, OTHER], "back": "/library?sort=title"})
    assert "2 assets chosen" in asked.words
    refused = leo.post("/library/bulk", sent(asked, "/library/bulk"))
    assert refused.response.status_code == 400
    assert "Choose who is to own them." in refused.words
    shown = leo.post("/library/bulk", sent(refused, "/library/bulk") | {"owner": email_of("marco")})
    assert "2 of 2 will be handed over" in shown.words
    assert row_of(leo, ONE_SHEETER) == before  # nothing is written yet
    done = leo.post("/library/bulk/do", sent(shown, "/library/bulk/do"))
    assert "2 assets handed over." in done.words
    assert done.response.request.full_path == "/library?sort=title"
    assert "Marco Bellini" in row_of(leo, ONE_SHEETER)
    again = leo.post("/library/bulk", sent(asked, "/library/bulk") | {"owner": email_of("marco")})
    assert "2 are so already" in again.words
    assert not again.tree.xpath("//form[@action='/library/bulk/do']")
    assert "Taken back for 2 assets." in undo(leo, done).words
    assert row_of(leo, ONE_SHEETER) == before


def test_the_assets_of_who_leaves_are_handed_over_from_their_page(as_person: Enter):
    ada = as_person("ada")
    leo = {"deed": "owner", "slugs": [OTHER], "again": "yes", "owner": email_of("leo")}
    given = ada.post("/library/bulk/do", leo)
    page = ada.open(f"/admin/people/{email_of('leo')}")
    (action,) = page.tree.xpath("//form[contains(@action, '/library/bulk')]/@action")
    asked = ada.post(action, sent(page, action))
    assert "1 asset chosen" in asked.words
    shown = ada.post("/library/bulk", sent(asked, "/library/bulk") | {"owner": email_of("marco")})
    assert "1 of 1 will be handed over" in shown.words
    assert "Taken back" in undo(ada, given).words


def test_what_refuses_is_named_with_its_reason(marco: Critic):
    order = {"deed": "archive", "slugs": [ONE_SHEETER, OTHER], "again": "yes", "reason": "Two are enough"}
    shown = marco.post("/library/bulk", order)
    assert "None of 2 would change" in shown.words
    assert shown.texts("//section[h2='Cannot be']//li")


def test_every_deed_asks_for_what_it_needs(leo: Critic):
    for deed in ("tag", "untag", "stage", "dates", "archive", "relink", "accept"):
        asked = leo.post("/library/bulk", {"deed": deed, "slugs": [OTHER], "link": "https://gone.example"})
        fields = "//form[@action='/library/bulk']//*[self::select or self::input[@type!='hidden']]"
        assert asked.tree.xpath(fields), deed
    # What was looked at is changed without choosing and typing anew.
    looked = leo.post("/library/bulk", {"deed": "dates", "slugs": [OTHER], "publish_on": "2031-05-01", "again": "yes"})
    (form,) = looked.tree.xpath("//form[button='Change it']")
    assert leo.post("/library/bulk", dict(form.form_values())).tree.xpath("//input[@value='2031-05-01']/@type") == [
        "date"
    ]


def test_so_many_that_it_takes_a_while_go_on_a_page_of_their_own(
    leo: Critic, web_library: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    order = {
        "deed": "dates",
        "every": "yes",
        "again": "yes",
        "review_by_on": "2031-02-03",
        "back": "/library?sort=title",
    }
    begun = leo.post("/library/bulk?kind=order-form&text=order", order)
    address = begun.response.request.path
    assert "Looking what would happen" in begun.words
    assert "Set dates: 1 asset" in leo.open("/library").words
    runner.drain(web_library, [JobKind.CHANGE_MANY])
    looked = leo.open(f"{address}?back=/library")
    assert "review by 3 Feb 2031" in looked.words
    assert "1 of 1 will be given the dates" in looked.words
    assert "2031" not in row_of(leo, OTHER)
    assert "Being done" in leo.post(address, {"do": "go", "back": "/library"}).words
    runner.drain(web_library, [JobKind.CHANGE_MANY])
    assert "1 of 1 given the dates" in leo.open(address).words
    assert "3 Feb 2031" in row_of(leo, OTHER)
    leo.post(address, {"do": "undo"})
    runner.drain(web_library, [JobKind.CHANGE_MANY])
    assert "Taken back for 1 of 1" in leo.open(address).words
    assert "2031" not in row_of(leo, OTHER)
    stopped = leo.post("/library/bulk?kind=order-form&text=order", order).response.request.path
    assert "Nothing was changed." in leo.post(stopped, {"do": "stop"}).words
    leo.open(stopped, status=404)


@pytest.mark.parametrize("address", ["/library?sort=title", "/deals?whose=all", "/?sort=newest"])
def test_a_page_beyond_the_end_of_a_list_leads_to_its_last(leo: Critic, address: str):
    assert leo.client.get(f"{address}&page=99").location == address


def test_nothing_chosen_is_said_plainly(leo: Critic):
    page = leo.post("/library/bulk", {"deed": "verify", "back": "/library?stage=decision"})
    assert page.response.request.full_path == "/library?stage=decision"
    assert "Choose at least one asset first" in page.words
    page = leo.post("/library/bulk?mend=dead-link", {"deed": "ask", "every": "yes", "again": "yes"})
    assert "No asset is left that this is about." in page.words


def test_all_that_match_are_chosen_by_the_filter(leo: Critic):
    shown = leo.post("/library/bulk?kind=order-form&text=order", {"deed": "verify", "every": "yes"})
    assert "1 of 1 will be marked as still right" in shown.words


def send(critic: Critic, text: str, **more: str) -> Page:
    file = (io.BytesIO(text.encode()), "library.csv")
    return critic.post("/library/sheet", {"file": file, **more}, content_type="multipart/form-data")


def test_a_sheet_goes_out_and_comes_in_after_a_dry_run(leo: Critic):
    out = leo.client.get("/library.csv").get_data(as_text=True)
    assert "Every row that can be taken stands in the library so already." in send(leo, out).words
    changed = f"slug,review_by\n{OTHER},2031-01-01\nnowhere,2031-01-01\n"
    dry = send(leo, changed)
    assert "Dry run: nothing is written yet" in dry.words
    assert dry.texts("//section[contains(@class, 'refused-rows')]//tbody/tr/td") == [
        "3",
        "There is no asset “nowhere”.",
    ]
    assert "2031" not in row_of(leo, OTHER)
    kept = {name: value for name, value in sent(dry, "/library/sheet").items() if name in {"kept", "file_name"}}
    refused = leo.client.post("/library/sheet", data=kept | {"do": "refused"})
    assert refused.get_data(as_text=True).splitlines()[1:] == ["nowhere,2031-01-01,There is no asset “nowhere”."]
    done = leo.post("/library/sheet", kept | {"do": "write"})
    assert "1 Jan 2031" in row_of(leo, OTHER)
    (address,) = done.tree.xpath("//form[contains(@action, '/undo')]/@action")
    leo.post(address, {})
    assert leo.client.get("/library.csv").get_data(as_text=True) == out


def test_a_large_sheet_goes_on_a_page_of_its_own(leo: Critic, web_library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 1)
    begun = send(leo, f"slug,review_by,mood\n{OTHER},2031-01-01,\nnowhere,2031-01-01,\n,2031-01-01,\n")
    address = begun.response.request.path
    assert "library.csv, 3 rows. Nothing is written" in begun.words
    assert "Not known here, and left alone: mood." in begun.words
    runner.drain(web_library, [JobKind.CHANGE_MANY])
    looked = leo.open(address)
    assert "Change 1 asset" in looked.words
    assert "Line 4 It names no asset" in looked.words
    refused = leo.client.get(f"{address}/refused.csv").get_data(as_text=True)
    assert refused.splitlines()[1] == "nowhere,2031-01-01,,There is no asset “nowhere”."
    leo.post(address, {"do": "stop"})


def test_what_is_no_sheet_is_refused_in_a_sentence(leo: Critic):
    for text, told in (("title\nx\n", "“slug”"), ("slug,slug\n", "each once"), ("\0", "not a text file")):
        assert told in send(leo, text).words


def test_reps_get_none_of_it(rita: Critic):
    for address in ("/library", "/library.csv", "/library/sheet"):
        assert rita.client.get(address).status_code == 403


def test_what_nobody_looks_after_is_shown_and_mended_with_a_look_before(leo: Critic):
    leo.post("/library/bulk/do", {"deed": "dates", "slugs": [OTHER], "review_by_on": "2020-01-01"})
    page = leo.open("/library/hygiene")
    overdue = "//li[@id='overdue']"
    assert "Order form" in page.text_of(overdue)
    form, ask = page.tree.xpath(f"{overdue}//form[.//button]")
    assert "Ask their owners" in ask.text_content()
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    shown = leo.post(form.get("action"), dict(values))
    assert "1 of 1 will be marked as still right" in shown.words
    done = leo.post("/library/bulk/do", sent(shown, "/library/bulk/do"))
    assert done.response.request.path == "/library/hygiene"
    assert not done.tree.xpath(overdue)
