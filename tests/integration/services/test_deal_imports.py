"""Rows of the CRM: in once and no more, refused by line, and never invented."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.deals import Outcome
from contentlib.domain.errors import ForbiddenError
from contentlib.domain.imports import DealRow, HealthRow, ImportAnswer, StageRow
from contentlib.domain.people import OPERATOR
from contentlib.library import deeds, opening
from contentlib.services import deal_imports, deals
from contentlib.storage.tables import Account, AuditEntry, Deal, DealHealth, DealStageEntry, Job, Person, Term
from tests.cast import LEO, MARCO, RITA
from tests.factories.shops import DEALS, HEALTHS, STAGES, Shop, on

TABLES = (Account, AuditEntry, Deal, DealHealth, DealStageEntry, Job, Person, Term)


def rows_of(shop: Shop) -> dict[str, int]:
    with shop.library.read(OPERATOR) as reading:
        return {
            table.__tablename__: reading.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in TABLES
        }


def counts(answer: ImportAnswer) -> tuple[int, int, int, int]:
    assert answer.total == answer.created + answer.changed + answer.unchanged + len(answer.refused)
    return answer.created, answer.changed, answer.unchanged, len(answer.refused)


def deal_of(shop: Shop, deal: str) -> Deal:
    with shop.library.read(OPERATOR) as reading:
        return deals.get_row(reading, deal)


NEW = DealRow(
    line=2, deal="K-9", account="Quail & Sons", name="Quail pilot", amount_minor=100, currency="EUR",
    industry="Breweries", owner="kim@tarnwell.example", opened_at=on("2026-07-01"), stage="proposal",
)  # fmt: skip


def test_the_same_rows_again_change_nothing(shop: Shop):
    before = rows_of(shop)
    assert counts(shop.import_deals(*DEALS)) == (0, 0, 5, 0)
    assert counts(shop.import_stages(*STAGES)) == (0, 0, 10, 0)
    assert counts(shop.import_health(*HEALTHS)) == (0, 0, 2, 0)
    assert rows_of(shop) == before


def test_a_new_deal_brings_its_account_its_words_and_an_inactive_owner(shop: Shop):
    assert counts(shop.import_deals(NEW)) == (1, 0, 0, 0)
    deal = deal_of(shop, "K-9")
    assert deal.account is not None
    assert deal.owner is not None
    assert deal.industry is not None
    assert (deal.account.name, deal.owner.name, deal.owner.is_active) == ("Quail & Sons", "Kim", False)
    assert (deal.industry.slug, deal.stage.label if deal.stage else None) == ("breweries", "Proposal")


def test_a_dry_run_tells_the_same_and_writes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    before = rows_of(shop)
    bad = DealRow(line=3, deal="K-10", stage="Haggling")
    monkeypatch.setattr(deeds, "IMPORT_BATCH", 2)  # the row that comes again is in a batch of its own
    assert counts(shop.import_deals(NEW, bad, NEW, dry_run=True)) == (1, 0, 1, 1)
    assert rows_of(shop) == before
    if shop.library.is_embedded:  # a long one holds nobody up
        monkeypatch.setattr(opening, "APART_FROM", 2)
        dry = shop.library.import_rows(
            OPERATOR, deal_imports.import_deals, [NEW, bad, NEW], dry_run=True, on_progress=lambda _: shop.use(RITA)
        )
        assert counts(dry) == (1, 0, 1, 1)
        assert not list(shop.library.settings.data.glob(f"{opening.PASSING}*"))
    assert counts(shop.import_deals(NEW, bad, NEW)) == (1, 0, 1, 1)


def test_a_changed_row_changes_the_deal_and_an_empty_cell_does_not(shop: Shop):
    answer = shop.import_deals(DealRow(line=2, deal="K-1", name="Kite everywhere", amount_minor=5, currency="EUR"))
    assert counts(answer) == (0, 1, 0, 0)
    deal = deal_of(shop, "K-1")
    assert (deal.name, deal.amount_minor) == ("Kite everywhere", 5)
    assert deal.account is not None
    assert (deal.account.name, deal.updated_at) == ("Kite & Co", shop.clock.now)


def test_words_and_accounts_are_matched_whatever_the_case(shop: Shop):
    before = rows_of(shop)
    row = DealRow(line=2, deal="K-1", account="KITE & CO", industry="FOOD AND DRINK", owner="RITA@Tarnwell.Example")
    assert counts(shop.import_deals(row)) == (0, 0, 1, 0)
    assert rows_of(shop) == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (DealRow(line=7, deal="K-9", stage="Haggling"), "“Haggling” is no deal stage here. Known: Discovery, "),
        (
            DealRow(line=7, deal="K-9", opened_at=on("2026-03-01"), closed_at=on("2026-02-01")),
            "closes (2026-02-01) before it opens (2026-03-01)",
        ),
        (DealRow(line=7, deal="K-1", closed_at=on("2026-05-01")), "before it opens (2026-06-01)"),
        (DealRow(line=7, deal="K-1", currency="JPY"), "currency changes from EUR to JPY"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_line(shop: Shop, row: DealRow, reason: str):
    before = rows_of(shop)
    answer = shop.import_deals(row)
    assert [refused.line for refused in answer.refused] == [7]
    assert reason in answer.refused[0].reason
    assert rows_of(shop) == before


def test_an_amount_alone_is_refused_where_the_deals_currency_has_no_hundredths(shop: Shop):
    shop.import_deals(DealRow(line=2, deal="K-9", amount_minor=1500, currency="JPY"))
    answer = shop.import_deals(DealRow(line=2, deal="K-9", amount_minor=160_000))
    assert answer.refused[0].reason == "The deal is in JPY: name the currency with the amount."
    assert deal_of(shop, "K-9").amount_minor == 1500


def test_a_closed_stage_says_what_the_outcome_says_already(shop: Shop):
    row = DealRow(line=2, deal="K-9", stage="Closed Won", outcome=Outcome.WON, closed_at=on("2026-08-01"))
    assert counts(shop.import_deals(row)) == (1, 0, 0, 0)
    assert deal_of(shop, "K-9").stage is None
    assert counts(shop.import_stages(StageRow(line=2, deal="K-9", stage="won", entered_at=on("2026-08-01")))) == (
        0, 0, 1, 0,
    )  # fmt: skip


def test_the_last_stage_of_the_history_is_the_deals_stage(shop: Shop):
    later = StageRow(line=2, deal="K-1", stage="Negotiation", entered_at=on("2026-08-30"))
    earlier = StageRow(line=3, deal="K-1", stage="Proposal", entered_at=on("2026-08-20"))
    assert counts(shop.import_stages(later, earlier)) == (2, 0, 0, 0)
    stage = deal_of(shop, "K-1").stage
    assert stage is not None
    assert stage.slug == "negotiation"


def test_a_stage_is_corrected_by_a_row_for_the_same_moment(shop: Shop):
    row = StageRow(line=2, deal="K-3", stage="Qualification", entered_at=on("2026-08-20"))
    assert counts(shop.import_stages(row)) == (0, 1, 0, 0)
    assert counts(shop.import_stages(row)) == (0, 0, 1, 0)


def test_of_two_new_rows_for_one_moment_the_later_holds(shop: Shop):
    rows = [
        StageRow(line=2 + n, deal="K-3", stage=s, entered_at=on("2026-08-25"))
        for n, s in enumerate(("Qualification", "Proposal"))
    ]
    shop.import_stages(*rows)
    stage = deal_of(shop, "K-3").stage
    assert stage is not None
    assert stage.slug == "proposal"


def test_history_of_an_unknown_deal_and_an_unknown_stage_are_refused(shop: Shop):
    answer = shop.import_stages(
        StageRow(line=2, deal="K-77", stage="Discovery", entered_at=on("2026-08-20")),
        StageRow(line=3, deal="K-1", stage="Haggling", entered_at=on("2026-08-20")),
    )
    assert [(row.line, row.reason.split(".")[0]) for row in answer.refused] == [
        (2, "There is no deal “K-77”"),
        (3, "“Haggling” is no deal stage here"),
    ]
    assert shop.import_health(HealthRow(line=4, deal="K-77", at=on("2026-08-20"), health=1)).refused[0].line == 4


def test_health_tells_from_when_on(shop: Shop):
    assert counts(shop.import_health(HealthRow(line=2, deal="K-1", at=on("2026-08-28"), health=3))) == (1, 0, 0, 0)
    with shop.library.read(shop.actor(RITA)) as reading:
        assert deals.get(reading, "K-1").health == 3


def test_an_import_has_the_figures_computed_at_once_and_one_that_changes_nothing_does_not(shop: Shop):
    shop.import_deals(*DEALS)
    assert rows_of(shop)["job"] == 0
    shop.import_deals(NEW)
    with shop.library.read(OPERATOR) as reading:
        assert reading.session.execute(sa.select(Job.kind, Job.run_at)).all() == [("rate usage", shop.clock.now)]


def test_more_rows_than_one_transaction_takes_go_in_whole(shop: Shop):
    rows = [DealRow(line=n, deal=f"M-{n}", account=f"Many {n % 7}") for n in range(2, 2503)]
    seen: list[int] = []
    answer = shop.library.import_rows(OPERATOR, deal_imports.import_deals, rows, on_progress=seen.append)
    assert counts(answer) == (2501, 0, 0, 0)
    assert seen == [1000, 1000, 501]
    assert counts(shop.import_deals(*rows)) == (0, 0, 2501, 0)


@pytest.mark.parametrize("member", [RITA, MARCO])
def test_rep_and_marketer_cannot_import(shop: Shop, member):
    for deed in (deal_imports.import_deals, deal_imports.import_stages, deal_imports.import_health):
        with pytest.raises(ForbiddenError):
            shop.library.import_rows(shop.actor(member), deed, [])


def test_content_lead_may_import_and_it_is_audited(shop: Shop):
    shop.clock.now += timedelta(hours=1)
    shop.library.import_rows(shop.actor(LEO), deal_imports.import_deals, [NEW])
    with shop.library.read(OPERATOR) as reading:
        entry = reading.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.by_name, entry.deed, entry.detail["created"]) == ("Leo Castellan", "import deals", 1)
