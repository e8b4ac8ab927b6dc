"""Uploads: files become drafts with their words, duplicates are told, archives are taken apart, versions follow."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import (
    ConflictError,
    DocumentRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from contentlib.domain.people import OPERATOR
from contentlib.domain.search import Facet
from contentlib.domain.uploads import AddedFile, Said, UploadStatus
from contentlib.library import Library
from contentlib.services import asset_rights, assets, documents, governance, operations, search, uploads
from contentlib.services.authoring import writing
from contentlib.storage.tables import AssetFile, AssetPicture
from tests.cast import LEO, MARCO, RITA
from tests.factories.hostile import SAMPLES, archive, deck, pdf, picture
from tests.factories.shops import Shop
from tests.integration.services.authored import versions_of

REAL = SAMPLES / "Hitachi.pdf"


def add(
    shop: Shop, data: bytes, name: str, *, said: Said | None = None, replaces: str | None = None
) -> list[AddedFile]:
    return list(
        shop.library.add_upload(shop.actor(MARCO), file=io.BytesIO(data), name=name, said=said, replaces=replaces)
    )


@contextlib.contextmanager
def unseen(_total: int | None, _label: str) -> Iterator[Callable[[int], None]]:
    yield lambda _: None


def find(library: Library, text: str) -> list[tuple[str, int | None]]:
    with library.read(OPERATOR) as reading:
        statuses = [status.value for status in AssetStatus]
        hits = search.find(reading, text=text, filters={Facet.STATUS: statuses}).hits
    return [(hit.slug, hit.page) for hit in hits]


def test_a_deck_becomes_a_draft_that_is_found_slide_by_slide_and_by_its_notes(shop: Shop):
    (added,) = add(shop, deck("Gearbox quadrille", notes="Mention zephyrbolt"), "Spring_deck-2026.pptx")
    assert (added.status, added.asset, added.version) == (UploadStatus.ADDED, "spring-deck-2026", 1)
    assert "kind-guessed" in {finding.code for finding in added.findings}
    shop.drain()
    assert find(shop.library, "quadrille") == [("spring-deck-2026", 2)]
    assert find(shop.library, "zephyrbolt") == [("spring-deck-2026", 2)]
    with shop.library.read(shop.actor(MARCO)) as reading:
        (hit,) = search.find(reading, text="quadrille", filters={Facet.STATUS: ["draft"]}).hits
        assert (hit.is_upload, hit.has_document, hit.page_count) == (True, False, 2)
        # Nothing drew it yet: the card that stands for it has the proportions of its slides.
        assert (hit.plate.blob, hit.plate.width, hit.plate.height) == (None, 3387, 1905)
        page = assets.get_page(reading, "spring-deck-2026")
    assert (page.title, page.kind, page.status, page.trust.owner) == (
        "Spring deck 2026", "deck", AssetStatus.DRAFT, MARCO.name,
    )  # fmt: skip
    assert page.trust.verified_on is None
    assert page.file is not None
    assert (page.file.name, page.has_document) == ("Spring_deck-2026.pptx", False)
    # Notes are for colleagues who search, and on no page that somebody might present.
    assert [(each.number, each.title, each.text, each.blob) for each in page.pages] == [
        (1, "First", "First", None), (2, "Gearbox quadrille", "Gearbox quadrille", None),
    ]  # fmt: skip


def draw(shop: Shop, slug: str) -> None:
    with shop.library.read(OPERATOR) as reading:
        version = asset_rights.get_seen(reading, slug).current_version_id
    shop.library.draw_pictures(version or 0)


@pytest.mark.files
def test_a_pdf_is_drawn_held_against_the_brand_and_kept_as_it_came(shop: Shop):
    data = b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + pdf(2, words="Night calls, nine suppliers")
    said: Said = {"kind": "case-study", "stages": ["Decision"], "industries": ["packaging"]}
    (added,) = add(shop, data, "Night calls.pdf", said=said)
    assert {"font", "phrase-required", "late-beginning"} <= {finding.code for finding in added.findings}
    draw(shop, "night-calls")
    with shop.library.read(OPERATOR) as reading:
        page = assets.get_page(reading, "night-calls")
        original = uploads.read_original(reading, "night-calls")
        assert original.path.read_bytes() == data
    assert page.file is not None
    assert (page.kind, [s.slug for s in page.stages if s.is_on], page.file.is_drawn, page.file.is_approximate) == (
        "case-study", ["decision"], True, False,
    )  # fmt: skip
    assert all(each.blob for each in page.pages)
    assert "Night calls" in " ".join(each.text for each in page.pages)

    # Side by side with the next version, what differs is found on the pictures of the pages too.
    add(shop, pdf(2, words="Night calls, two suppliers"), "Again.pdf", replaces="night-calls")
    draw(shop, "night-calls")
    with shop.library.read(OPERATOR) as reading:
        first, second = governance.compare(reading, slug="night-calls", number=2).changed_pages
    assert [(pair.before.number, pair.after.number) for pair in (first, second) if pair.before and pair.after] == [
        (1, 1), (2, 2),
    ]  # fmt: skip
    (gone,), (new,) = first.gone, first.new
    assert gone.x == pytest.approx(new.x, abs=50)
    assert 3_000 < gone.x < gone.right < 6_000

    # An earlier version that is taken up again knows where its words stand.
    with shop.library.work(shop.actor(MARCO)) as uow:
        governance.restore(uow, slug="night-calls", number=1)
    newest = versions_of(shop, "night-calls")[0].id
    with shop.library.read(OPERATOR) as reading:
        again = governance.compare(reading, slug="night-calls", number=3, against=2).changed_pages
        assert [(pair.new, pair.gone) for pair in again] == [(pair.gone, pair.new) for pair in (first, second)]
        reading.session.execute(sa.update(AssetPicture).where(AssetPicture.version_id == newest).values(lines=None))
        unknown = governance.compare(reading, slug="night-calls", number=3, against=2).changed_pages
    assert all(pair.gone == pair.new for pair in unknown), "where no words are known, pictures alone tell"
    with shop.library.read(OPERATOR) as reading:
        shop.library.blobs.path(assets.get_page(reading, "night-calls").plate.blob or "").unlink()
        lost = governance.compare(reading, slug="night-calls", number=2).changed_pages
    assert [(pair.gone, pair.new) for pair in lost] == [(pair.gone, pair.new) for pair in (first, second)], (
        "where a picture is lost, words alone tell"
    )


@pytest.mark.files
def test_what_nothing_here_draws_says_so_and_is_tried_again_without_saying_so_twice(shop: Shop):
    shop.library.office = None
    (added,) = add(shop, deck(), "A.pptx")
    for _ in range(2):
        draw(shop, added.asset or "")
    with shop.library.read(OPERATOR) as reading:
        found = [f for f in assets.get_page(reading, "a").findings if f.code == "no-preview"]
    assert [f.message for f in found] == ["No preview: LibreOffice is not installed here, which draws Office files."]


@pytest.mark.files
def test_the_same_file_again_names_who_has_it(shop: Shop):
    add(shop, picture(41), "Once.png")
    (again,) = add(shop, picture(41), "Another name.png")
    assert (again.status, again.asset, again.reason) == (
        UploadStatus.DUPLICATE, "once", "It is the same file as version 1 of “Once”.",
    )  # fmt: skip


def test_somebody_who_was_quicker_with_the_same_file_has_it(shop: Shop):
    """Two people read the same file at the same time; only one draft is written."""
    library, data = shop.library, picture(42)
    with library.blobs.receiving(io.BytesIO(data), most=10**6, name="r.png") as received:
        with library.read(shop.actor(MARCO)) as reading:
            prepared = uploads.prepare(reading, received, name="r.png", said={}, target=None, limit_mb=1)
        add(shop, data, "Quicker.png")
        assert isinstance(prepared, uploads.PreparedUpload)
        with library.work(shop.actor(MARCO)) as uow:
            answer = uploads.record(uow, prepared)
    assert (answer.status, answer.asset) == (UploadStatus.DUPLICATE, "quicker")


@pytest.mark.files
def test_two_files_of_one_name_get_two_addresses(shop: Shop):
    answers = [add(shop, picture(side), "Prices.png")[0].asset for side in (30, 31)]
    assert answers == ["prices", "prices-2"]
    (third,) = add(shop, picture(32), "Prices.png", said={"slug": "prices"})
    assert (third.asset, "slug-taken" in {finding.code for finding in third.findings}) == ("prices-3", True)


def test_a_new_file_waits_behind_the_published_one_and_takes_a_drafts_place(shop: Shop):
    add(shop, picture(43), "Plan.png", said={"title": "The plan", "slug": "plan"})
    (second,) = add(shop, picture(44), "Plan v2.png", replaces="plan")
    assert (second.asset, second.version) == ("plan", 2)
    with shop.library.work(OPERATOR) as uow:
        asset = asset_rights.get_seen(uow, "plan")
        assert (asset_rights.get_version(asset).number, asset.title) == (2, "The plan")
        asset.status = AssetStatus.PUBLISHED
    add(shop, picture(45), "Plan v3.png", replaces="plan")
    with shop.library.read(OPERATOR) as reading:
        asset = asset_rights.get_seen(reading, "plan")
        page = assets.get_page(reading, "plan")
    assert (asset_rights.get_version(asset).number, asset.status) == (2, AssetStatus.PUBLISHED)
    assert [(line.number, line.is_current, line.is_draft) for line in page.versions] == [
        (3, False, True), (2, True, False), (1, False, False),
    ]  # fmt: skip
    with shop.library.work(OPERATOR) as uow:
        asset_rights.get_seen(uow, "plan").status = AssetStatus.ARCHIVED
    with pytest.raises(ConflictError, match="Bring it back first"):
        add(shop, picture(40), "Plan v4.png", replaces="plan")
    assert "archived: bring it back" in add(shop, picture(43), "Plan again.png")[0].reason


@pytest.mark.files
def test_what_a_file_keeps_is_not_replaced_and_what_is_missing_neither(shop: Shop):
    with pytest.raises(ConflictError, match="kept equal to its file"):
        add(shop, picture(46), "x.png", replaces="round-at-a-glance")
    with pytest.raises(NotFoundError):
        add(shop, picture(46), "x.png", replaces="nothing-here")


TAGS = """name,title,kind,stages,tags,owner,colour
decks/one.pptx,Our first deck,deck,awareness; decision,uptime,leo@tarnwell.example,red
two.pdf,,brochure,,,,
missing-one.pptx,Gone,,,,,
two.pdf,Twice,,,,,
texts/night.md,,brochure,,,nobody@tarnwell.example,
"""


@pytest.mark.files
def test_an_archive_brings_each_file_with_what_its_table_says(shop: Shop):
    packed = archive(
        {
            "decks/one.pptx": deck(),
            "two.pdf": pdf(words="Two"),
            "inner.zip": archive({"a.md": b"# A"}),
            "texts/night.md": b"# Night calls\n\nThe pumps ring at three.\n",
            "texts/post.md": b"---\ntitle: A post\nkind: blogpost\n---\n## A\n\nWords.\n",
            "__MACOSX/._one.pptx": b"x",
            ".DS_Store": b"x",
            "broken.pdf": b"%PDF-1.7 nothing",
            "logo.png": picture(),
            "tags.csv": TAGS.encode("utf-8-sig"),
        }
    )
    answers = add(shop, packed, "Spring.zip")
    told = {answer.name: (answer.status.value, answer.asset, answer.reason) for answer in answers}
    assert told == {
        "broken.pdf": (
            "refused",
            None,
            "“broken.pdf” is damaged: it breaks off or is no sound PDF. Export it once more.",
        ),
        "one.pptx": ("added", "our-first-deck", ""),
        "inner.zip": ("refused", None, "“inner.zip” is an archive inside an archive. Pack its files directly."),
        "logo.png": ("added", "logo", ""),
        "night.md": ("added", "night-calls", ""),
        "post.md": ("added", "a-post", ""),
        "two.pdf": ("added", "two", ""),
        "tags.csv, line 1": ("refused", None, "The column “colour” is not known."),
        "tags.csv, line 4": ("refused", None, "There is no file “missing-one.pptx”. Did you mean “one.pptx”?"),
        "tags.csv, line 5": ("refused", None, "“two.pdf” stands in line 3 already."),
    }
    codes = {answer.name: {finding.code for finding in answer.findings} for answer in answers}
    assert "unknown-kind" in codes["two.pdf"]
    assert codes["night.md"] >= {"unknown-kind", "unknown-owner"}
    assert "unknown-kind" in codes["post.md"], "a text of another system brings no kind of its own"
    # Each says which archive it came in, and where it lay there, wherever it is told what became of it.
    within = {answer.name: answer.within for answer in answers}
    assert (within["one.pptx"], within["night.md"]) == ("Spring.zip/decks", "Spring.zip/texts")
    assert set(within.values()) == {"Spring.zip", "Spring.zip/decks", "Spring.zip/texts"}
    with shop.library.read(OPERATOR) as reading:
        page, text = (assets.get_page(reading, slug) for slug in ("our-first-deck", "night-calls"))
    assert [line.deed for line in (*page.history, *text.history)] == [
        "Uploaded, from Spring.zip/decks", "Begun here, from Spring.zip/texts",
    ]  # fmt: skip
    assert [stage.slug for stage in page.stages if stage.is_on] == ["awareness", "decision"]
    assert (page.trust.owner, [slug for _, slug, _ in page.terms]) == (LEO.name, ["uptime"])
    assert not [*shop.library.settings.data.glob(".passing-*")]


@pytest.mark.files
def test_markdown_is_authored_whatever_stands_above_it(shop: Shop, tmp_path: Path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "plain.md").write_text("# Night calls\n\nThe pumps ring at three.\n")
    (folder / "whole.md").write_text(
        "---\ntitle: Whole\nkind: one-sheeter\nslug: whole-text\n---\n\n## Why\n\nWords.\n"
    )
    (tmp_path / "secret.txt").write_text("Nobody chose this.")
    (folder / "z.md").symlink_to(tmp_path / "secret.txt")
    told: list[str] = []
    answers = shop.library.add_upload(
        shop.actor(MARCO), file=folder, said={"kind": "case-study"}, on_file=lambda answer: told.append(answer.name)
    )
    assert [(answer.asset, answer.status.value) for answer in answers] == [
        ("night-calls", "added"), ("whole-text", "added"), (None, "refused"),
    ]  # fmt: skip
    assert told == ["plain.md", "whole.md", "z.md"]
    assert answers[2].reason.startswith("It is a link that leads out of the folder.")
    (folder / "z.md").unlink()
    with shop.library.read(OPERATOR) as reading:
        page = assets.get_page(reading, "night-calls")
        assert reading.session.scalar(sa.select(sa.func.count()).select_from(AssetFile)) == 0
    assert (page.kind, page.trust.owner, page.status) == ("case-study", MARCO.name, AssetStatus.DRAFT)
    again = shop.library.add_upload(shop.actor(MARCO), file=folder, said={"kind": "case-study"})
    assert {answer.status for answer in again} == {UploadStatus.DUPLICATE}


@pytest.mark.files
def test_a_rep_may_not_and_unknown_words_are_named_before_anything_is_read(shop: Shop):
    with pytest.raises(ForbiddenError):
        shop.library.add_upload(shop.actor(RITA), file=REAL)
    said: Said = {"kind": "case-stdy", "stages": ["decision", "later"], "owner": "nobody@tarnwell.example"}
    with shop.library.read(OPERATOR) as reading, pytest.raises(InvalidInputError) as refused:
        uploads.check_said(reading, said)
    assert [error.field for error in refused.value.fields] == ["kind", "stages", "owner"]


def test_an_original_is_for_those_who_may_see_its_version_or_used_it(shop: Shop):
    add(shop, picture(47), "Offer.png")
    with shop.library.read(shop.actor(RITA)) as reading, pytest.raises(NotFoundError):
        uploads.read_original(reading, "offer")
    with shop.library.work(OPERATOR) as uow:
        asset_rights.get_seen(uow, "offer").status = AssetStatus.PUBLISHED
    add(shop, picture(48), "Offer 2.png", replaces="offer")
    with shop.library.read(shop.actor(RITA)) as reading:
        assert uploads.read_original(reading, "offer").name == "Offer.png"
        with pytest.raises(NotFoundError):
            uploads.read_original(reading, "offer", 2)
        with pytest.raises(NotFoundError, match="was not uploaded"):
            uploads.read_original(reading, "round-at-a-glance")
    with shop.library.read(shop.actor(MARCO)) as reading:
        assert uploads.read_original(reading, "offer", 2).name == "Offer 2.png"


@pytest.mark.files
def test_nothing_is_drawn_or_written_on_an_upload(shop: Shop):
    add(shop, picture(49), "Theirs.png")
    with shop.library.work(OPERATOR) as uow:
        asset_rights.get_seen(uow, "theirs").status = AssetStatus.PUBLISHED
    with shop.library.read(shop.actor(MARCO)) as reading:
        with pytest.raises(DocumentRefusedError, match="uploaded as a file"):
            documents.open_fields(reading, "theirs")
        with pytest.raises(DocumentRefusedError, match="uploaded as a file"):
            documents.prepare(reading, asset="theirs", deal=None, filling=documents.Filling(), personalise=False)
        with pytest.raises(ConflictError, match="Upload a new one"):
            writing.open_text(reading, "theirs")


def test_a_lost_original_is_found_missing_and_an_upload_that_fails_leaves_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    (added,) = add(shop, picture(50), "Kept.png")
    with shop.library.read(OPERATOR) as reading:
        blob = reading.session.scalars(sa.select(AssetFile.blob)).one()
    shop.library.blobs.forget(blob)
    with shop.library.read(OPERATOR) as reading:
        lost = [d for d in operations.verify(reading, unseen) if d.blob == blob]
    assert [d.message for d in lost] == [
        f"The stored file of Kept.png, the original of version 1 of “{added.asset}” is missing."
    ]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shop.library.blobs, "keep", full)
    before = {path for path in shop.library.settings.data.rglob("*") if path.is_file()}
    with pytest.raises(OSError, match="No space"):
        add(shop, picture(51), "Lost.png")
    after = {path for path in shop.library.settings.data.rglob("*") if path.is_file()}
    assert not {path for path in after - before if "blobs" in path.parts}
    with shop.library.read(OPERATOR) as reading, pytest.raises(NotFoundError):
        asset_rights.get_seen(reading, "lost")
