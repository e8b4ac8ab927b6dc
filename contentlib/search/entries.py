"""Turns an asset's index entry into the document that the index keeps, and back; it opens no index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import Facet, IndexEntry, PageText
from contentlib.search import words

# The facets that an entry carries; freshness is derived from dates when a question is asked.
STORED_FACETS: tuple[Facet, ...] = tuple(facet for facet in Facet if facet is not Facet.FRESHNESS)

# Limits against a runaway source, far above any real piece: about 400 dense pages.
MAX_PAGES = 2_000
MAX_TEXT = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What filters, sorts, counts and completions look at, for one asset. Dates are proleptic ordinals, None when
    missing; `mark` tells whether an entry is the one that is held.
    """

    asset_id: int
    version_id: int
    updated_at: float
    publish_on: int | None
    expires_on: int | None
    review_by_on: int | None
    mark: str
    title: str
    company: str
    labels: tuple[str, ...]
    facets: dict[Facet, tuple[str, ...]]
    names: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What snippets are cut from, for one asset."""

    title: str
    summary: str
    language: str
    pages: tuple[PageText, ...]


def mark_of(entry: IndexEntry) -> str:
    """Give a short mark that differs when anything of an entry does."""
    return hashlib.blake2b(repr(entry).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def coalesce(entries: Iterable[IndexEntry]) -> dict[int, IndexEntry]:
    """Keep the last entry of each asset: the same id twice in one commit would give Whoosh two documents."""
    return {entry.asset_id: entry for entry in entries}


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the index keeps of one asset: texts to analyse by place, and its facts and texts as they are stored."""

    asset_id: int
    language: str
    texts: Mapping[str, Sequence[str]]
    facts: bytes
    stored: str


def to_document(entry: IndexEntry) -> Document:
    """Give the document for an entry."""
    language = words.language_of(entry.language)
    pages = _clean_pages(entry.pages)
    title, summary, company = words.clean(entry.title), words.clean(entry.summary), words.clean(entry.company)
    return Document(
        asset_id=entry.asset_id,
        language=language,
        texts={
            "title": [title],
            "company": [company],
            "summary": [summary],
            "headings": [page.title for page in pages if page.title],
            "labels": _labels(entry),
            "body": [page.text for page in pages],
        },
        facts=_pack_facts(entry),
        stored=_pack_texts(title, summary, language, pages),
    )


def read_back(facts: bytes, stored: str) -> Document:
    """Make a document again of what was stored of it, for a move to another segment or index."""
    made = to_document(restore(unpack_facts(facts), unpack_texts(stored)))
    # With the mark of the entry that it was first made of, not of the cleaned one.
    return replace(made, facts=facts)


def _labels(entry: IndexEntry) -> list[str]:
    """Give the words an asset is described with, each once: labels as people read them, then slugs."""
    slugs = (
        entry.kind,
        *entry.stages,
        *entry.industries,
        *entry.personas,
        *entry.products,
        *entry.regions,
        *entry.tags,
    )
    # Of the asset's own slug, often what a file was called for years, what the title does not say already.
    titled = words.plain_words(words.clean(entry.title))
    called = " ".join(word for word in entry.slug.split("-") if word not in titled)
    by_reading: dict[str, str] = {}
    for label in (entry.kind_label, *entry.labels, *(slug.replace("-", " ") for slug in slugs), called):
        by_reading.setdefault(words.fold(words.clean(label)).replace("-", " "), words.clean(label))
    return [label for reading, label in by_reading.items() if reading.strip()]


def _clean_pages(pages: Sequence[PageText]) -> tuple[PageText, ...]:
    left, cleaned = MAX_TEXT, []
    for page in pages[:MAX_PAGES]:
        # One line: snippets are shown in running text, and places in the text must not move afterwards.
        text = " ".join(words.clean(page.text[:left]).split())
        left -= len(text)
        cleaned.append(PageText(number=page.number, title=" ".join(words.clean(page.title).split()), text=text))
    return tuple(cleaned)


def _ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _pack_facts(entry: IndexEntry) -> bytes:
    facets = {
        Facet.KIND: (entry.kind,),
        Facet.STAGE: entry.stages,
        Facet.INDUSTRY: entry.industries,
        Facet.PERSONA: entry.personas,
        Facet.PRODUCT: entry.products,
        Facet.REGION: entry.regions,
        Facet.LANGUAGE: (entry.language,),
        Facet.AUDIENCE: (entry.audience.value,),
        Facet.STATUS: (entry.status.value,),
    }
    return json.dumps(
        [
            entry.asset_id,
            entry.version_id,
            entry.updated_at,
            _ordinal(entry.publish_on),
            _ordinal(entry.expires_on),
            _ordinal(entry.review_by_on),
            mark_of(entry),
            " ".join(words.clean(entry.title).split()),
            " ".join(words.clean(entry.company).split()),
            [words.clean(label) for label in entry.labels],
            # Each value once: a facet counts assets, not mentions.
            [list(dict.fromkeys(words.clean(value) for value in facets[facet])) for facet in STORED_FACETS],
            [words.clean(entry.slug), words.clean(entry.kind_label)],
            [words.clean(tag) for tag in entry.tags],
        ],
        separators=(",", ":"),
    ).encode()


def unpack_facts(data: bytes) -> Facts:
    """Read back what `to_document` packed; ValueError and the like when the bytes are damaged."""
    (asset_id, version_id, updated_at, publish_on, expires_on, review_by_on, mark, title, company, labels, facets,
     names, tags) = json.loads(data)  # fmt: skip
    return Facts(
        asset_id=asset_id,
        version_id=version_id,
        updated_at=updated_at,
        publish_on=publish_on,
        expires_on=expires_on,
        review_by_on=review_by_on,
        mark=mark,
        title=title,
        company=company,
        labels=tuple(labels),
        facets={facet: tuple(values) for facet, values in zip(STORED_FACETS, facets, strict=True)},
        names=tuple(names),
        tags=tuple(tags),
    )


def _pack_texts(title: str, summary: str, language: str, pages: Sequence[PageText]) -> str:
    return json.dumps([title, summary, language, [[page.number, page.title, page.text] for page in pages]])


def unpack_texts(data: str) -> Texts:
    """Read back what `to_document` packed; ValueError and the like when the text is damaged."""
    title, summary, language, pages = json.loads(data)
    return Texts(
        title=title,
        summary=summary,
        language=language,
        pages=tuple(PageText(number=number, title=name, text=text) for number, name, text in pages),
    )


def restore(facts: Facts, texts: Texts) -> IndexEntry:
    """Make the entry again of which a document was made, as it was cleaned; for a move to another index."""
    facets = facts.facets
    slug, kind_label = facts.names
    return IndexEntry(
        asset_id=facts.asset_id,
        version_id=facts.version_id,
        slug=slug,
        title=texts.title,
        summary=texts.summary,
        company=facts.company,
        kind=facets[Facet.KIND][0],
        kind_label=kind_label,
        language=facets[Facet.LANGUAGE][0],
        status=AssetStatus(facets[Facet.STATUS][0]),
        audience=Audience(facets[Facet.AUDIENCE][0]),
        publish_on=_day(facts.publish_on),
        expires_on=_day(facts.expires_on),
        review_by_on=_day(facts.review_by_on),
        updated_at=facts.updated_at,
        stages=facets[Facet.STAGE],
        industries=facets[Facet.INDUSTRY],
        personas=facets[Facet.PERSONA],
        products=facets[Facet.PRODUCT],
        regions=facets[Facet.REGION],
        tags=facts.tags,
        labels=facts.labels,
        pages=texts.pages,
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
