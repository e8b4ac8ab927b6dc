"""What was used on which deal: once per key, with the deal's state as it was, and taken back on request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import ConflictError, ForbiddenError, NotFoundError
from contentlib.domain.imports import DealRow, HealthRow, StageRow, UsageRow
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.services import usage
from contentlib.services.usage import RecordedUse
from contentlib.storage.tables import AuditEntry, Job, UsageEvent
from tests.cast import LEO, RITA, SAM, Member
from tests.factories.shops import NOW, Shop, on


def event_of(shop: Shop, event_id: int) -> UsageEvent:
    with shop.library.read(OPERATOR) as reading:
        found = reading.session.get(UsageEvent, event_id)
    assert found is not None
    return found


def events(shop: Shop) -> list[UsageEvent]:
    with shop.library.read(OPERATOR) as reading:
        return list(reading.session.scalars(sa.select(UsageEvent).order_by(UsageEvent.id)))


def describe(shop: Shop, event_id: int, member: Member = RITA) -> RecordedUse:
    with shop.library.read(shop.actor(member)) as reading:
        return usage.describe(reading, event_id)


def undo(shop: Shop, event_id: int, member: Member = RITA) -> None:
    with shop.library.work(shop.actor(member)) as uow:
        usage.undo(uow, event_id=event_id)


def redo(shop: Shop, event_id: int, member: Member = RITA) -> None:
    with shop.library.work(shop.actor(member)) as uow:
        usage.redo(uow, event_id=event_id)


# What is frozen


def test_a_use_freezes_stage_days_health_and_version(shop: Shop):
    used = describe(shop, shop.use(RITA))
    assert (used.deal_id, used.account, used.stage, used.days_in_stage) == ("K-1", "Kite & Co", "Evaluation", 30)
    assert (used.version, used.occurred_at) == (1, NOW)
    event = event_of(shop, used.id)
    assert (event.deal_age_days, event.health, event.forecast_category) == (92, 2, "Best case")


def test_what_was_frozen_stays_when_deal_and_asset_move_on(shop: Shop):
    used = shop.use(RITA)
    before = describe(shop, used)
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    shop.sync()
    shop.import_stages(StageRow(line=2, deal="K-1", stage="Proposal", entered_at=on("2026-08-31")))
    shop.import_health(HealthRow(line=2, deal="K-1", at=on("2026-08-31"), health=0))
    assert describe(shop, used) == before
    after = describe(shop, shop.use(RITA, key="again"))
    assert (after.stage, after.days_in_stage, after.version) == ("Proposal", 1, 2)


def test_a_stage_that_the_history_does_not_tell_of_has_no_days(shop: Shop):
    shop.import_deals(DealRow(line=2, deal="K-1", stage="Negotiation"), DealRow(line=3, deal="K-9", stage="Proposal"))
    moved = describe(shop, shop.use(RITA))
    assert (moved.stage, moved.days_in_stage) == ("Negotiation", None)
    shop.use(LEO, deal="K-9", key="other")
    assert events(shop)[-1].days_in_stage is None


def test_a_use_without_a_deal_freezes_nothing(shop: Shop):
    used = describe(shop, shop.use(RITA, deal=None))
    assert (used.deal_id, used.stage, used.days_in_stage) == (None, None, None)


def test_a_use_is_audited_and_has_the_figures_computed_once_a_minute(shop: Shop):
    shop.use(RITA, key="a")
    shop.clock.move(seconds=30)
    shop.use(RITA, key="b")
    with shop.library.read(OPERATOR) as reading:
        assert reading.session.execute(sa.select(Job.kind, Job.run_at)).all() == [
            ("rate usage", NOW + timedelta(minutes=1))
        ]
        told = reading.session.execute(
            sa.select(AuditEntry.by_name, AuditEntry.deed).where(AuditEntry.deed == "shared")
        )
        assert told.all() == [("Rita Vance", "shared")] * 2


# Who may, on what


def test_rep_cannot_record_on_a_colleagues_deal(shop: Shop):
    with pytest.raises(NotFoundError, match="among yours"):
        shop.use(RITA, deal="K-3")
    assert events(shop) == []


def test_an_internal_asset_cannot_be_shared_and_its_download_counts_for_adoption(shop: Shop):
    with pytest.raises(ForbiddenError, match="is internal"):
        shop.use(RITA, "against-gridlark")
    with pytest.raises(ForbiddenError, match="is internal"):
        shop.use(RITA, "against-gridlark", channel=Channel.PERSONALISED)
    used = describe(shop, shop.use(RITA, "against-gridlark", channel=Channel.DOWNLOADED))
    assert not used.may_be_sent


def test_nobody_records_that_a_buyer_looked(shop: Shop):
    with pytest.raises(ForbiddenError, match="viewed"):
        shop.use(RITA, channel=Channel.VIEWED)


def test_the_operator_uses_nothing(shop: Shop):
    with shop.library.work(OPERATOR) as uow, pytest.raises(ForbiddenError, match="--as EMAIL"):
        usage.record(uow, asset="short-tour", channel=Channel.SHARED, deal="K-1", key="k")


# Once per key


def test_the_same_key_records_once_and_is_answered_like_the_first(shop: Shop):
    first = shop.use(RITA, key="one")
    shop.clock.move(minutes=5)
    assert shop.use(RITA, key="one") == first
    assert len(events(shop)) == 1


def test_two_who_press_at_once_with_the_same_key_make_one_row(shop: Shop):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: shop.use(RITA, key="one"), range(8)))
    assert len(set(made)) == 1
    assert len(events(shop)) == 1


def test_a_key_is_its_owners(shop: Shop):
    shop.use(RITA, key="one")
    with pytest.raises(ConflictError, match="somebody else"):
        shop.use(SAM, deal="K-3", key="one")


# Undo


def test_rep_undoes_and_redoes_what_she_recorded(shop: Shop):
    used = shop.use(RITA)
    assert describe(shop, used).may_undo
    undo(shop, used)
    undone = describe(shop, used)
    assert (undone.is_undone, undone.may_undo) == (True, False)
    undo(shop, used)
    redo(shop, used)
    redo(shop, used)
    assert not describe(shop, used).is_undone


def test_undoing_takes_a_day_at_most(shop: Shop):
    used = shop.use(RITA)
    shop.clock.move(hours=24, minutes=1)
    assert not describe(shop, used).may_undo
    with pytest.raises(ConflictError, match="24 hours"):
        undo(shop, used)


def test_what_was_undone_long_ago_stays_undone(shop: Shop):
    used = shop.use(RITA)
    undo(shop, used)
    shop.clock.move(hours=25)
    with pytest.raises(ConflictError, match="24 hours"):
        redo(shop, used)


def test_nobody_undoes_what_another_recorded(shop: Shop):
    used = shop.use(RITA)
    for deed in (undo, redo):
        with pytest.raises(NotFoundError, match="no such record of yours"):
            deed(shop, used, LEO)
    with pytest.raises(NotFoundError):
        describe(shop, used, LEO)


# Imports


def row(at: datetime | None = None, **more) -> UsageRow:
    given = {
        "line": 2, "asset": "round-at-a-glance", "deal": "K-1", "rep": RITA.email,
        "occurred_at": at or on("2026-06-25"), "channel": Channel.SHARED,
    }  # fmt: skip
    return UsageRow(**(given | more))


def test_imported_usage_is_frozen_as_it_was_then(shop: Shop):
    answer = shop.import_usage(row())
    assert (answer.created, answer.unchanged) == (1, 0)
    (event,) = events(shop)
    used = describe(shop, event.id)
    assert (used.stage, used.days_in_stage, used.occurred_at) == ("Qualification", 5, on("2026-06-25"))
    assert (event.deal_age_days, event.health, event.recorded_at) == (24, 1, NOW)


def test_imported_usage_again_changes_nothing_however_its_rows_are_written(shop: Shop):
    shop.import_usage(row())
    answer = shop.import_usage(row(), row(rep="RITA@tarnwell.example", line=3), row(version=1, line=4))
    assert (answer.created, answer.unchanged, len(events(shop))) == (0, 3, 1)


def test_a_dry_run_of_usage_writes_nothing(shop: Shop):
    answer = shop.import_usage(row(), row(rep="new@tarnwell.example"), dry_run=True)
    assert (answer.created, events(shop)) == (2, [])


def test_usage_without_a_version_is_of_the_one_current_then(shop: Shop):
    shop.clock.now = on("2026-03-01")
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    shop.sync()
    shop.clock.now = on("2026-04-01")
    shop.edit("one-sheeter/round-at-a-glance.md", "hero: media/harbour.svg", "hero: media/nowhere.svg")
    shop.sync()  # waits behind the published version and was never current
    shop.clock.now = NOW
    days = ("2025-12-01", "2026-02-01", "2026-03-02", "2026-05-01")
    answer = shop.import_usage(*(row(on(day), deal=None, line=n) for n, day in enumerate(days, start=2)))
    assert answer.created == 4
    assert [describe(shop, event.id).version for event in events(shop)] == [1, 1, 2, 2]


def test_usage_of_an_asset_under_an_old_address_is_that_assets(shop: Shop):
    shop.import_usage(row())
    shop.edit("one-sheeter/round-at-a-glance.md", "---\ntitle", "---\nslug: one-round\ntitle")
    shop.sync()
    assert shop.import_usage(row()).unchanged == 1
    assert shop.import_usage(row(asset="one-round")).unchanged == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"asset": "nothing"}, "There is no asset “nothing”."),
        ({"deal": "K-99"}, "There is no deal “K-99”. Import deals first."),
        ({"at": NOW + timedelta(minutes=1)}, "2026-09-01 09:01 lies in the future."),
        ({"version": 7}, "“round-at-a-glance” has no version 7."),
        ({"asset": "against-gridlark"}, "“against-gridlark” is internal, so it cannot have been shared."),
    ],
)
def test_usage_that_cannot_have_been_is_refused_by_its_line(shop: Shop, given, reason: str):
    answer = shop.import_usage(row(**given, line=9), row(line=10))
    assert [(refused.line, refused.reason) for refused in answer.refused] == [(9, reason)]
    assert answer.created == 1


def test_an_imported_use_cannot_be_undone_here(shop: Shop):
    shop.import_usage(row())
    (event,) = events(shop)
    assert not describe(shop, event.id).may_undo
    with pytest.raises(ConflictError, match="recorded here"):
        undo(shop, event.id)


def test_usage_by_somebody_unknown_makes_an_inactive_rep(shop: Shop):
    shop.import_usage(row(rep="kim.larsen@tarnwell.example"))
    with pytest.raises(ConflictError, match="Kim Larsen is disabled"):
        shop.actor(Member("kim.larsen@tarnwell.example", "", ()))
