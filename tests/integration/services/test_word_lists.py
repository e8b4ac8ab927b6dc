"""The company's words: what hangs on each is counted, nothing loses its word, and old names go on meaning it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import Vocabulary
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.imports import DealRow
from contentlib.domain.search import Facet
from contentlib.domain.taxonomy import Touches, Word, WordList
from contentlib.services import saved_searches, search, word_lists
from contentlib.services.deals import get as get_deal
from contentlib.storage.queries import word_lists as queries
from contentlib.storage.tables import (
    Asset,
    AssetTerm,
    AuditEntry,
    DealStage,
    DealStageEntry,
    Job,
    Term,
    UsageEvent,
    WordAlias,
)
from tests.cast import LEO, MARCO, RITA
from tests.factories.shops import Shop

TAGS, STAGES, DEAL_STAGES, INDUSTRIES = WordList.TAGS, WordList.STAGES, WordList.DEAL_STAGES, WordList.INDUSTRIES


def get(shop: Shop, words: WordList, slug: str) -> Word:
    with shop.library.read(shop.actor(LEO)) as reading:
        return word_lists.get_word(reading, words, slug)


def slugs(shop: Shop, words: WordList) -> list[str]:
    with shop.library.read(shop.actor(LEO)) as reading:
        return [word.slug for word in word_lists.list_words(reading, words) if not word.is_retired]


def count_found(shop: Shop, **filters: str) -> int:
    with shop.library.read(shop.actor(RITA)) as reading:
        return search.find(reading, filters={Facet(name): [value] for name, value in filters.items()}).total


def test_what_hangs_on_a_word_is_counted(shop: Shop):
    with shop.library.work(shop.actor(RITA)) as uow:
        saved_searches.save(uow, name="Food", words="", filters={"industry": ["food-and-drink"]})
    found = count_found(shop, industry="food-and-drink")
    assert found
    with shop.library.read(shop.actor(LEO)) as reading:
        every = queries.asset_ids(reading.session, INDUSTRIES, queries.list_rows(reading.session, INDUSTRIES)[0].id)
    touches = get(shop, INDUSTRIES, "food-and-drink").touches
    assert touches == Touches(assets=len(every), deals=1, searches=1)
    assert get(shop, STAGES, "decision").touches.deal_stages == ("Proposal", "Negotiation")
    assert get(shop, DEAL_STAGES, "discovery").touches.deals == 5


def test_a_new_name_shows_on_everything_and_the_old_one_goes_on_working(shop: Shop):
    found = count_found(shop, industry="food-and-drink")
    with shop.library.work(shop.actor(LEO)) as uow:
        assert word_lists.change(uow, INDUSTRIES, "food-and-drink", label="Gastronomy")
    shop.drain()
    assert count_found(shop, industry="food-and-drink") == found
    with shop.library.read(shop.actor(RITA)) as reading:
        assert search.find(reading, text="gastronomy").total >= found
        assert get_deal(reading, "K-1").industry == "Gastronomy"
    row = DealRow(line=2, deal="K-9", account="New & Co", industry="Food and drink", stage="Discovery")
    assert shop.import_deals(row).created == 1
    assert get(shop, INDUSTRIES, "food-and-drink").touches.deals == 2  # no new industry came of the old name
    with shop.library.work(shop.actor(LEO)) as uow:
        assert not word_lists.change(uow, INDUSTRIES, "food-and-drink", label="Gastronomy")


def test_merged_words_are_one_for_assets_deals_searches_addresses_files_and_imports(shop: Shop):
    both = count_found(shop, industry="food-and-drink") + count_found(shop, industry="packaging")
    with shop.library.read(shop.actor(LEO)) as reading:
        asked = {Facet.INDUSTRY: ["food-and-drink", "packaging"]}
        either = search.find(reading, filters=asked).total
    with shop.library.work(shop.actor(RITA)) as uow:
        kept = saved_searches.save(uow, name="Both", words="", filters={"industry": ["packaging", "food-and-drink"]})
    with shop.library.work(shop.actor(LEO)) as uow:
        merged = word_lists.merge(uow, INDUSTRIES, "packaging", into="food-and-drink")
    shop.drain()
    assert either <= both
    assert count_found(shop, industry="food-and-drink") == count_found(shop, industry="packaging") == either
    with shop.library.read(shop.actor(RITA)) as reading:
        assert saved_searches.get_own(reading, kept.id).filters == {"industry": ["food-and-drink"]}
    assert "packaging" not in slugs(shop, INDUSTRIES)
    shop.write("deck/new-deck.md", "---\ntitle: A new deck\nindustries: [packaging]\n---\n\n## One\n\nWords.\n")
    assert not [w for w in shop.sync().warnings if w.code == "unknown-term"]
    deal = DealRow(line=2, deal="K-9", account="New & Co", industry="Packaging", stage="Discovery")
    assert shop.import_deals(deal).created == 1
    assert get(shop, INDUSTRIES, "food-and-drink").touches.deals == 2

    # Taken back, what had it has it again; what said it meanwhile has the other and keeps that.
    with shop.library.work(shop.actor(LEO)) as uow:
        back = word_lists.unmerge(uow, INDUSTRIES, merged.id)
    shop.drain()
    assert (back.label, back.touches) == ("Packaging", merged.touches)
    apart = [count_found(shop, industry=slug) for slug in ("food-and-drink", "packaging")]
    assert sum(apart) == both + 1  # the new deck
    assert get(shop, INDUSTRIES, "food-and-drink").touches.deals == 2
    with shop.library.read(shop.actor(RITA)) as reading:
        assert saved_searches.get_own(reading, kept.id).filters == {"industry": ["packaging", "food-and-drink"]}


def word_tables(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Give every row that is a word or says one."""
    tables = (Term, DealStage, AssetTerm, WordAlias, UsageEvent, DealStageEntry)
    with shop.library.read(shop.actor(LEO)) as reading:
        every = {table.__tablename__: list(reading.session.execute(sa.select(table.__table__))) for table in tables}
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in every.items()}


def test_merges_are_taken_back_one_after_the_other_as_if_they_had_not_been(shop: Shop):
    shop.use(RITA, deal="K-2")
    before = word_tables(shop)
    with shop.library.work(shop.actor(LEO)) as uow:
        done = [
            (words, word_lists.merge(uow, words, slug, into=into).id)
            for words, slug, into in (
                (TAGS, "uptime", "competitor"),
                (TAGS, "competitor", "offline-use"),
                (DEAL_STAGES, "proposal", "negotiation"),
            )
        ]
        word_lists.add(uow, TAGS, label="Another")  # may take the number of one that went
        with pytest.raises(ConflictError, match="Take back first"):
            word_lists.unmerge(uow, *done[0])
        assert [each.label for each in word_lists.list_merged(uow, TAGS, "offline-use")] == ["Competitor"]
        word_lists.remove_unused(uow, TAGS, "another")
        for words, merge in reversed(done):
            word_lists.unmerge(uow, words, merge)
    assert word_tables(shop) == before
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(NotFoundError):
        word_lists.unmerge(uow, *done[0])


def test_a_merge_stays_where_its_name_was_given_away_and_after_a_day(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        merge = word_lists.merge(uow, TAGS, "uptime", into="competitor").id
        word_lists.add(uow, TAGS, label="Uptime")
        with pytest.raises(ConflictError, match="has its name now"):
            word_lists.unmerge(uow, TAGS, merge)
        word_lists.remove_unused(uow, TAGS, "uptime")
    shop.clock.move(hours=25)
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(NotFoundError):
        word_lists.unmerge(uow, TAGS, merge)


def test_a_merged_deal_stage_takes_history_and_usage_along_and_leaves_no_gap(shop: Shop):
    shop.use(RITA, deal="K-2")
    with shop.library.work(shop.actor(LEO)) as uow:
        merged = word_lists.merge(uow, DEAL_STAGES, "proposal", into="negotiation")
    assert merged.touches.deals == 2
    with shop.library.read(shop.actor(LEO)) as reading:
        rows = {row.slug: row for row in queries.list_rows(reading.session, DEAL_STAGES, pipeline_id=1)}
        assert [row.position for row in rows.values()] == [0, 1, 2, 3]
        used = reading.session.scalar(sa.select(UsageEvent.stage_id))
        entered = reading.session.scalar(
            sa.select(sa.func.count()).where(DealStageEntry.stage_id == rows["negotiation"].id)
        )
        assert (used, entered) == (rows["negotiation"].id, 3)
        assert get_deal(reading, "K-2").stage == "Negotiation"
        waiting = set(reading.session.scalars(sa.select(Job.kind)))
    assert "rate usage" in waiting
    again = DealRow(line=2, deal="K-2", account="Lark Ltd", stage="Proposal")
    assert not shop.import_deals(again).refused


def test_a_retired_word_stays_where_it_is_and_comes_back(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        assert word_lists.retire(uow, STAGES, "decision").touches.assets
    assert "decision" not in slugs(shop, STAGES)
    assert count_found(shop, stage="decision")
    with shop.library.read(shop.actor(RITA)) as reading:
        marks = [[mark.slug for mark in hit.stages] for hit in search.find(reading).hits]
    assert any("decision" in each for each in marks)
    assert any("decision" not in each for each in marks)
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.bring_back(uow, STAGES, "decision")
    assert slugs(shop, STAGES) == ["awareness", "consideration", "decision", "onboarding"]


def test_words_are_put_in_order_and_back(shop: Shop):
    before = slugs(shop, STAGES)
    with shop.library.work(shop.actor(LEO)) as uow:
        assert word_lists.move(uow, STAGES, "onboarding", place=1) == 4
    assert slugs(shop, STAGES) == ["onboarding", "awareness", "consideration", "decision"]
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.move(uow, STAGES, "onboarding", place=4)
    assert slugs(shop, STAGES) == before


def test_what_was_added_can_be_taken_away_while_nothing_has_it(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        made = word_lists.add(uow, DEAL_STAGES, label="Legal review", funnel_stage="decision")
        assert (made.slug, made.funnel_stage, made.place) == ("legal-review", "decision", 6)
        word_lists.remove_unused(uow, DEAL_STAGES, "legal-review")
    assert "legal-review" not in slugs(shop, DEAL_STAGES)
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(ConflictError):
        word_lists.remove_unused(uow, DEAL_STAGES, "discovery")


@pytest.mark.parametrize(
    ("words", "sent", "field"),
    [
        (TAGS, {"label": "  "}, "label"),
        (TAGS, {"label": "x" * 81}, "label"),
        (TAGS, {"label": "UPTIME"}, "label"),
        (WordList.KINDS, {"label": "Video", "verify_months": 0}, "verify_months"),
        (DEAL_STAGES, {"label": "Legal", "funnel_stage": "nowhere"}, "funnel_stage"),
    ],
)
def test_what_cannot_be_a_word_is_refused_with_its_field(shop: Shop, words: WordList, sent: dict, field: str):
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(InvalidInputError) as refused:
        word_lists.add(uow, words, **sent)
    assert [fault.field for fault in refused.value.fields] == [field]


def test_a_kind_with_a_template_is_not_merged_away(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(ConflictError, match="document template"):
        word_lists.merge(uow, WordList.KINDS, "deck", into="contract")


def test_every_change_is_audited_and_takes_the_right_to_keep_words(shop: Shop):
    with shop.library.work(shop.actor(MARCO)) as uow, pytest.raises(ForbiddenError):
        word_lists.add(uow, TAGS, label="New")
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.add(uow, TAGS, label="New")
        word_lists.retire(uow, TAGS, "new")
    with shop.library.read(shop.actor(LEO)) as reading:
        deeds = list(reading.session.scalars(sa.select(AuditEntry.deed).order_by(AuditEntry.id.desc()).limit(2)))
    assert deeds == ["retire tag", "add tag"]


def test_only_what_has_the_word_is_indexed_again(shop: Shop):
    with shop.library.read(shop.actor(LEO)) as reading:
        tagged = [
            asset.id
            for asset in reading.session.scalars(sa.select(Asset).options(sa.orm.selectinload(Asset.terms)))
            if any(term.vocabulary is Vocabulary.TAG and term.slug == "uptime" for term in asset.terms)
        ]
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.change(uow, TAGS, "uptime", label="Running time")
    with shop.library.read(shop.actor(LEO)) as reading:
        waiting = reading.session.scalars(sa.select(Job.subject).where(Job.kind == "index asset"))
        assert sorted(waiting) == sorted(tagged)
