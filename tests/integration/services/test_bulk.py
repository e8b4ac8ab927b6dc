"""Many assets at once: what is promised happens, nothing else, and all of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.library import (
    LEFT,
    NOBODY,
    BulkDeed,
    BulkEffect,
    BulkOrder,
    BulkOutcome,
    BulkRun,
    LibraryFilter,
    LibrarySort,
    RunState,
    SheetRow,
)
from contentlib.domain.people import OPERATOR
from contentlib.domain.taxonomy import WordList
from contentlib.jobs import runner
from contentlib.payloads import library_sheet as payloads
from contentlib.services import bulk, library_sheet, library_table, people, word_lists
from contentlib.services.bulk import runs, sheets
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.services.word_lists import looking
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, Notice, Review
from tests.cast import ADA, LEO, MARCO, OTTO, RITA, Member
from tests.factories.shops import Shop

ONE, OTHER = "round-at-a-glance", "order-form"


def do(shop: Shop, order: BulkOrder, *slugs: str, by: Member = LEO) -> BulkEffect:
    """Do it, having looked before: what is promised is what happens."""
    promised = shop.library.do_many(shop.actor(by), order, slugs, is_rehearsal=True)
    effect = shop.library.do_many(shop.actor(by), order, slugs)
    assert promised.lines == effect.lines
    return effect


def undo(shop: Shop, effect: BulkEffect, by: Member = LEO) -> BulkEffect:
    with shop.library.work(shop.actor(by)) as uow:
        return bulk.undo(uow, effect.entry or 0)


def get(shop: Shop, slug: str = ONE) -> Asset:
    with shop.library.read(shop.actor(LEO)) as reading:
        return queries.get_by_slug(reading.session, slug)


def tags(shop: Shop) -> set[str]:
    return {term.slug for term in get(shop).terms if term.vocabulary is Vocabulary.TAG}


def sheet(shop: Shop, **wanted: str) -> str:
    with shop.library.read(shop.actor(LEO)) as reading:
        return "".join(payloads.write_sheet(library_sheet.iter_sheet(reading, LibraryFilter(**wanted))))


ORDERS = {
    "tag": BulkOrder(deed=BulkDeed.TAG, word="tags:uptime"),
    "untag": BulkOrder(deed=BulkDeed.UNTAG, word="products:rounds"),
    "stage": BulkOrder(deed=BulkDeed.STAGE, word="stages:onboarding"),
    "owner": BulkOrder(deed=BulkDeed.OWNER, owner=LEO.email),
    "dates": BulkOrder(deed=BulkDeed.DATES, review_by_on=date(2027, 3, 1), cleared=frozenset({"expires_on"})),
    "verify": BulkOrder(deed=BulkDeed.VERIFY),
    "archive": BulkOrder(deed=BulkDeed.ARCHIVE, reason="Two are enough"),
}


def test_what_is_done_to_many_is_what_was_promised_and_can_be_taken_back(shop: Shop):
    with shop.library.read(shop.actor(LEO)) as reading:
        slugs = library_table.list_slugs(reading)
    before = sheet(shop)
    for deed, order in ORDERS.items():
        effect = do(shop, order, *slugs)
        assert effect.done, deed
        assert sheet(shop) != before or deed == "verify"
        if deed != "verify":  # which may be said as often as one looks
            assert do(shop, order, *(line.slug for line in effect.done)).done == (), deed
        back = undo(shop, effect)
        assert (len(back.done), back.refused) == (len(effect.done), ()), deed
        assert sheet(shop) == before, deed


def look(shop: Shop, run: int, by: Member = LEO) -> BulkRun:
    with shop.library.read(shop.actor(by)) as reading:
        return runs.look(reading, run)


def decide(shop: Shop, deed: Callable[[UnitOfWork, int], object], run: int, *, steps: int | None = None) -> BulkRun:
    """Decide on a run, and let the runner take some steps, or all."""
    with shop.library.work(shop.actor(LEO)) as uow:
        deed(uow, run)
    return go_on(shop, run, steps=steps)


def go_on(shop: Shop, run: int, *, steps: int | None = None) -> BulkRun:
    while steps != 0 and runner.run_due(shop.library, [JobKind.CHANGE_MANY], ahead=True):
        steps = steps - 1 if steps is not None else None
    return look(shop, run)


def test_more_than_a_moments_work_goes_on_step_by_step_is_shown_before_stopped_and_taken_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "STEP", 4)
    slugs = [line.partition(",")[0] for line in sheet(shop).splitlines()[1:]]
    before = sheet(shop)
    with shop.library.work(shop.actor(LEO)) as uow:
        run = runs.begin(uow, ORDERS["tag"], [*slugs, "gone"])
    begun = go_on(shop, run, steps=1)
    assert (begun.state, begun.place, begun.total) == (RunState.LOOKING, 4, 10)
    looked = go_on(shop, run)
    assert looked.state is RunState.LOOKED
    assert sheet(shop) == before
    effect = shop.library.do_many(shop.actor(LEO), ORDERS["tag"], [*slugs, "gone"], is_rehearsal=True)
    assert {outcome: lines for outcome, lines in looked.lines.items() if lines} == {
        outcome: tuple(line for line in effect.lines if line.outcome is outcome)
        for outcome in {line.outcome for line in effect.lines}
    }
    halfway = decide(shop, runs.go, run, steps=1)
    assert (halfway.state, halfway.place) == (RunState.DOING, 4)
    with shop.library.read(OPERATOR) as reading:  # as one that was broken off would be taken again
        step = runs.next_step(reading, run)
    shop.library.go_on(run)
    with shop.library.work(shop.actor(LEO)) as uow:
        assert step is not None
        runs.record(uow, step, texts={})
    assert look(shop, run).place == 8
    assert decide(shop, runs.stop, run).state is RunState.STOPPED
    assert decide(shop, runs.take_back, run).state is RunState.UNDONE
    assert sheet(shop) == before
    with shop.library.read(shop.actor(MARCO)) as reading, pytest.raises(NotFoundError):
        runs.look(reading, run)
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(ConflictError):
        runs.go(uow, run)


def test_who_is_given_many_step_by_step_is_told_once_at_the_end(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runs, "STEP", 1)
    with shop.library.work(shop.actor(LEO)) as uow:
        run = runs.begin(uow, BulkOrder(deed=BulkDeed.OWNER, owner=ADA.email), [ONE, OTHER, "short-tour"])
    go_on(shop, run)
    assert decide(shop, runs.go, run).counts[BulkOutcome.DONE] == 3
    assert given(shop, ADA) == ["3 assets"]
    decide(shop, runs.take_back, run)
    assert given(shop, ADA) == []
    with shop.library.work(shop.actor(LEO)) as uow, pytest.raises(InvalidInputError):
        runs.begin(uow, BulkOrder(deed=BulkDeed.TAG), [ONE])


def test_a_deed_step_by_step_that_cannot_go_on_is_stopped(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        run = runs.begin(uow, ORDERS["tag"], [ONE, OTHER])
    go_on(shop, run)
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.retire(uow, WordList.TAGS, ORDERS["tag"].word.partition(":")[2])
    stopped = decide(shop, runs.go, run)
    assert (stopped.state, stopped.counts[BulkOutcome.DONE]) == (RunState.STOPPED, 0)
    (line,) = stopped.lines[BulkOutcome.REFUSED]
    assert line.reason == "“Uptime” is retired and not given any more."
    with shop.library.work(shop.actor(LEO)) as uow:
        another = runs.begin(uow, ORDERS["verify"], [ONE])
    with shop.library.work(OPERATOR) as uow:
        people.disable(uow, email=LEO.email)
    runner.run_due(shop.library, [JobKind.CHANGE_MANY], ahead=True)
    with shop.library.read(OPERATOR) as reading:
        assert runs.next_step(reading, another) is None


def given(shop: Shop, who: Member) -> list[str]:
    with shop.library.read(shop.actor(who)) as reading:
        rows = reading.session.scalars(sa.select(Notice).where(Notice.kind == "given").order_by(Notice.id))
        return [row.detail["assets"] for row in rows]


def test_a_deed_is_taken_back_to_what_its_kind_and_terms_were_merged_into_since(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.add(uow, WordList.KINDS, label="Checklist")
        asset = queries.get_by_slug(uow.session, ONE)
        asset.kind_id = next(row.id for row in looking.rows_of(uow, WordList.KINDS) if row.slug == "checklist")
    effect = do(shop, BulkOrder(deed=BulkDeed.UNTAG, word="tags:offline-use"), ONE)
    with shop.library.work(shop.actor(LEO)) as uow:
        word_lists.merge(uow, WordList.KINDS, "checklist", into="contract")
        word_lists.merge(uow, WordList.TAGS, "offline-use", into="competitor")
        word_lists.merge(uow, WordList.TAGS, "competitor", into="uptime")
        word_lists.add(uow, WordList.TAGS, label="Anything")
    assert undo(shop, effect).refused == ()
    assert (get(shop).kind.slug, tags(shop)) == ("contract", {"uptime"})


def test_who_is_given_many_is_told_once(shop: Shop):
    effect = do(shop, BulkOrder(deed=BulkDeed.OWNER, owner=MARCO.email), ONE, OTHER, "short-tour")
    assert (given(shop, MARCO), undo(shop, effect).refused) == (["1 asset"], ())  # Marco had the others
    assert given(shop, MARCO) == []


def test_what_has_been_changed_since_is_left_alone(shop: Shop):
    effect = do(shop, ORDERS["tag"], ONE, OTHER)
    do(shop, ORDERS["owner"], OTHER)
    back = undo(shop, effect)
    assert [line.slug for line in back.done] == [ONE]
    assert "has been changed since" in back.refused[0].reason


def test_drafts_are_submitted_and_the_others_say_why_not(shop: Shop):
    effect = do(shop, BulkOrder(deed=BulkDeed.SUBMIT), "next-season", ONE, "gone", by=MARCO)
    assert [line.slug for line in effect.done] == ["next-season"]
    assert {line.slug: bool(line.reason) for line in effect.refused} == {ONE: True, "gone": True}
    assert get(shop, "next-season").status is AssetStatus.IN_REVIEW
    assert waiting(shop) == 1
    undo(shop, effect, by=MARCO)
    assert (get(shop, "next-season").status, waiting(shop)) == (AssetStatus.DRAFT, 0)


def waiting(shop: Shop) -> int:
    with shop.library.read(OPERATOR) as reading:  # a review's number is known when all that was done is written
        keys = [f"review:{number}" for number in reading.session.scalars(sa.select(Review.id))]
        return reading.session.scalar(sa.select(sa.func.count()).where(Notice.key.in_(keys))) or 0


def test_a_marketer_archives_own_assets_and_nobody_elses(shop: Shop):
    do(shop, BulkOrder(deed=BulkDeed.OWNER, owner=MARCO.email), ONE)
    do(shop, BulkOrder(deed=BulkDeed.OWNER, owner=LEO.email), OTHER)
    effect = do(shop, ORDERS["archive"], ONE, OTHER, by=MARCO)
    assert ([line.slug for line in effect.done], [line.slug for line in effect.refused]) == ([ONE], [OTHER])


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (BulkOrder(deed=BulkDeed.TAG, word="tags:no-such"), "word"),
        (BulkOrder(deed=BulkDeed.OWNER, owner=OTTO.email), "owner"),
        (BulkOrder(deed=BulkDeed.DATES), "review_by_on"),
    ],
)
def test_a_deed_without_what_it_needs_names_the_field(shop: Shop, order: BulkOrder, field: str):
    with shop.library.rehearse(shop.actor(LEO)) as uow, pytest.raises(InvalidInputError) as refused:
        bulk.do(uow, order, [ONE])
    assert refused.value.fields[0].field == field


def test_reps_do_nothing_to_many(shop: Shop):
    with shop.library.rehearse(shop.actor(RITA)) as uow, pytest.raises(ForbiddenError):
        bulk.do(uow, ORDERS["verify"], [ONE])


def test_what_was_set_here_stays_until_the_text_says_something_else(shop: Shop):
    path = get(shop).source_path or ""
    do(shop, BulkOrder(deed=BulkDeed.TAG, word="tags:competitor"), ONE)
    shop.edit(path, "## What it does", "One more line.\n\n## What it does")
    assert shop.sync().changed == 1
    assert tags(shop) == {"competitor", "offline-use"}
    shop.edit(path, "tags: [offline-use]", "tags: [uptime]")
    assert shop.sync().changed == 1
    assert tags(shop) == {"uptime"}


def test_the_table_is_filtered_sorted_and_paged_in_the_database(shop: Shop):
    do(shop, ORDERS["owner"], ONE)

    def ask(sort: LibrarySort = LibrarySort.TITLE, **wanted: object) -> list[str]:
        with shop.library.read(shop.actor(LEO)) as reading:
            page = library_table.list_page(reading, LibraryFilter(**wanted), sort=sort, limit=50)
            parts = [
                library_table.list_page(reading, LibraryFilter(**wanted), sort=sort, limit=4, offset=n)
                for n in range(0, page.total, 4)
            ]
        assert tuple(row for part in parts for row in part.rows) == page.rows
        return [row.slug for row in page.rows]

    every = ask()
    assert ask(owner=LEO.email) == ask(owner=LEO.name) == [ONE]
    assert ask(owner=LEFT) == []
    assert ask(text="LEO castellan") == [ONE]
    assert ask(text="100%") == []
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(Asset).where(Asset.slug == ONE).values(title="Über Ölpumpen"))
    assert ask(text="über") == ask(text="ÜBER ölPUMPEN") == [ONE]
    assert ask(status=AssetStatus.DRAFT) == ["next-season"]
    assert set(ask(owner=NOBODY)) | set(ask(owner=MARCO.email)) | {ONE} <= set(every)
    assert ask(is_overdue=True)
    for sort in LibrarySort:
        assert sorted(ask(sort)) == sorted(every)
    shop.use(RITA, ONE, deal="K-1", key="a")
    assert ask(LibrarySort.USES)[0] == ONE


# The sheet


def take(shop: Shop, text: str, *, by: Member = LEO) -> sheets.SheetTaken:
    with shop.library.work(shop.actor(by)) as uow:
        return sheets.take_in(uow, payloads.read_sheet(text.encode()).rows)


def test_a_sheet_that_comes_back_as_it_went_out_changes_nothing(shop: Shop):
    out = sheet(shop)
    taken = take(shop, out)
    assert (taken.answer.changed, taken.answer.unchanged, taken.answer.refused, taken.entry) == (0, 9, (), None)
    assert sheet(shop) == out


def test_a_changed_sheet_is_what_goes_out_next_and_can_be_taken_back(shop: Shop):
    out = sheet(shop)
    changed = f"slug,owner,tags,stages,review_by\n{ONE},{LEO.email},uptime; offline-use,onboarding,2027-05-04\n"
    taken = take(shop, changed)
    assert (taken.answer.changed, taken.answer.refused) == (1, ())
    (line,) = [line for line in sheet(shop).splitlines() if line.startswith(ONE)]
    for told in (LEO.email, "onboarding", "offline-use; uptime", "2027-05-04"):
        assert told in line
    assert take(shop, sheet(shop)).answer.changed == 0
    with shop.library.work(shop.actor(LEO)) as uow:
        bulk.undo(uow, taken.entry or 0)
    assert sheet(shop) == out


def test_bad_rows_are_named_by_line_and_cost_no_other(shop: Shop):
    text = (
        "slug,title,owner,tags,publish_on,expires_on\n"
        f'{ONE},,,"uptime","2027-01-01",\n'
        "no-such,,,,,\n"
        f"{OTHER},Another title,,,,\n"
        "next-season,,nobody@tarnwell.example,,,\n"
        "next-season,,,,,\n"
    )
    with shop.library.rehearse(shop.actor(LEO)) as uow:
        read = payloads.read_sheet(text.replace(f"{ONE},,", f'{ONE},"{get(shop).title}",').encode())
        answer = sheets.take_in(uow, read.rows).answer
    told = {row.line: row.reason for row in (*read.refused, *answer.refused)}
    assert set(told) == {3, 4, 5, 6}
    assert "no asset “no-such”" in told[3]
    assert "title" in told[4]
    assert "Line 5 tells of the same asset" in told[6]
    assert answer.changed == 1
    back = payloads.refused_csv(read, answer.refused).splitlines()
    assert back[0].endswith("refused because")
    assert len(back) == 4


def test_a_row_is_taken_whole_or_not_at_all(shop: Shop):
    before = sheet(shop)
    taken = take(shop, f"slug,tags,publish_on,expires_on\n{ONE},offline-use,2027-02-02,2027-01-01\n")
    assert taken.answer.refused[0].line == 2
    assert sheet(shop) == before


def test_a_large_sheet_is_taken_step_by_step_as_it_would_be_at_once_and_can_be_taken_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "STEP", 2)
    out = sheet(shop)
    text = (
        "slug,owner,tags,expires_on\n"
        f"{ONE},{ADA.email},uptime,\n"
        "no-such,,,\n"
        f"{OTHER},{ADA.email},,2031-01-01\n"
        "next-season,,,2031-13-01\n"
        "\n"
        f"short-tour,{ADA.email},,\n"
    )
    read = payloads.read_sheet(text.encode())
    with shop.library.rehearse(shop.actor(LEO)) as uow:
        promised = sheets.take_in(uow, read.rows).answer
    with shop.library.work(shop.actor(LEO)) as uow:
        run = runs.begin_sheet(uow, read.lines(), name="library.csv", header=read.header)
    looked = go_on(shop, run)
    assert (looked.state, looked.counts[BulkOutcome.DONE], sheet(shop)) == (RunState.LOOKED, promised.changed, out)
    done = decide(shop, runs.go, run)
    assert (done.state, done.counts[BulkOutcome.DONE]) == (RunState.DONE, promised.changed)
    told = [line for line in sheet(shop).splitlines() if line.startswith((ONE, OTHER, "short-tour"))]
    assert all(ADA.email in line for line in told)
    assert given(shop, ADA) == ["3 assets"]
    refused = sorted((*read.refused, *promised.refused), key=lambda row: row.line)
    shown = [(line.line, line.reason) for line in done.lines[BulkOutcome.REFUSED]]
    assert shown == [(row.line, row.reason) for row in refused]
    assert [line for line, _ in shown] == [3, 5]
    with shop.library.read(shop.actor(LEO)) as reading:
        header, rows = runs.iter_refused(reading, run)
        assert payloads.write_refused(header, rows) == payloads.refused_csv(read, refused)
    assert decide(shop, runs.take_back, run).state is RunState.UNDONE
    assert (sheet(shop), given(shop, ADA)) == (out, [])


def test_text_that_a_spreadsheet_would_run_makes_the_round_trip(shop: Shop):
    row = SheetRow(slug="a", fixed={"title": "'=1+1", "kind": "=deck", "status": "-"}, owner="", words={}, days={})
    written = "".join(payloads.write_sheet([row]))
    assert "''=1+1,'=deck,'-" in written
    assert payloads.read_sheet(written.encode()).rows[0].fixed == row.fixed
