"""Questions about kinds, stages and terms; small tables, read whole."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from contentlib.domain.assets import Vocabulary
from contentlib.storage.tables import AssetKind, DealStage, FunnelStage, Pipeline, Term


def list_kinds(session: Session) -> list[AssetKind]:
    """List the kinds of assets in their order."""
    return list(session.scalars(sa.select(AssetKind).order_by(AssetKind.position)))


@cache
def _asks_funnel_stages() -> sa.Select[FunnelStage]:
    return sa.select(FunnelStage).order_by(FunnelStage.position)


def list_funnel_stages(session: Session) -> list[FunnelStage]:
    """List the funnel stages in their order."""
    return list(session.scalars(_asks_funnel_stages()))


def list_terms(session: Session, *vocabularies: Vocabulary) -> list[Term]:
    """List the terms of some vocabularies, or of all."""
    query = sa.select(Term).order_by(Term.vocabulary, Term.position, Term.label)
    return list(session.scalars(query.where(Term.vocabulary.in_(vocabularies)) if vocabularies else query))


@cache
def _asks_labels() -> tuple[sa.Select[str, str], sa.Select[str, str], sa.Select[Vocabulary, str, str]]:
    return (
        sa.select(AssetKind.slug, AssetKind.plural).order_by(AssetKind.position),
        sa.select(FunnelStage.slug, FunnelStage.label).order_by(FunnelStage.position),
        sa.select(Term.vocabulary, Term.slug, Term.label),
    )


def read_labels(session: Session) -> tuple[dict[str, str], dict[str, str], dict[Vocabulary, dict[str, str]]]:
    """Map kinds (in the plural), funnel stages and the terms of each vocabulary from slug to label, the first two in
    their order.
    """
    kinds, stages, terms = _asks_labels()
    told: dict[Vocabulary, dict[str, str]] = {vocabulary: {} for vocabulary in Vocabulary}
    for vocabulary, slug, label in session.execute(terms):
        told[vocabulary][slug] = label
    return _mapped(session, kinds), _mapped(session, stages), told


def _mapped(session: Session, pairs: sa.Select[str, str]) -> dict[str, str]:
    return {slug: label for slug, label in session.execute(pairs)}  # noqa: C416


def deal_stage_labels(session: Session) -> dict[int, str]:
    """Map the open stages of all pipelines to what they are called."""
    return {row_id: label for row_id, label in session.execute(sa.select(DealStage.id, DealStage.label))}  # noqa: C416


def list_pipelines(session: Session) -> list[Pipeline]:
    """List the pipelines with their open stages in order, each with its funnel stage."""
    return list(
        session.scalars(
            sa.select(Pipeline)
            .order_by(Pipeline.id)
            .options(selectinload(Pipeline.stages).joinedload(DealStage.funnel_stage))
        )
    )
