"""How an asset stood before a deed, kept with the deed in the audit trail, so that it can be put back; no rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.taxonomy import VOCABULARY_OF, WordList
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import word_merges
from contentlib.storage.tables import Asset, AssetVersion, FunnelStage, Review, Term, WordMerge

_Word = TypeVar("_Word", FunnelStage, Term)

_PLAIN = (
    "title", "summary", "company", "kind_id", "language", "brand", "archived_reason", "owner_id",
    "current_version_id", "is_source_vanished",
)  # fmt: skip
_DAYS = ("publish_on", "expires_on", "review_by_on")
_INSTANTS = ("verified_at", "published_at")


def take(asset: Asset, version: AssetVersion | None = None) -> dict[str, Any]:
    """Give how an asset stands, loaded with stages and terms, as plain values; a `version` with when it went out."""
    told = {name: getattr(asset, name) for name in _PLAIN}
    told |= {name: _written(getattr(asset, name)) for name in (*_DAYS, *_INSTANTS)}
    told |= {"status": asset.status.value, "audience": asset.audience.value}
    told |= {"stages": [stage.id for stage in asset.stages], "terms": [term.id for term in asset.terms]}
    if version is not None:
        told["version"] = {"id": version.id, "published_at": _written(version.published_at)}
    return told


def take_review(review: Review) -> dict[str, Any]:
    """Give how a review stands, as plain values."""
    return {"id": review.id, "state": review.state.value, "publish_on": _written(review.publish_on)}


def take_waiting(uow: UnitOfWork, asset: Asset) -> dict[str, Any] | None:
    """Give how the review stands that an asset waits in, None where it waits in none."""
    review = queries.find_waiting(uow.session, asset.id)
    return take_review(review) if review is not None else None


def _written(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words that there are today: kinds by their rows, funnel stages in their order, and terms by their rows.

    `merges` are those that can still be taken back, oldest first.
    """

    kinds: frozenset[int]
    stages: Sequence[FunnelStage]
    terms: Mapping[int, Term]
    merges: Sequence[WordMerge] = ()

    def lead(self, lists: Collection[WordList], row_id: int, since: datetime) -> int:
        """Give the row that has a word's place today, which was `row_id` at a moment; lists of terms share their rows.

        A number that a word left free by its merge may be another word's by now.
        """
        for merge in self.merges:
            if merge.at >= since and merge.words in lists and merge.old["id"] == row_id:
                row_id = merge.into_id
        return row_id


def read_words(reading: UnitOfWork) -> Words:
    """Read the words that there are today."""
    return Words(
        kinds=frozenset(kind.id for kind in taxonomy_queries.list_kinds(reading.session)),
        stages=taxonomy_queries.list_funnel_stages(reading.session),
        terms={term.id: term for term in taxonomy_queries.list_terms(reading.session)},
        merges=word_merges.list_all(reading.session),
    )


def put_back(uow: UnitOfWork, asset: Asset, told: Mapping[str, Any], words: Words, since: datetime) -> None:
    """Let an asset stand as it was at a moment; its slug stays.

    What was merged since is what took its place; other kinds, stages and terms that are gone meanwhile stay gone.
    """
    kind_id = words.lead({WordList.KINDS}, told["kind_id"], since)
    for name in _PLAIN:
        if name != "kind_id" or kind_id in words.kinds:
            setattr(asset, name, kind_id if name == "kind_id" else told[name])
    for name in _DAYS:
        setattr(asset, name, date.fromisoformat(told[name]) if told[name] else None)
    for name in _INSTANTS:
        setattr(asset, name, datetime.fromisoformat(told[name]) if told[name] else None)
    asset.status, asset.audience = AssetStatus(told["status"]), Audience(told["audience"])
    stages = {words.lead({WordList.STAGES}, row_id, since) for row_id in told["stages"]}
    hold(asset.stages, [stage for stage in words.stages if stage.id in stages])
    terms = dict.fromkeys(words.lead(VOCABULARY_OF, row_id, since) for row_id in told["terms"])
    hold(asset.terms, [words.terms[row_id] for row_id in terms if row_id in words.terms])
    if "version" in told:
        version = uow.session.get(AssetVersion, told["version"]["id"])
        at = told["version"]["published_at"]
        if version is not None:
            version.published_at = datetime.fromisoformat(at) if at else None
    uow.flush()


def hold(held: list[_Word], wanted: Sequence[_Word]) -> None:
    """Let a list hold what is wanted; of many assets most have most of it, which need not be written again."""
    for word in [word for word in held if word not in wanted]:
        held.remove(word)
    held.extend(word for word in wanted if word not in held)
