"""Rows of the CRM into deals and their history; bad rows are refused by line, repeats change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from contentlib.crm.mappings import mapping, suggest
from contentlib.domain.assets import Vocabulary
from contentlib.domain.deals import CURRENCY_PLACES
from contentlib.domain.imports import DealRow, HealthRow, ImportAnswer, RefusedRow, RowForm, StageRow
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import WordList
from contentlib.services import people as people_services
from contentlib.services.taxonomy import TermBook, aliases_of, to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.parts import in_parts
from contentlib.storage.queries import deals as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Account, Deal, DealHealth, DealStageEntry, Pipeline

# Where a deal ended is its outcome; files that also name it as a stage say nothing new.
_ENDS = frozenset({"won", "lost", "closed won", "closed lost"})


Row = TypeVar("Row", StageRow, HealthRow)


class _Referred:
    """What rows refer to, looked up once per import: people, accounts, terms and stages."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.pipelines = taxonomy_queries.list_pipelines(uow.session)
        self.terms = TermBook(
            uow, (Vocabulary.INDUSTRY, Vocabulary.COMPANY_SIZE, Vocabulary.REGION, Vocabulary.FORECAST_CATEGORY)
        )
        self._reps = people_services.Reps(uow)
        self._accounts = queries.accounts_by_name(uow.session)

    @property
    def default(self) -> Pipeline:
        """The pipeline of deals that name none."""
        return self.pipelines[0]

    def person(self, email: str | None) -> int | None:
        return self._reps.get_id(email) if email else None

    def account(self, name: str | None) -> int | None:
        if not name:
            return None
        folded = name.casefold()
        if folded not in self._accounts:
            # Past the session, whose flush would write the deals before it one by one.
            made = self.uow.session.connection().execute(sa.insert(Account).values(name=name).returning(Account.id))
            self._accounts[folded] = made.scalar_one()
        return self._accounts[folded]

    def term(self, vocabulary: Vocabulary, text: str | None) -> int | None:
        return self.terms.add(vocabulary, text).id if text else None

    def stage(self, name: str, pipeline_id: int) -> int | None:
        """Find an open stage by slug or label in a deal's pipeline."""
        wanted = name.strip().casefold()
        for pipeline in self.pipelines:
            if pipeline.id == pipeline_id:
                for stage in pipeline.stages:
                    if wanted in {stage.slug, stage.label.casefold()}:
                        return stage.id
        return aliases_of(self.uow, WordList.DEAL_STAGES, pipeline_id).get(to_slug(name))

    def stage_names(self) -> str:
        """Name the open stages, for refusals."""
        return ", ".join(stage.label for pipeline in self.pipelines for stage in pipeline.stages)


def find_form(named: str) -> RowForm | None:
    """Give how a file of deals is to be read, by the name of a mapping or its TOML file; None is the neutral way.

    Raises InvalidInputError when there is no such mapping, or when it does not hold.
    """
    return mapping.load(named)


def suggest_mapping(data: bytes, *, file_name: str) -> str:
    """Write a first mapping for a file of deals as TOML; raises InvalidInputError when it names no columns."""
    return suggest.suggest(data, file_name=file_name)


def import_deals(uow: UnitOfWork, rows: Sequence[DealRow]) -> ImportAnswer:
    """Create and update deals; what a row leaves empty stays as it is."""
    uow.require(Permission.IMPORT_DEALS)
    book = _Referred(uow)
    known = queries.rows_by_external_id(uow.session, [row.deal for row in rows])
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    refused = []
    for row in rows:
        reason = _why_refused(row, known.get(row.deal), book)
        if reason:
            refused.append(RefusedRow(line=row.line, reason=reason))
            continue
        deal = known.get(row.deal)
        values = _deal_values(row, deal.pipeline_id if deal else book.default.id, book)
        if deal is None:
            deal = Deal(external_id=row.deal, pipeline_id=book.default.id, updated_at=uow.now, **values)
            uow.session.add(deal)
            known[row.deal] = deal
            counts["created"] += 1
        elif _apply(deal, values):
            deal.updated_at = uow.now
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    uow.session.flush()
    _finish(uow, "import deals", counts)
    return _answer(len(rows), refused, counts)


def _why_refused(row: DealRow, deal: Deal | None, book: _Referred) -> str | None:
    closed, opened = row.closed_at or (deal and deal.closed_at), row.opened_at or (deal and deal.opened_at)
    if closed and opened and closed < opened:
        return f"The deal closes ({closed:%Y-%m-%d}) before it opens ({opened:%Y-%m-%d})."
    if row.stage and row.stage.strip().casefold() not in _ENDS:
        pipeline = deal.pipeline_id if deal else book.default.id
        if book.stage(row.stage, pipeline) is None:
            return f"“{row.stage}” is no deal stage here. Known: {book.stage_names()}."
    return _why_amount_refused(row, deal) if deal is not None else None


def _why_amount_refused(row: DealRow, deal: Deal) -> str | None:
    """Refuse half a price: minor units mean nothing without their currency."""
    kept = deal.currency or ""
    if row.amount_minor is None and row.currency and deal.amount_minor is not None and row.currency != kept:
        return f"The currency changes from {kept or 'none'} to {row.currency}, so the amount is needed too."
    if row.amount_minor is not None and not row.currency and CURRENCY_PLACES.get(kept, 2) != 2:
        return f"The deal is in {kept}: name the currency with the amount."
    return None


def _deal_values(row: DealRow, pipeline_id: int, book: _Referred) -> dict[str, Any]:
    """Give the columns that a row fills; empty cells fill none."""
    values: dict[str, Any] = {
        "name": row.name,
        "account_id": book.account(row.account),
        "owner_id": book.person(row.owner),
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "industry_id": book.term(Vocabulary.INDUSTRY, row.industry),
        "size_id": book.term(Vocabulary.COMPANY_SIZE, row.size),
        "region_id": book.term(Vocabulary.REGION, row.region),
        "stage_id": book.stage(row.stage, pipeline_id) if row.stage else None,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
        "lost_reason": row.lost_reason,
    }
    return {key: value for key, value in values.items() if value is not None}


def _apply(deal: Deal, values: dict[str, Any]) -> bool:
    changed = {key: value for key, value in values.items() if getattr(deal, key) != value}
    for key, value in changed.items():
        setattr(deal, key, value)
    return bool(changed)


def import_stages(uow: UnitOfWork, rows: Sequence[StageRow]) -> ImportAnswer:
    """Add to the stage history of deals, one entry per deal and instant; the latest one is the deal's stage."""
    book = _Referred(uow)

    def resolve(row: StageRow, deal: Deal) -> dict[str, Any] | str | None:
        if row.stage.strip().casefold() in _ENDS:
            return None
        stage = book.stage(row.stage, deal.pipeline_id)
        if stage is None:
            return f"“{row.stage}” is no deal stage here. Known: {book.stage_names()}."
        return {"deal_id": deal.id, "stage_id": stage, "entered_at": row.entered_at}

    answer = _import_history(uow, rows, DealStageEntry, "entered_at", resolve, "import deal stages")
    _follow_history(uow, [row.deal for row in rows])
    return answer


def _follow_history(uow: UnitOfWork, external_ids: Sequence[str]) -> None:
    """Put each deal into the stage that its history says it entered last."""
    deals = queries.rows_by_external_id(uow.session, list(dict.fromkeys(external_ids)))
    stages, _ = queries.histories(uow.session, [deal.id for deal in deals.values()])
    for deal in deals.values():
        if stages.get(deal.id):
            deal.stage_id = stages[deal.id][-1][0]
    uow.session.flush()


def import_health(uow: UnitOfWork, rows: Sequence[HealthRow]) -> ImportAnswer:
    """Add to the health history of deals; one entry per deal and instant."""
    book = _Referred(uow)

    def resolve(row: HealthRow, deal: Deal) -> dict[str, Any] | str | None:
        return {
            "deal_id": deal.id,
            "at": row.at,
            "health": row.health,
            "forecast_category_id": book.term(Vocabulary.FORECAST_CATEGORY, row.forecast_category),
        }

    return _import_history(uow, rows, DealHealth, "at", resolve, "import deal health")


def _import_history(
    uow: UnitOfWork,
    rows: Sequence[Row],
    table: Any,
    instant: str,
    resolve: Callable[[Row, Deal], dict[str, Any] | str | None],
    deed: str,
) -> ImportAnswer:
    """Write history rows; `resolve` gives columns, a reason to refuse, or None for a row that says nothing new."""
    uow.require(Permission.IMPORT_DEALS)
    deals = queries.rows_by_external_id(uow.session, list(dict.fromkeys(row.deal for row in rows)))
    kept = _kept_history(uow, table, instant, [deal.id for deal in deals.values()])
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    refused: list[RefusedRow] = []
    new: dict[Any, dict[str, Any]] = {}
    for row in rows:
        deal = deals.get(row.deal)
        columns = resolve(row, deal) if deal else f"There is no deal “{row.deal}”. Import deals first."
        if isinstance(columns, str):
            refused.append(RefusedRow(line=row.line, reason=columns))
            continue
        if columns is None:
            counts["unchanged"] += 1
            continue
        key = (columns["deal_id"], columns[instant])
        before = kept.get(key)
        if before == columns:
            counts["unchanged"] += 1
        elif key in new:  # of two rows for one instant the later one holds
            new[key] = columns
            counts["changed"] += 1
        elif before is not None:
            uow.session.execute(
                sa.update(table).where(table.deal_id == key[0], getattr(table, instant) == key[1]).values(**columns)
            )
            counts["changed"] += 1
        else:
            new[key] = columns
            counts["created"] += 1
        kept[key] = columns
    if new:
        uow.session.execute(sa.insert(table), list(new.values()))
    _finish(uow, deed, counts)
    return _answer(len(rows), refused, counts)


def _kept_history(uow: UnitOfWork, table: Any, instant: str, deal_ids: Sequence[int]) -> dict[Any, dict[str, Any]]:
    names = [c.name for c in table.__table__.columns if c.name != "id"]
    kept: dict[Any, dict[str, Any]] = {}
    for part in in_parts(deal_ids):
        for row in uow.session.execute(
            sa.select(*(getattr(table, name) for name in names)).where(table.deal_id.in_(part))
        ):
            columns = dict(zip(names, row, strict=True))
            kept[columns["deal_id"], columns[instant]] = columns
    return kept


def _finish(uow: UnitOfWork, deed: str, counts: dict[str, int]) -> None:
    uow.session.flush()
    if counts["created"] or counts["changed"]:
        uow.enqueue(JobKind.RATE_USAGE)
        uow.audit(deed, "library", 0, **counts)


def _answer(total: int, refused: Sequence[RefusedRow], counts: dict[str, int]) -> ImportAnswer:
    return ImportAnswer(
        total=total,
        created=counts["created"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        refused=tuple(refused),
    )
