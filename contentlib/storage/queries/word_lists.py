"""Questions about lists of words, what hangs on them, and the names that they once had."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.taxonomy import VOCABULARY_OF, WordList
from contentlib.storage.tables import (
    Asset,
    AssetKind,
    AssetStage,
    AssetTerm,
    Deal,
    DealStage,
    DealStageEntry,
    FunnelStage,
    SavedSearch,
    Term,
    WordAlias,
)

Row = AssetKind | FunnelStage | Term | DealStage
_OF_DEALS = (Deal.industry_id, Deal.size_id, Deal.region_id)


def alias_key(words: WordList, pipeline_id: int | None = None) -> str:
    """Give the name under which aliases of a list are kept; each pipeline has its own."""
    return f"{words.value}:{pipeline_id}" if words is WordList.DEAL_STAGES else words.value


def list_rows(session: Session, words: WordList, *, pipeline_id: int | None = None) -> list[Row]:
    """List the words of a list in their order, retired ones too."""
    if words is WordList.KINDS:
        return list(session.scalars(sa.select(AssetKind).order_by(AssetKind.position, AssetKind.id)))
    if words is WordList.STAGES:
        return list(session.scalars(sa.select(FunnelStage).order_by(FunnelStage.position, FunnelStage.id)))
    if words is WordList.DEAL_STAGES:
        stages = sa.select(DealStage).where(DealStage.pipeline_id == pipeline_id)
        return list(session.scalars(stages.order_by(DealStage.position, DealStage.id)))
    terms = sa.select(Term).where(Term.vocabulary == VOCABULARY_OF[words])
    return list(session.scalars(terms.order_by(Term.position, Term.label, Term.id)))


def count_words(session: Session) -> dict[WordList, int]:
    """Count the words of every list that are offered."""
    counts = dict.fromkeys(WordList, 0)
    for words, table in (
        (WordList.KINDS, AssetKind),
        (WordList.STAGES, FunnelStage),
        (WordList.DEAL_STAGES, DealStage),
    ):
        offered = sa.select(sa.func.count()).select_from(table).where(table.retired_at.is_(None))
        counts[words] = session.scalar(offered) or 0
    rows = session.execute(
        sa.select(Term.vocabulary, sa.func.count()).where(Term.retired_at.is_(None)).group_by(Term.vocabulary)
    )
    held: dict[Any, int] = {vocabulary: number for vocabulary, number in rows}  # noqa: C416
    return counts | {words: held.get(vocabulary, 0) for words, vocabulary in VOCABULARY_OF.items()}


def assets_by_word(session: Session, words: WordList) -> dict[int, int]:
    """Map the words of a list to how many assets have them."""
    if words is WordList.DEAL_STAGES:
        return {}
    column: Any = {WordList.KINDS: Asset.kind_id, WordList.STAGES: AssetStage.stage_id}.get(words, AssetTerm.term_id)
    rows = session.execute(sa.select(column, sa.func.count()).group_by(column))
    return {word: number for word, number in rows}  # noqa: C416


def deals_by_word(session: Session, words: WordList) -> dict[int, int]:
    """Map the words of a list to how many deals have them, or were in them."""
    if words is WordList.DEAL_STAGES:
        entered = sa.select(DealStageEntry.stage_id.label("word"), DealStageEntry.deal_id.label("deal"))
        stands = sa.select(Deal.stage_id, Deal.id).where(Deal.stage_id.is_not(None))
        both = sa.union(entered, stands).subquery()
        rows = session.execute(sa.select(both.c.word, sa.func.count()).group_by(both.c.word))
        return {word: number for word, number in rows}  # noqa: C416
    counts: dict[int, int] = {}
    if words in VOCABULARY_OF:
        for column in _OF_DEALS:  # a term is of one vocabulary, so that it stands in one of the columns
            for word, number in session.execute(sa.select(column, sa.func.count()).group_by(column)):
                if word is not None:
                    counts[word] = counts.get(word, 0) + number
    return counts


def list_saved(session: Session) -> list[SavedSearch]:
    """List every question that somebody keeps."""
    return list(session.scalars(sa.select(SavedSearch).where(SavedSearch.removed_at.is_(None))))


def asset_ids(session: Session, words: WordList, row_id: int) -> list[int]:
    """List the assets that have a word."""
    if words is WordList.DEAL_STAGES:
        return []
    if words is WordList.KINDS:
        query = sa.select(Asset.id).where(Asset.kind_id == row_id)
    elif words is WordList.STAGES:
        query = sa.select(AssetStage.asset_id).where(AssetStage.stage_id == row_id)
    else:
        query = sa.select(AssetTerm.asset_id).where(AssetTerm.term_id == row_id)
    return sorted(session.scalars(query))


def aliases(session: Session, key: str) -> dict[str, int]:
    """Map the names that words of a list once had to their rows of today."""
    rows = session.execute(sa.select(WordAlias.slug, WordAlias.target_id).where(WordAlias.words == key))
    return {slug: target for slug, target in rows}  # noqa: C416


def todays_slugs(session: Session) -> dict[tuple[str, str], str]:
    """Map (list, old name) to the word's slug of today, for words that addresses ask for."""
    found = session.execute(sa.select(WordAlias.words, WordAlias.slug, WordAlias.target_id)).all()
    if not found:  # as in most libraries, at every search
        return {}
    tables: dict[str, Any] = {WordList.KINDS.value: AssetKind, WordList.STAGES.value: FunnelStage}
    names: dict[str, dict[int, str]] = {}
    for words in {words for words, _, _ in found}:
        table = tables.get(words, DealStage if words.startswith(WordList.DEAL_STAGES) else Term)
        names[words] = {row_id: slug for row_id, slug in session.execute(sa.select(table.id, table.slug))}  # noqa: C416
    return {(words, slug): names[words][target] for words, slug, target in found if target in names[words]}


def remember(session: Session, key: str, slug: str, target_id: int) -> None:
    """Have a name mean a word from now on."""
    session.merge(WordAlias(words=key, slug=slug, target_id=target_id))


def forget(session: Session, key: str, slug: str) -> None:
    """Have a name mean nothing else any more."""
    session.execute(sa.delete(WordAlias).where(WordAlias.words == key, WordAlias.slug == slug))


def forget_target(session: Session, key: str, target_id: int) -> None:
    """Forget the names that led to a row that is going."""
    session.execute(sa.delete(WordAlias).where(WordAlias.words == key, WordAlias.target_id == target_id))


def redirect(session: Session, key: str, old: int, new: int) -> list[str]:
    """Have the names that led to one row lead to another; gives them."""
    led = (WordAlias.words == key, WordAlias.target_id == old)
    names = sorted(session.scalars(sa.select(WordAlias.slug).where(*led)))
    session.execute(sa.update(WordAlias).where(*led).values(target_id=new))
    return names
