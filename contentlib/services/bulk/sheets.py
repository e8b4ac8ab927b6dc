"""Takes the library's sheet in, row by row; a row that cannot be taken costs no other row.

Few rows are taken at once; many are taken step by step, as other deeds on many assets are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from contentlib.domain.assets import Vocabulary
from contentlib.domain.errors import ContentlibError, InvalidInputError
from contentlib.domain.governance import check_dates
from contentlib.domain.imports import ImportAnswer, RefusedRow
from contentlib.domain.library import SHEET_FIXED, BulkLine, BulkOutcome, SheetLine, SheetRow
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import WordList
from contentlib.services import asset_rights
from contentlib.services.bulk.deeds import given_key
from contentlib.services.bulk.doing import note_many, tell_given
from contentlib.services.gathering import gathering
from contentlib.services.governance import snapshots
from contentlib.services.governance.moves import note_down
from contentlib.services.library_sheet import LISTS, to_row
from contentlib.services.taxonomy import TermBook, aliases_of
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, AuditEntry, FunnelStage, Term


@dataclass(frozen=True, kw_only=True)
class SheetTaken:
    """What came of a sheet; `entry` is the line of the audit trail by which it can be taken back."""

    answer: ImportAnswer
    entry: int | None


def take_in(uow: UnitOfWork, rows: Sequence[SheetRow], *, is_rehearsal: bool = False) -> SheetTaken:
    """Have assets described as their rows say; each row is taken whole or refused with its reason.

    A rehearsal writes nothing, in a unit of work that is taken back.
    """
    given, batch = Counter[str](), uow.now.isoformat()
    came_to = _take_each(uow, rows, given, batch, is_rehearsal=is_rehearsal)
    refused = tuple(
        RefusedRow(line=row.line, reason=each.message)
        for row, (_, each) in zip(rows, came_to, strict=True)
        if isinstance(each, ContentlibError)
    )
    noted = [entry for _, entry in came_to if isinstance(entry, AuditEntry)]
    unchanged = len(rows) - len(noted) - len(refused)
    answer = ImportAnswer(total=len(rows), changed=len(noted), unchanged=unchanged, refused=refused)
    if is_rehearsal:
        return SheetTaken(answer=answer, entry=None)
    for email, number in given.items():
        tell_given(uow, email, number, batch=batch)
    return SheetTaken(answer=answer, entry=note_many(uow, "sheet", [entry.id for entry in noted]))


def act(
    uow: UnitOfWork, lines: Sequence[SheetLine], given: Counter[str], *, batch: str, is_rehearsal: bool = False
) -> list[BulkLine]:
    """Take some lines of a sheet, and say what became of each; nobody is told, `given` counts what people are given.

    `batch` names the sheet in what they are told at its end.
    """
    rows = [line.row for line in lines if line.row is not None]
    came_to = iter(_take_each(uow, rows, given, batch, is_rehearsal=is_rehearsal))
    told = []
    for line in lines:
        if line.row is None:
            refused = BulkLine(slug="", title="", outcome=BulkOutcome.REFUSED, reason=line.reason)
            told.append(replace(refused, line=line.line))
            continue
        title, became = next(came_to)
        one = BulkLine(slug=line.row.slug, title=title, outcome=BulkOutcome.ALREADY, line=line.line)
        if isinstance(became, ContentlibError):
            one = replace(one, outcome=BulkOutcome.REFUSED, reason=became.message)
        elif became is not None:
            one = replace(one, outcome=BulkOutcome.DONE, entry=None if is_rehearsal else became.id)
        told.append(one)
    return told


def _take_each(
    uow: UnitOfWork, rows: Sequence[SheetRow], given: Counter[str], batch: str, *, is_rehearsal: bool
) -> list[tuple[str, AuditEntry | ContentlibError | None]]:
    """Give for each row its asset's title, and the line of the trail, or None where it is so already, or why not."""
    uow.require(Permission.EDIT_ASSETS)
    book = _Words(uow)
    assets = {
        asset.slug: asset
        for asset in asset_queries.list_to_change(uow.session, slugs=list(dict.fromkeys(row.slug for row in rows)))
    }
    came_to: list[tuple[str, AuditEntry | ContentlibError | None]] = []
    with gathering(uow, is_rehearsal=is_rehearsal) as at_once:
        for row in rows:
            asset = assets.get(row.slug)
            title = asset.title if asset is not None else ""
            try:
                came_to.append((title, _take(at_once, book, row, asset, given, batch)))
            except ContentlibError as error:
                came_to.append((title, error))
    return came_to


def _take(
    uow: UnitOfWork, book: _Words, row: SheetRow, asset: Asset | None, given: Counter[str], batch: str
) -> AuditEntry | None:
    """Change an asset to what its row says, all looked up before anything is written; gives the line of the trail.

    `given` counts what people are given to own, so that each is told once.
    """
    if asset is None:
        raise InvalidInputError(f"There is no asset “{row.slug}”.")
    now = to_row(asset)
    for name in SHEET_FIXED:
        if name in row.fixed and row.fixed[name].strip() != now.fixed[name].strip():
            stands = f"“{row.fixed[name]}” is “{now.fixed[name]}” here"
            raise InvalidInputError(f"{name}: {stands}, and is not changed by a sheet.")
    stages, terms = book.words(asset, row)
    owner_id = book.owner(row, asset)
    dates = replace(asset_rights.dates_of(asset), **{_COLUMN.get(name, name): day for name, day in row.days.items()})
    if faults := check_dates(dates):
        raise InvalidInputError(faults[0].message, fields=faults)
    is_same_words = set(stages) == set(asset.stages) and set(terms) == set(asset.terms)
    if is_same_words and dates == asset_rights.dates_of(asset) and owner_id == asset.owner_id:
        return None
    before = snapshots.take(asset)
    snapshots.hold(asset.stages, stages)
    snapshots.hold(asset.terms, terms)
    asset.publish_on, asset.expires_on, asset.review_by_on = dates.publish_on, dates.expires_on, dates.review_by_on
    notice = ""
    if owner_id != asset.owner_id and owner_id is not None and row.owner:
        given[row.owner.lower()] += 1
        notice = given_key(owner_id, batch)
    asset.owner_id = owner_id
    return note_down(uow, asset, "describe", before=before, notice=notice)


_COLUMN = {"review_by": "review_by_on"}


class _Words:
    """The words and people that rows name, looked up once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._terms = TermBook(uow, tuple(LISTS.values()))
        stages = taxonomy_queries.list_funnel_stages(uow.session)
        by_id = {stage.id: stage for stage in stages}
        old = {name: by_id[row_id] for name, row_id in aliases_of(uow, WordList.STAGES).items() if row_id in by_id}
        self._stages = old | {name: stage for stage in stages for name in (stage.slug, stage.label.casefold())}
        self._people = {person.email: person for person in people_queries.list_all(uow.session)}

    def words(self, asset: Asset, row: SheetRow) -> tuple[list[FunnelStage], list[Term]]:
        """Give the stages and terms that an asset has after its row; InvalidInputError names a word not known."""
        stages = list(asset.stages)
        if "stages" in row.words:
            stages = [self._stage(name) for name in row.words["stages"]]
        terms = [term for term in asset.terms if not self._is_told(row, term)]
        for words, vocabulary in LISTS.items():
            terms += [self._term(words, vocabulary, name) for name in row.words.get(words, ())]
        return list(dict.fromkeys(stages)), list(dict.fromkeys(terms))

    def _is_told(self, row: SheetRow, term: Term) -> bool:
        return any(words.value in row.words for words, vocabulary in LISTS.items() if vocabulary is term.vocabulary)

    def _stage(self, name: str) -> FunnelStage:
        stage = self._stages.get(name.casefold())
        if stage is None:
            known = ", ".join(dict.fromkeys(each.slug for each in self._stages.values() if each.retired_at is None))
            raise InvalidInputError(f"stages: “{name}” is no funnel stage. Known: {known}.")
        return stage

    def _term(self, words: WordList, vocabulary: Vocabulary, name: str) -> Term:
        term = self._terms.find(vocabulary, name)
        if term is None:
            nearest = self._terms.nearest(vocabulary, name)
            meant = f" Did you mean “{nearest}”?" if nearest else ""
            raise InvalidInputError(f"{words}: “{name}” is not among them.{meant}")
        return term

    def owner(self, row: SheetRow, asset: Asset) -> int | None:
        """Give the row of who owns an asset after its row; InvalidInputError for who cannot."""
        current = asset.owner.email if asset.owner else ""
        if row.owner is None or row.owner.lower() == current:
            return asset.owner_id
        if not row.owner:
            return None
        person = self._people.get(row.owner.lower())
        if person is None:
            raise InvalidInputError(f"owner: nobody here has the e-mail address {row.owner}.")
        if not person.is_active:
            raise InvalidInputError(f"owner: {person.name} is disabled and cannot look after assets.")
        return person.id
