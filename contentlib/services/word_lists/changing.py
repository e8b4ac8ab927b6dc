"""Adds, renames, orders and retires words; everything here can be taken back, and what has a word keeps it.

The slug of a word never changes, so that addresses, files and imports that say it go on meaning it.
"""

from __future__ import annotations

from typing import Any

from contentlib.domain.errors import ConflictError, FieldError, InvalidInputError
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import LIST_NAMES, VOCABULARY_OF, Word, WordList
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.services.word_lists.looking import get_pipeline, get_row, get_word, key_of, rows_of
from contentlib.storage import jobs
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import word_lists as queries
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import AssetKind, DealStage, FunnelStage, Term

LONGEST_LABEL, LONGEST_MEANING = 80, 400
MOST_MONTHS = 60
# What of a word may be changed, beside its label, by list.
_MORE = {
    WordList.STAGES: ("meaning", "needs_sales_review"),
    WordList.KINDS: ("plural", "verify_months", "is_paperwork", "needs_sales_review", "reviews_files"),
    WordList.DEAL_STAGES: ("funnel_stage",),
}
# What the figures of usage-to-close are made of: the order of a pipeline, and which kinds are rated.
_FIGURES = {WordList.DEAL_STAGES, WordList.KINDS}


def add(uow: UnitOfWork, words: WordList, *, label: str, pipeline: str = "", **more: Any) -> Word:
    """Add a word at the end of its list; InvalidInputError names the field that cannot be taken."""
    uow.require(Permission.EDIT_TAXONOMY)
    rows = rows_of(uow, words, pipeline)
    label, values = _check(uow, words, label, more)
    _refuse_twin(words, rows, label, None)
    stem = to_slug(label) or LIST_NAMES[words].one.replace(" ", "-")
    slug, number, taken = stem, 2, {row.slug for row in rows}
    while slug in taken:
        slug, number = f"{stem[:74]}-{number}", number + 1
    position = max((row.position for row in rows), default=-1) + 1
    row: Row
    if words is WordList.KINDS:
        values = {"plural": label} | {key: value for key, value in values.items() if value != ""}
        row = AssetKind(slug=slug, label=label, position=position, **values)
    elif words is WordList.STAGES:
        row = FunnelStage(slug=slug, label=label, position=position, **values)
    elif words is WordList.DEAL_STAGES:
        pipeline_id = get_pipeline(uow, pipeline).id
        row = DealStage(slug=slug, label=label, position=position, pipeline_id=pipeline_id, **values)
    else:
        row = Term(slug=slug, label=label, position=position, vocabulary=VOCABULARY_OF[words])
    uow.session.add(row)
    uow.session.flush()
    queries.forget(uow.session, key_of(words, row), slug)  # it is a word of its own from now on
    _follow(uow, words, "add", row, label=label)
    return get_word(uow, words, slug, pipeline=pipeline)


def change(uow: UnitOfWork, words: WordList, slug: str, *, label: str, pipeline: str = "", **more: Any) -> bool:
    """Rename a word, or change what stands of it; gives whether anything did. Whatever has it shows the new name."""
    uow.require(Permission.EDIT_TAXONOMY)
    row = get_row(uow, words, slug, pipeline)
    label, values = _check(uow, words, label, more)
    _refuse_twin(words, rows_of(uow, words, pipeline), label, row)
    before = {"label": row.label} | {key: getattr(row, key) for key in values}
    after = {"label": label} | values
    if before == after:
        return False
    if label != row.label:
        _remember_name(uow, words, row, rows_of(uow, words, pipeline))
    for key, value in after.items():
        setattr(row, key, value)
    uow.session.flush()
    if any(before[key] != after[key] for key in ("label", "plural") if key in after):
        jobs.add_many(uow.session, JobKind.INDEX_ASSET, queries.asset_ids(uow.session, words, row.id), at=uow.now)
    changed = {key: value for key, value in after.items() if before[key] != value}
    _follow(uow, words, "change", row, before=before["label"], **changed)
    return True


def move(uow: UnitOfWork, words: WordList, slug: str, *, place: int, pipeline: str = "") -> int:
    """Put a word at a place among those offered, counted from 1; gives the place it had."""
    uow.require(Permission.EDIT_TAXONOMY)
    row = get_row(uow, words, slug, pipeline)
    rows = rows_of(uow, words, pipeline)
    offered = [each for each in rows if each.retired_at is None]
    if row not in offered:
        raise ConflictError(f"“{row.label}” is retired, so it has no place in the order.")
    before = offered.index(row) + 1
    offered.remove(row)
    place = min(max(place, 1), len(offered) + 1)
    # Retired words keep their place behind the one that they followed; only the order of all counts.
    following = offered[place - 1] if place <= len(offered) else None
    rows.remove(row)
    rows.insert(rows.index(following) if following else len(rows), row)
    for position, each in enumerate(rows):
        each.position = position
    uow.session.flush()
    _follow(uow, words, "move", row, place=place, before=before)
    return before


def retire(uow: UnitOfWork, words: WordList, slug: str, *, pipeline: str = "") -> Word:
    """Offer a word no more; what has it keeps it."""
    uow.require(Permission.EDIT_TAXONOMY)
    row = get_row(uow, words, slug, pipeline)
    if row.retired_at is not None:
        raise ConflictError(f"“{row.label}” is retired already.")
    if words in _MORE and sum(each.retired_at is None for each in rows_of(uow, words, pipeline)) == 1:
        raise ConflictError(f"“{row.label}” is the only {LIST_NAMES[words].one}, and there must be one.")
    row.retired_at = uow.now
    uow.session.flush()
    _follow(uow, words, "retire", row)
    return get_word(uow, words, slug, pipeline=pipeline)


def bring_back(uow: UnitOfWork, words: WordList, slug: str, *, pipeline: str = "") -> Word:
    """Offer a retired word again."""
    uow.require(Permission.EDIT_TAXONOMY)
    row = get_row(uow, words, slug, pipeline)
    row.retired_at = None
    uow.session.flush()
    _follow(uow, words, "bring back", row)
    return get_word(uow, words, slug, pipeline=pipeline)


def remove_unused(uow: UnitOfWork, words: WordList, slug: str, *, pipeline: str = "") -> str:
    """Take away a word that nothing has, as if it had not been added; ConflictError for one that something has."""
    uow.require(Permission.EDIT_TAXONOMY)
    word = get_word(uow, words, slug, pipeline=pipeline)
    if not word.touches.is_none:
        raise ConflictError(f"“{word.label}” is in use by now. Retire it, or merge it into another.")
    row = get_row(uow, words, slug, pipeline)
    _follow(uow, words, "remove", row, label=row.label)
    queries.forget_target(uow.session, key_of(words, row), row.id)
    uow.session.delete(row)
    uow.session.flush()
    renumber(uow, words, pipeline)
    return word.label


def renumber(uow: UnitOfWork, words: WordList, pipeline: str = "") -> None:
    """Count positions from 0 without a gap: a deal's way through its pipeline is measured by them."""
    for position, row in enumerate(rows_of(uow, words, pipeline)):
        row.position = position
    uow.session.flush()


def _check(uow: UnitOfWork, words: WordList, label: str, more: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give what was sent as columns hold it; InvalidInputError names each field that cannot be taken."""
    label = " ".join(label.split())
    faults = []
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        faults.append(FieldError(field="label", message=f"Give a name of at most {LONGEST_LABEL} characters."))
    values = {key: more[key] for key in _MORE.get(words, ()) if key in more}
    if "meaning" in values:
        values["meaning"] = " ".join(values["meaning"].split())
        if len(values["meaning"]) > LONGEST_MEANING:
            faults.append(FieldError(field="meaning", message=f"Use at most {LONGEST_MEANING} characters."))
    if "plural" in values:
        values["plural"] = " ".join(values["plural"].split()) or label
        if len(values["plural"]) > LONGEST_LABEL:
            faults.append(FieldError(field="plural", message=f"Use at most {LONGEST_LABEL} characters."))
    months = values.get("verify_months", 1)
    if not isinstance(months, int) or not 1 <= months <= MOST_MONTHS:
        said = f"Give a whole number of months from 1 to {MOST_MONTHS}."
        faults.append(FieldError(field="verify_months", message=said))
    if "funnel_stage" in values:
        stages = {stage.slug: stage.id for stage in taxonomy_queries.list_funnel_stages(uow.session)}
        asked = values.pop("funnel_stage")
        values["funnel_stage_id"] = stages.get(asked)
        if asked and asked not in stages:
            faults.append(FieldError(field="funnel_stage", message="Choose one of the funnel stages."))
    if faults:
        raise InvalidInputError("This cannot be saved yet.", fields=tuple(faults))
    return label, values


def _refuse_twin(words: WordList, rows: list[Row], label: str, own: Row | None) -> None:
    for row in rows:
        if row is not own and row.label.casefold() == label.casefold():
            state = " (retired: bring it back)" if row.retired_at else ""
            message = f"There is a {LIST_NAMES[words].one} “{row.label}” already{state}."
            raise InvalidInputError(message, fields=(FieldError(field="label", message=message),))


def _remember_name(uow: UnitOfWork, words: WordList, row: Row, rows: list[Row]) -> None:
    """Have files and imports that say the old name go on meaning the word."""
    old = to_slug(row.label)
    if old and old not in {each.slug for each in rows}:
        queries.remember(uow.session, key_of(words, row), old, row.id)


def _follow(uow: UnitOfWork, words: WordList, deed: str, row: Row, **detail: Any) -> None:
    one = LIST_NAMES[words].one
    uow.audit(f"{deed} {one}", one, row.id, **({"label": row.label} | detail))
    if words in _FIGURES:
        uow.enqueue(JobKind.RATE_USAGE)
