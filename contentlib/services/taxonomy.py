"""The words of this company: kinds, stages and terms; looked up forgivingly, created only on purpose."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from contentlib.domain import assets as words
from contentlib.domain.assets import Vocabulary
from contentlib.domain.taxonomy import LIST_OF, WordList
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import taxonomy as queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.tables import AssetKind, DealStage, FunnelStage, Pipeline, Term


def to_slug(text: str) -> str:
    """Give the slug of a label: lower case, accents dropped, at most 80 characters; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-")


def seed(uow: UnitOfWork) -> None:
    """Give a new library the default kinds, funnel stages and pipeline; does nothing where there are any."""
    if queries.list_kinds(uow.session):
        return
    for position, kind in enumerate(words.DEFAULT_KINDS):
        uow.session.add(
            AssetKind(
                slug=kind.slug,
                label=kind.label,
                plural=kind.plural,
                position=position,
                is_paperwork=kind.is_paperwork,
                verify_months=kind.verify_months,
            )
        )
    stages = {
        slug: FunnelStage(
            slug=slug,
            label=label,
            meaning=meaning,
            position=position,
            needs_sales_review=slug in words.STAGES_SALES_REVIEWS,
        )
        for position, (slug, label, meaning) in enumerate(words.DEFAULT_FUNNEL_STAGES)
    }
    pipeline = Pipeline(slug="default", label="Default")
    uow.session.add_all([*stages.values(), pipeline])
    uow.session.flush()
    for position, (slug, label, funnel_stage) in enumerate(words.DEFAULT_DEAL_STAGES):
        uow.session.add(
            DealStage(
                pipeline_id=pipeline.id,
                slug=slug,
                label=label,
                position=position,
                funnel_stage_id=stages[funnel_stage].id,
            )
        )
    uow.session.flush()


def aliases_of(reading: UnitOfWork, words: WordList | None, pipeline_id: int | None = None) -> dict[str, int]:
    """Map the names that words of a list once had, or that were merged into them, to their rows of today."""
    if words is None:
        return {}
    return word_queries.aliases(reading.session, word_queries.alias_key(words, pipeline_id))


@dataclass
class TermBook:
    """The terms of some vocabularies, found by slug, label or a name they once had; new ones only through `add`."""

    uow: UnitOfWork
    vocabularies: tuple[Vocabulary, ...]
    _terms: dict[tuple[Vocabulary, str], Term] = field(init=False)

    def __post_init__(self) -> None:
        self._terms = {}
        found = queries.list_terms(self.uow.session, *self.vocabularies)
        for term in found:
            self._keep(term)
        by_id = {term.id: term for term in found}
        for vocabulary in self.vocabularies:
            for name, term_id in aliases_of(self.uow, LIST_OF.get(vocabulary)).items():
                if term_id in by_id:
                    self._terms.setdefault((vocabulary, name), by_id[term_id])

    def _keep(self, term: Term) -> None:
        self._terms[term.vocabulary, term.slug] = term
        self._terms[term.vocabulary, term.label.casefold()] = term

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no term at all."""
        return not self._terms

    def find(self, vocabulary: Vocabulary, text: str) -> Term | None:
        """Find a term by its slug or label, whatever the case."""
        folded = " ".join(text.split()).casefold()
        return self._terms.get((vocabulary, folded)) or self._terms.get((vocabulary, to_slug(text)))

    def nearest(self, vocabulary: Vocabulary, text: str) -> str | None:
        """Give the label of the term that was probably meant."""
        offered = [(name, term) for (kept, name), term in self._terms.items() if kept is vocabulary]
        names = {name: term.label for name, term in offered if term.retired_at is None}
        close = difflib.get_close_matches(text.casefold(), names, n=1)
        return names[close[0]] if close else None

    def add(self, vocabulary: Vocabulary, text: str) -> Term:
        """Give the term for a text, making it when it is new."""
        term = self.find(vocabulary, text)
        if term is None:
            label = " ".join(text.split())[:120]
            term = Term(vocabulary=vocabulary, slug=self._free_slug(vocabulary, label), label=label)
            self.uow.session.add(term)
            self.uow.session.flush()
            self._keep(term)
        return term

    def _free_slug(self, vocabulary: Vocabulary, label: str) -> str:
        # A label in a script without Latin letters leaves no slug; a number then names the term.
        stem = to_slug(label) or "term"
        slug, number = stem, 2
        while (vocabulary, slug) in self._terms:
            slug, number = f"{stem[:76]}-{number}", number + 1
        return slug


def set_terms(uow: UnitOfWork, vocabulary: Vocabulary, labels: Sequence[tuple[str, str]]) -> None:
    """Make sure that a vocabulary holds these (slug, label) pairs, in this order."""
    known = {term.slug: term for term in queries.list_terms(uow.session, vocabulary)}
    for position, (slug, label) in enumerate(labels):
        term = known.get(slug)
        if term is None:
            uow.session.add(Term(vocabulary=vocabulary, slug=slug, label=label, position=position))
        else:
            term.label, term.position = label, position
    uow.session.flush()


def list_kinds(reading: UnitOfWork, *, offered: bool = False) -> list[AssetKind]:
    """List the kinds of assets, all of them or those that are offered."""
    return [kind for kind in queries.list_kinds(reading.session) if not offered or kind.retired_at is None]


def list_funnel_stages(reading: UnitOfWork) -> list[FunnelStage]:
    """List the funnel stages in order."""
    return queries.list_funnel_stages(reading.session)


def list_deal_stages(reading: UnitOfWork) -> list[DealStage]:
    """List the open stages of all pipelines, in order, each with its funnel stage."""
    return [stage for pipeline in queries.list_pipelines(reading.session) for stage in pipeline.stages]
