"""The moving of all that has one word to another, and back: what moved is remembered row by row.

What somebody changed in between is never changed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.taxonomy import VOCABULARY_OF, WordList
from contentlib.storage.tables import (
    Asset,
    AssetStage,
    AssetTerm,
    ContentRequest,
    Deal,
    DealStage,
    DealStageEntry,
    LoggedSearch,
    UsageEvent,
    WordMerge,
    WordMergeHolding,
)

_COLUMNS: dict[WordList, Sequence[Any]] = {
    WordList.KINDS: (Asset.kind_id, ContentRequest.kind_id),
    WordList.STAGES: (DealStage.funnel_stage_id, ContentRequest.stage_id),
    WordList.DEAL_STAGES: (Deal.stage_id, DealStageEntry.stage_id, UsageEvent.stage_id, LoggedSearch.stage_id),
    WordList.INDUSTRIES: (ContentRequest.industry_id,),
    WordList.PERSONAS: (ContentRequest.persona_id,),
}
# A term of any vocabulary may stand in any of them; deals are told with those of three.
_OF_DEALS = (Deal.industry_id, Deal.size_id, Deal.region_id)


def _columns(words: WordList) -> Sequence[Any]:
    """List the columns in which a row says one word of a list."""
    return (*_COLUMNS.get(words, ()), *(_OF_DEALS if words in VOCABULARY_OF else ()))


def _links(words: WordList) -> tuple[Any, Any] | None:
    """Give the columns for the asset and the word where an asset may have several of a list, None where it has one."""
    if words is WordList.STAGES:
        return AssetStage.asset_id, AssetStage.stage_id
    return (AssetTerm.asset_id, AssetTerm.term_id) if words in VOCABULARY_OF else None


def _place(column: Any) -> str:
    return f"{column.class_.__tablename__}.{column.key}"


def move(session: Session, words: WordList, merge: WordMerge, old: int) -> None:
    """Have everything that has the word `old` have the merge's other one, and remember each row."""
    new, holding = merge.into_id, WordMergeHolding
    for column in _columns(words):
        had = sa.select(sa.literal(merge.id), sa.literal(_place(column)), column.class_.id, sa.false())
        _keep(session, had.where(column == old))
        session.execute(sa.update(column.class_).where(column == old).values({column.key: new}))
    if (links := _links(words)) is None:
        return
    asset, word = links
    other = sa.select(asset).where(word == new).correlate(None)
    _keep(
        session,
        sa.select(sa.literal(merge.id), sa.literal(_place(word)), asset, asset.in_(other)).where(word == old),
    )
    both = _held(merge, word).where(holding.had_both.is_(True))
    session.execute(sa.delete(word.class_).where(word == old, asset.in_(both)))
    session.execute(sa.update(word.class_).where(word == old).values({word.key: new}))


def move_back(session: Session, words: WordList, merge: WordMerge, old: int) -> list[int]:
    """Have what had the word before have it again, where it still says the other; gives the assets it touches."""
    new, holding = merge.into_id, WordMergeHolding
    assets: set[int] = set()
    for column in _columns(words):
        still = (column == new, column.class_.id.in_(_held(merge, column)))
        if column.class_ is Asset:
            assets.update(session.scalars(sa.select(Asset.id).where(*still)))
        session.execute(sa.update(column.class_).where(*still).values({column.key: old}))
    if (links := _links(words)) is not None:
        asset, word = links
        table, held = word.class_.__table__, _held(merge, word)
        back = sa.select(asset, sa.literal(old)).where(word == new, asset.in_(held))
        assets.update(session.scalars(back))
        session.execute(sa.insert(table).from_select([asset.key, word.key], back))
        only = held.where(holding.had_both.is_(False))
        session.execute(sa.delete(word.class_).where(word == new, asset.in_(only)))
    return sorted(assets)


def _keep(session: Session, rows: sa.Select[Any]) -> None:
    table: Any = WordMergeHolding.__table__
    session.execute(sa.insert(table).from_select(["merge_id", "place", "row_id", "had_both"], rows))


def _held(merge: WordMerge, column: Any) -> sa.Select[int]:
    holding = WordMergeHolding
    return sa.select(holding.row_id).where(holding.merge_id == merge.id, holding.place == _place(column))


def list_since(session: Session, since: datetime, *, key: str, into_id: int) -> list[WordMerge]:
    """List the merges into a word since a moment, newest first; `key` names its list as aliases do."""
    query = sa.select(WordMerge).where(WordMerge.words == key, WordMerge.into_id == into_id, WordMerge.at >= since)
    return list(session.scalars(query.order_by(WordMerge.id.desc())))


def list_all(session: Session) -> list[WordMerge]:
    """List all merges that are kept, oldest first."""
    return list(session.scalars(sa.select(WordMerge).order_by(WordMerge.id)))


def lead_to(session: Session, key: str, before: int, after: int, *, until: int) -> None:
    """Have merges into a row, made before the merge `until`, be merges into the row that it came back as."""
    earlier = (WordMerge.words == key, WordMerge.into_id == before, WordMerge.id < until)
    session.execute(sa.update(WordMerge).where(*earlier).values(into_id=after))


def forget_until(session: Session, until: datetime) -> None:
    """Forget merges before a moment, which nobody can take back any more."""
    session.execute(sa.delete(WordMerge).where(WordMerge.at < until))
