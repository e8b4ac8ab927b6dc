"""The brand page: every part of a brand with what is wrong with it; its files and nothing else of its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import flask
import pytest

from contentlib.app import create_app
from contentlib.branding import brand
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import people
from contentlib.settings import Settings
from contentlib.storage.queries import people as people_queries
from tests.web.conftest import ONE_SHEETER, email_of, key
from tests.web.critic import Critic, look

ENTER = Callable[[str | None], Critic]

# A brand is files; that these pages open on PostgreSQL too is asked with all others.
pytestmark = pytest.mark.files

SECOND = """meta: {name: Second}
logo: {images: {mark: {path: mark.svg, alt: Second}}, small: mark, medium: mark, large: mark}
color: {palette: {ink: "#111111", paper: "#FFFFFF", pale: "#EEEEEE"}, foreground: ink, background: paper, primary: ink,
  secondary: ink, tertiary: pale, success: ink, info: ink, warning: pale, danger: pale, light: paper, dark: ink}
typography:
  fonts: [{family: IBM Plex Sans, source: file, files: [{path: plex.ttf, weight: 400, style: normal}]}]
  base: IBM Plex Sans
  headings: IBM Plex Sans
"""


@pytest.fixture
def two_brands(web_app: flask.Flask, tmp_path: Path) -> Iterator[Path]:
    """The company's own brand, and a second one beside it, in a folder of their own."""
    own = Path(web_app.config["BRAND_FOLDER"])
    shutil.copy(own / "_brand.yml", tmp_path)
    for name in ("fonts", "logos"):
        shutil.copytree(own / name, tmp_path / name)
    second = tmp_path / "second"
    second.mkdir()
    (second / "_brand.yml").write_text(SECOND)
    (second / "mark.svg").write_bytes(next((own / "logos").glob("*mark.svg")).read_bytes())
    (second / "plex.ttf").write_bytes((own / "fonts" / "ibm-plex-sans-400.ttf").read_bytes())
    web_app.config["BRAND_FOLDER"] = tmp_path
    yield tmp_path
    web_app.config["BRAND_FOLDER"] = own
    for kept in ("brand-sheets", "brand-findings"):
        web_app.extensions.pop(kept, None)


@pytest.mark.parametrize(("who", "may"), [("rita", False), ("marco", True), ("leo", True), ("ada", True)])
def test_those_who_keep_the_library_see_the_brand(as_person: ENTER, who: str, may: bool):
    critic = as_person(who)
    for address in ("/brand", "/brand/type.css", "/brand/files/logos/tarnwell-mark.svg"):
        with critic.client.get(address) as answer:
            assert answer.status_code == (200 if may else 403), address


def test_every_part_of_the_brand_is_shown(leo: Critic):
    page = leo.open("/brand")
    assert page.texts("//main//h2") == ["Checks", "Colour", "Pairs", "Type", "Logo", "Words", "Kinds"]
    assert "This is the sample brand that the product comes with." in page.words
    assert "Nothing is wrong with the brand." in page.words
    assert "Cobalt #2546A8" in page.words
    assert "guaranteed savings" in page.words
    assert {"Case study", "Deck", "Battlecard"} <= set(page.texts("//main//h3"))
    drawn = page.tree.xpath("//table[@class='pairs']//td//*[name()='text']")
    written = page.texts("//table[@class='pairs']//td")
    assert "1.2" in written, "a pair that fails is told and not drawn"
    assert 0 < len(drawn) < len(written)


def test_what_the_page_shows_is_served_and_nothing_else(leo: Critic):
    page = leo.open("/brand")
    (src,) = {href.split("?")[0] for href in page.tree.xpath("//*[name()='image']/@href") if "wordmark.svg" in href}
    assert leo.fetch(src).startswith(b"<svg")
    css = leo.fetch("/brand/type.css").decode()
    assert 'font-family:"brand Bricolage Grotesque"' in css
    assert "--brand-primary" not in css, "another brand may not colour the page"
    for address in ("_brand.yml", "fonts/README.md", "../pyproject.toml", "fonts/none.ttf"):
        assert leo.client.get(f"/brand/files/{address}").status_code == 404, address


def test_several_brands_stand_side_by_side(leo: Critic, two_brands: Path, monkeypatch: pytest.MonkeyPatch):
    page = leo.open("/brand?brand=second")
    assert page.texts("//ul[@aria-label='Brands side by side']//a") == ["Tarnwell", "Second"]
    assert "#EEEEEE" in page.words
    assert "0 published assets are drawn with it" in page.words
    kinds = page.text_of("//section[@aria-labelledby='kinds']")
    assert "No asset of this kind is drawn with it yet." in kinds
    assert "1 asset" not in kinds, "what is drawn with another brand is no specimen of this one"
    assert "1 asset" in leo.open("/brand").text_of("//section[@aria-labelledby='kinds']")
    assert leo.client.get("/brand?brand=secnd").status_code == 404
    read = Mock(wraps=brand.hash_folder)
    monkeypatch.setattr(brand, "hash_folder", read)
    leo.open("/brand")
    assert read.call_count == 2, "the files of each brand are read once"


def test_a_brand_that_cannot_be_used_says_what_to_mend(leo: Critic, two_brands: Path):
    (two_brands / "second" / "_brand.yml").write_text(SECOND.replace("foreground: ink", "foreground: inc"))
    page = leo.open("/brand?brand=second")
    assert "cannot be used" in page.words
    assert "Line 3." in page.text_of("//section[@aria-labelledby='checks']")


def test_a_library_whose_own_brand_is_broken_from_the_start_goes_on(
    leo: Critic, as_person: ENTER, two_brands: Path, web_app: flask.Flask
):
    file, sound = two_brands / "_brand.yml", (two_brands / "_brand.yml").read_text()
    kept = {name: web_app.extensions.pop(name, None) for name in ("brand", "site")}
    try:
        file.write_text(sound.replace("primary: cobalt", "primary: cobolt"))
        assert "Sign in" in as_person(None).open("/sign-in").words
        assert leo.client.get("/brand.css").get_data() == b""
        assert leo.client.get("/brand/mark-light.svg").status_code == 404
        assert leo.open("/").texts("//a[@class='home']") == ["Library"]
        words = leo.open("/brand").words
        assert "cannot be used" in words
        assert str(two_brands) not in words
        file.write_text(sound)
        assert leo.open("/").texts("//a[@class='home']") == ["Tarnwell library"], "mended, it is back by itself"
    finally:
        for name, before in kept.items():
            web_app.extensions.pop(name, None)
            web_app.extensions |= {name: before} if before else {}


@pytest.fixture
def in_broken_brand(web_template: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Callable[[str], Critic]]:
    """The same library with a brand of its own, whose file is broken while it runs; open its door as somebody."""
    shutil.copytree(web_template, tmp_path / "data")
    folder = Path(shutil.copytree(Settings().brand_folder, tmp_path / "brand"))
    with Library(Settings(data=tmp_path / "data", brand=folder), sandbox=sandbox) as library:
        app = create_app(library, is_on_loopback=True)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)

        def enter(who: str) -> Critic:
            with library.work(OPERATOR) as uow:
                person = people_queries.get_by_email(uow.session, email_of(who))
                token = people.open_sign_in(uow, person_id=person.id)
            client = app.test_client()
            client.set_cookie("contentlib-sign-in", token)
            return Critic(client)

        file = folder / "_brand.yml"
        file.write_text(file.read_text().replace("primary: cobalt", "primary: cobolt"))
        yield enter


def test_whoever_wants_a_document_of_a_broken_brand_is_told_in_words_of_their_own(
    in_broken_brand: Callable[[str], Critic],
):
    rep = in_broken_brand("rita")
    assert rep.open(f"/assets/{ONE_SHEETER}").response.status_code == 200
    told = [
        rep.open(f"/assets/{ONE_SHEETER}/personalise", status=503),
        look(rep.client.post(f"/assets/{ONE_SHEETER}/download", data={"deal": "none", "key": key("broken")})),
    ]
    for page in told:
        assert "its files have to be mended first" in page.words
        assert "The page Brand" in page.words
        assert not any(word in page.words for word in ("cobolt", "_brand.yml", "Line "))


def test_a_text_can_be_written_on_while_the_brand_is_broken(in_broken_brand: Callable[[str], Critic]):
    marketer = in_broken_brand("marco")
    marketer.client.post("/library/write/a-draft/take-over")
    page = marketer.open("/library/write/a-draft")
    assert "Zeppelins are mentioned" in page.words
    sent = {**page.form("/library/write/a-draft"), "do": "check"}
    shown = marketer.client.post("/library/write/a-draft", data=sent).get_data(as_text=True)
    assert "its files have to be mended first" in shown
    assert "cobolt" not in shown
    saved = marketer.client.post(
        "/library/write/a-draft", data={**sent, "text": f"{sent['text']}\nMore.", "do": "save"}
    )
    assert saved.status_code == 302
    assert marketer.open("/library/upload").response.status_code == 200
    assert "cobolt" in marketer.open("/brand").words, "where it is mended, the line is told"


def test_a_changed_brand_is_not_answered_from_before(leo: Critic, two_brands: Path):
    address = "/brand/type.css?brand=second"
    first = leo.client.get(address)
    again = leo.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    (two_brands / "second" / "_brand.yml").write_text(SECOND + "\n# changed\n")
    changed = leo.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
