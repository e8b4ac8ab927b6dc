"""Shows the lists of words with what hangs on each word; it changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import FILTER_OF, LIST_NAMES, Touches, Word, WordList
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import word_lists as queries
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import AssetKind, DealStage, FunnelStage, Pipeline


@dataclass(frozen=True, kw_only=True)
class ListOverview:
    """How many words a list offers; `pipelines` are (slug, label) of those that have deal stages of their own."""

    counts: dict[WordList, int]
    pipelines: tuple[tuple[str, str], ...]


def overview(reading: UnitOfWork) -> ListOverview:
    """Count the words of every list."""
    reading.require(Permission.EDIT_TAXONOMY)
    pipelines = taxonomy_queries.list_pipelines(reading.session)
    return ListOverview(
        counts=queries.count_words(reading.session),
        pipelines=tuple((pipeline.slug, pipeline.label) for pipeline in pipelines),
    )


def list_words(reading: UnitOfWork, words: WordList, *, pipeline: str = "") -> tuple[Word, ...]:
    """List the words of a list in order with what hangs on each; retired ones come last."""
    reading.require(Permission.EDIT_TAXONOMY)
    rows = rows_of(reading, words, pipeline)
    touches = _Touches(reading, words)
    stages = {stage.id: stage.slug for stage in taxonomy_queries.list_funnel_stages(reading.session)}
    offered = [row for row in rows if row.retired_at is None]
    places = {row.id: place for place, row in enumerate(offered, start=1)}
    return tuple(
        _to_word(words, row, places.get(row.id, 0), touches.of(row), stages, pipeline)
        for row in (*offered, *(row for row in rows if row.retired_at is not None))
    )


def get_word(reading: UnitOfWork, words: WordList, slug: str, *, pipeline: str = "") -> Word:
    """Give one word with what hangs on it; NotFoundError names it."""
    for word in list_words(reading, words, pipeline=pipeline):
        if word.slug == slug:
            return word
    raise NotFoundError(f"There is no {LIST_NAMES[words].one} “{slug}”.")


def rows_of(reading: UnitOfWork, words: WordList, pipeline: str = "") -> list[Row]:
    """List the rows of a list in order; those of deal stages belong to one pipeline, the first without a name."""
    pipeline_id = get_pipeline(reading, pipeline).id if words is WordList.DEAL_STAGES else None
    return queries.list_rows(reading.session, words, pipeline_id=pipeline_id)


def get_row(reading: UnitOfWork, words: WordList, slug: str, pipeline: str = "") -> Row:
    """Give the row of a word; NotFoundError names it."""
    for row in rows_of(reading, words, pipeline):
        if row.slug == slug:
            return row
    raise NotFoundError(f"There is no {LIST_NAMES[words].one} “{slug}”.")


def get_pipeline(reading: UnitOfWork, slug: str = "") -> Pipeline:
    """Give a pipeline by its slug, the first without one; NotFoundError names it."""
    for pipeline in taxonomy_queries.list_pipelines(reading.session):
        if slug in {"", pipeline.slug}:
            return pipeline
    raise NotFoundError(f"There is no pipeline “{slug}”.")


def todays_name(reading: UnitOfWork, words: WordList, slug: str) -> str:
    """Give the slug that an old one leads to, itself where it is no old one."""
    return queries.todays_slugs(reading.session).get((words.value, slug), slug)


def key_of(words: WordList, row: Row) -> str:
    """Give the name under which the aliases of a row's list are kept."""
    return queries.alias_key(words, row.pipeline_id if isinstance(row, DealStage) else None)


class _Touches:
    """What hangs on the words of a list, counted once for all of them."""

    def __init__(self, reading: UnitOfWork, words: WordList) -> None:
        self._assets = queries.assets_by_word(reading.session, words)
        self._deals = queries.deals_by_word(reading.session, words)
        self._searches: Counter[str] = Counter()
        if words in FILTER_OF:
            for saved in queries.list_saved(reading.session):
                self._searches.update(set(saved.filters.get(FILTER_OF[words], ())))
        self._mapped: dict[int, list[str]] = {}
        if words is WordList.STAGES:
            for pipeline in taxonomy_queries.list_pipelines(reading.session):
                for stage in pipeline.stages:
                    self._mapped.setdefault(stage.funnel_stage_id or 0, []).append(stage.label)

    def of(self, row: Row) -> Touches:
        return Touches(
            assets=self._assets.get(row.id, 0),
            deals=self._deals.get(row.id, 0),
            searches=self._searches[row.slug],
            deal_stages=tuple(self._mapped.get(row.id, ())),
        )


def _to_word(words: WordList, row: Row, place: int, touches: Touches, stages: dict[int, str], pipeline: str) -> Word:
    told: dict[str, object] = {}
    if isinstance(row, FunnelStage):
        told = {"meaning": row.meaning, "needs_sales_review": row.needs_sales_review}
    elif isinstance(row, AssetKind):
        told = {
            "plural": row.plural,
            "verify_months": row.verify_months,
            "is_paperwork": row.is_paperwork,
            "needs_sales_review": row.needs_sales_review,
            "reviews_files": row.reviews_files,
        }
    elif isinstance(row, DealStage):
        told = {"funnel_stage": stages.get(row.funnel_stage_id or 0, "")}
    return Word(
        words=words,
        slug=row.slug,
        label=row.label,
        place=place,
        is_retired=row.retired_at is not None,
        touches=touches,
        pipeline=pipeline,
        **told,  # type: ignore[arg-type]
    )
