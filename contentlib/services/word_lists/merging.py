"""Merges one word into another, and takes that back: all that had it has the other, and for a day can have it again.

What still says the old word means the other meanwhile; what was changed in between stays as it was changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contentlib.domain.assets import Vocabulary
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.people import UNDO_WITHIN, Permission
from contentlib.domain.taxonomy import FILTER_OF, LIST_NAMES, Merged, Word, WordList
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.services.word_lists.changing import renumber
from contentlib.services.word_lists.looking import get_row, get_word, key_of, rows_of
from contentlib.storage import jobs
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import word_lists as queries
from contentlib.storage.queries import word_merges
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import WordMerge


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


def merge(uow: UnitOfWork, words: WordList, slug: str, *, into: str, pipeline: str = "") -> Merged:
    """Have everything that has a word have another; gives what was touched, and the number that takes it back.

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
    word_merges.forget_until(session, uow.now - UNDO_WITHIN)
    kept = WordMerge(
        words=key,
        old=_as_plain(old),
        into_id=new.id,
        names={},
        searches=_rewrite_searches(uow, words, old.slug, new.slug),
        by_id=uow.actor.person_id,
        by_name=uow.actor.name,
        at=uow.now,
    )
    session.add(kept)
    session.flush()
    word_merges.move(session, words, kept, old.id)
    known = queries.aliases(session, key)
    names: dict[str, int | None] = dict.fromkeys(queries.redirect(session, key, old.id, new.id), old.id)
    taken = {row.slug for row in rows_of(uow, words, pipeline) if row is not old}
    for name in {old.slug, to_slug(old.label)} - {""} - taken:
        names.setdefault(name, known.get(name))
        queries.remember(session, key, name, new.id)
    kept.names = names
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
    return Merged(id=kept.id, label=old.label, by=kept.by_name, at=kept.at, touches=touches)


def list_merged(reading: UnitOfWork, words: WordList, slug: str, *, pipeline: str = "") -> tuple[Merged, ...]:
    """List the words that were merged into one and can be had back, newest first; what they touched is not counted."""
    reading.require(Permission.EDIT_TAXONOMY)
    row = get_row(reading, words, slug, pipeline)
    since = reading.now - UNDO_WITHIN
    found = word_merges.list_since(reading.session, since, key=key_of(words, row), into_id=row.id)
    return tuple(Merged(id=each.id, label=each.old["label"], by=each.by_name, at=each.at) for each in found)


def unmerge(uow: UnitOfWork, words: WordList, merge_id: int) -> Word:
    """Take a merge back within a day: the word is there again where it stood, on all that had it and was left alone.

    Raises ConflictError when its name was given away since, or the other word went itself.
    """
    uow.require(Permission.EDIT_TAXONOMY)
    session = uow.session
    kept = session.get(WordMerge, merge_id)
    if kept is None or kept.words.partition(":")[0] != words or uow.now - kept.at > UNDO_WITHIN:
        raise NotFoundError("There is no such merge to take back: it was taken back already, or is older than a day.")
    pipeline = _pipeline_slug(uow, kept)
    label, rows = kept.old["label"], rows_of(uow, words, pipeline)
    new = next((row for row in rows if row.id == kept.into_id), None)
    if new is None:
        raise ConflictError(f"What “{label}” was merged into is no more. Take back first what became of it.")
    for row in rows:
        if row.slug == kept.old["slug"] or row.label.casefold() == label.casefold():
            raise ConflictError(f"“{row.label}” has its name now. Rename that, or merge it as well.")
    old = _bring_in(uow, type(new), kept, rows)
    assets = word_merges.move_back(session, words, kept, old.id)
    _lead_names_back(uow, kept, old)
    _put_back_searches(uow, words, kept)
    word_merges.lead_to(session, kept.words, kept.old["id"], old.id, until=kept.id)
    one = LIST_NAMES[words].one
    uow.audit(f"take apart {one}", one, old.id, label=label, merged=new.label, assets=len(assets))
    session.delete(kept)
    session.flush()
    jobs.add_many(session, JobKind.INDEX_ASSET, assets, at=uow.now)
    uow.enqueue(JobKind.RATE_USAGE)
    return get_word(uow, words, old.slug, pipeline=pipeline)


def _as_plain(row: Row) -> dict[str, Any]:
    told = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in told.items()}


def _bring_in(uow: UnitOfWork, table: type[Row], kept: WordMerge, rows: list[Row]) -> Row:
    """Give the row that went its place in its list again, under its own number where nothing took that since."""
    told = {key: value for key, value in kept.old.items() if key != "id"}
    if told["retired_at"]:
        told["retired_at"] = datetime.fromisoformat(told["retired_at"])
    if "vocabulary" in told:
        told["vocabulary"] = Vocabulary(told["vocabulary"])
    old: Row = table(**told)
    if uow.session.get(table, kept.old["id"]) is None:
        old.id = kept.old["id"]
    uow.session.add(old)
    rows.insert(min(told["position"], len(rows)), old)
    for position, row in enumerate(rows):
        row.position = position
    uow.session.flush()
    return old


def _pipeline_slug(reading: UnitOfWork, kept: WordMerge) -> str:
    _, _, number = kept.words.partition(":")
    pipelines = taxonomy_queries.list_pipelines(reading.session) if number else []
    return next((pipeline.slug for pipeline in pipelines if str(pipeline.id) == number), "")


def _lead_names_back(uow: UnitOfWork, kept: WordMerge, old: Row) -> None:
    leads = queries.aliases(uow.session, kept.words)
    for name, before in kept.names.items():
        if leads.get(name) != kept.into_id:
            continue
        queries.forget(uow.session, kept.words, name)
        if before is not None:
            queries.remember(uow.session, kept.words, name, old.id if before == kept.old["id"] else before)


def _rewrite_searches(uow: UnitOfWork, words: WordList, old: str, new: str) -> dict[str, list[list[str]]]:
    name, rewritten = FILTER_OF.get(words, ""), {}
    for saved in queries.list_saved(uow.session):
        values = saved.filters.get(name, [])
        if old in values:
            kept = list(dict.fromkeys(new if value == old else value for value in values))
            rewritten[str(saved.id)] = [list(values), kept]
            saved.filters = saved.filters | {name: kept}
    return rewritten


def _put_back_searches(uow: UnitOfWork, words: WordList, kept: WordMerge) -> None:
    name = FILTER_OF.get(words, "")
    for saved in queries.list_saved(uow.session):
        before, after = kept.searches.get(str(saved.id), (None, None))
        if before is not None and saved.filters.get(name) == after:
            saved.filters = saved.filters | {name: before}
