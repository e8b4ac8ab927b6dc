"""What can be chosen for the facts at the top of a text, and what it chose; sets them in it, and saves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contentlib.domain.assets import Vocabulary
from contentlib.domain.people import Permission
from contentlib.markup import retouch
from contentlib.markup.front_matter import AuthoredAsset
from contentlib.services import taxonomy
from contentlib.services.taxonomy import TermBook
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import taxonomy as queries

# The lists of words, by the fact that holds them, in the order in which they are asked for.
LISTS = {
    "industries": ("Industries", Vocabulary.INDUSTRY),
    "personas": ("For whom", Vocabulary.PERSONA),
    "products": ("Products", Vocabulary.PRODUCT),
    "regions": ("Regions", Vocabulary.REGION),
    "tags": ("Tags", Vocabulary.TAG),
}


@dataclass(frozen=True, kw_only=True)
class FactList:
    """A fact of several words: what it may be, (word, label), and what it is; unknown words are offered as they are."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]


def list_facts(reading: UnitOfWork, asset: AuthoredAsset) -> tuple[FactList, ...]:
    """List the stages and words that an asset may have, with those its text names; retired ones only where named."""
    reading.require(Permission.EDIT_ASSETS)
    stages = taxonomy.list_funnel_stages(reading)
    names = {name: stage.slug for stage in stages for name in (stage.slug, stage.label.casefold())}
    chosen = tuple(names.get(word.casefold(), word) for word in asset.stages)
    offered = [(stage.slug, stage.label) for stage in stages if stage.retired_at is None or stage.slug in chosen]
    found = [FactList(name="stages", label="Stages", choices=_with(offered, chosen), chosen=chosen)]
    book = TermBook(reading, tuple(vocabulary for _label, vocabulary in LISTS.values()))
    for name, (label, vocabulary) in LISTS.items():
        known = {word: book.find(vocabulary, word) for word in getattr(asset, name)}
        chosen = tuple(term.slug if term else word for word, term in known.items())
        terms = queries.list_terms(reading.session, vocabulary)
        offered = [(term.slug, term.label) for term in terms if term.retired_at is None or term.slug in chosen]
        found.append(FactList(name=name, label=label, choices=_with(offered, chosen), chosen=chosen))
    return tuple(found)


def set_facts(text: str, facts: Mapping[str, str | tuple[str, ...]]) -> str:
    """Give a text with facts set at its top, every other line as it was; an empty one is taken out."""
    return retouch.set_facts(text, facts)


def _with(offered: list[tuple[str, str]], chosen: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    known = {word for word, _label in offered}
    return (*offered, *((word, word) for word in dict.fromkeys(chosen) if word not in known))
