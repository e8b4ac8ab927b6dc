"""Merges one word into another: all that had it has the other, and what still says it means the other."""

from __future__ import annotations

from contentlib.domain.errors import ConflictError
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import FILTER_OF, LIST_NAMES, Touches, WordList
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.services.word_lists.changing import renumber
from contentlib.services.word_lists.looking import get_row, get_word, key_of, rows_of
from contentlib.storage import jobs
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import word_lists as queries


def why_not_merge(reading: UnitOfWork, words: WordList, slug: str, into: str, *, pipeline: str = "") -> str | None:
    """Say why a word cannot become another, None where it can."""
    old, new = get_row(reading, words, slug, pipeline), get_row(reading, words, into, pipeline)
    if old is new:
        return "Choose another term to merge it into."
    if new.retired_at is not None:
        return f"“{new.label}” is retired. Bring it back first."
    if words is WordList.KINDS and reading.printer.find_kind(old.slug) is not None:
        return f"“{old.label}” has a document template of its own, which its texts are written for. Retire it instead."
    if words is WordList.KINDS and reading.printer.find_kind(new.slug) is not None:
        return f"“{new.label}” has a document template, which texts of “{old.label}” were not written for."
    return None


def merge(uow: UnitOfWork, words: WordList, slug: str, *, into: str, pipeline: str = "") -> Touches:
    """Have everything that has a word have another, which is final; gives what was touched.

    Addresses, files and imports that say the old name mean the new word from now on.
    """
    uow.require(Permission.EDIT_TAXONOMY)
    reason = why_not_merge(uow, words, slug, into, pipeline=pipeline)
    if reason is not None:
        raise ConflictError(reason)
    touches = get_word(uow, words, slug, pipeline=pipeline).touches
    old, new = get_row(uow, words, slug, pipeline), get_row(uow, words, into, pipeline)
    session, key = uow.session, key_of(words, old)
    assets = queries.asset_ids(session, words, old.id)
    queries.move_assets(session, words, old.id, new.id)
    queries.move_deals(session, words, old.id, new.id)
    queries.move_requests(session, words, old.id, new.id)
    _rewrite_searches(uow, words, old.slug, new.slug)
    queries.redirect(session, key, old.id, new.id)
    taken = {row.slug for row in rows_of(uow, words, pipeline) if row is not old}
    for name in {old.slug, to_slug(old.label)} - {""} - taken:
        queries.remember(session, key, name, new.id)
    one = LIST_NAMES[words].one
    uow.audit(
        f"merge {one}", one, new.id,
        label=new.label, merged=old.label, assets=touches.assets, deals=touches.deals, searches=touches.searches,
    )  # fmt: skip
    session.delete(old)
    session.flush()
    renumber(uow, words, pipeline)
    jobs.add_many(session, JobKind.INDEX_ASSET, assets, at=uow.now)
    uow.enqueue(JobKind.RATE_USAGE)
    return touches


def _rewrite_searches(uow: UnitOfWork, words: WordList, old: str, new: str) -> None:
    name = FILTER_OF.get(words, "")
    for saved in queries.list_saved(uow.session):
        values = saved.filters.get(name, [])
        if old in values:
            kept = list(dict.fromkeys(new if value == old else value for value in values))
            saved.filters = saved.filters | {name: kept}
