"""Weights and synonyms of search: shown, tried on judged queries before they count, saved with a way back.

They stand in one file in the data folder, which whoever calls names; search reads it when a question is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.search import SearchRequest, Visibility
from contentlib.search import judging, tuning
from contentlib.search.judging import Change
from contentlib.services.search import visibility_of
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import searches as queries
from contentlib.storage.tables import SearchTuning

JUDGED_NAME = "judged-queries.toml"
_HISTORY = 8
# A group of words that stand for each other is rarely longer; what more there is stays untried.
_WORDS_TRIED = 8


@dataclass(frozen=True, kw_only=True)
class SavedTuning:
    """A time somebody saved the file."""

    id: int
    at: datetime
    by_name: str


@dataclass(frozen=True, kw_only=True)
class TuningFile:
    """The file as it stands: its text, whether it is the library's own, and who changed it last, newest first."""

    text: str
    is_own: bool
    history: tuple[SavedTuning, ...]


@dataclass(frozen=True, kw_only=True)
class WordTrial:
    """How many assets one word finds, before a change and with it."""

    word: str
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a text would do to the judged queries, the worse first; how many there are and how many stay as they are.

    `words` are those that were added to it.
    """

    changes: tuple[Change, ...]
    judged: int
    same: int
    words: tuple[WordTrial, ...] = ()


def read(reading: UnitOfWork, folder: Path) -> TuningFile:
    """Give the file of a data folder, or the text that comes with the product where there is none."""
    reading.require(Permission.EDIT_TAXONOMY)
    own = _own_text(folder)
    rows = queries.list_tunings(reading.session, limit=_HISTORY)
    return TuningFile(
        text=tuning.shipped_text() if own is None else own,
        is_own=own is not None,
        history=tuple(SavedTuning(id=row.id, at=row.at, by_name=row.by_name) for row in rows),
    )


def _own_text(folder: Path) -> str | None:
    try:
        return (folder / tuning.FILE_NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def add_synonyms(text: str, words: Sequence[str]) -> str:
    """Give the text with words that stand for each other; TuningRefusedError when it cannot take them."""
    return tuning.with_synonyms(text, [word for one in words if (word := plain(one))])


def plain(words: str) -> str:
    """Give words as they stand in a group: without quotation marks and spare spaces."""
    return " ".join(words.replace('"', " ").split())


def try_out(reading: UnitOfWork, *, text: str, folders: Sequence[Path], words: Sequence[str] = ()) -> Trial:
    """Say which judged queries a text would answer better or worse, and what `words` would find; saves nothing.

    The first of `folders` that holds judged queries is asked. TuningRefusedError with findings when the text, or the
    file of judged queries, cannot be used; IndexUnavailableError while there is no index to ask.
    """
    reading.require(Permission.EDIT_TAXONOMY)
    candidate = tuning.parse(text)
    judged = _read_judged(folders)
    ids = queries.ids_by_slug(reading.session)
    seen = visibility_of(reading)
    published = replace(seen, statuses=seen.statuses & {AssetStatus.PUBLISHED})
    changes = judging.compare(reading.index, judged, ids, published, candidate)
    moved = tuple(change for change in changes if change.direction != "same")
    tried = [word for one in words[:_WORDS_TRIED] if (word := plain(one))]
    return Trial(
        changes=moved,
        judged=len(changes),
        same=len(changes) - len(moved),
        words=tuple(_try_word(reading, word, published, candidate) for word in tried),
    )


def _try_word(reading: UnitOfWork, word: str, visibility: Visibility, candidate: tuning.Tuning) -> WordTrial:
    request = SearchRequest(text=word, visibility=visibility, limit=1)
    before, after = reading.index.answer(request), reading.index.answer(request, tuning=candidate)
    return WordTrial(word=word, before=before.total, after=after.total)


def _read_judged(folders: Sequence[Path]) -> tuple[judging.JudgedQuery, ...]:
    for folder in folders:
        path = folder / JUDGED_NAME
        if path.is_file():
            return judging.read(path.read_text(encoding="utf-8", errors="replace"), path=JUDGED_NAME)
    return ()


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """A change of the file that is written down: the number by which it is taken back, and the text, None for none."""

    id: int
    text: str | None


def save(uow: UnitOfWork, *, text: str, folder: Path) -> Tuned:
    """Write down that a text is to be in force; TuningRefusedError when it cannot be used.

    The file itself follows by `put_in_force`, once this is committed.
    """
    uow.require(Permission.EDIT_TAXONOMY)
    tuning.parse(text)
    return _write_down(uow, text, folder, deed="tune search")


def take_back(uow: UnitOfWork, *, saved_id: int, folder: Path) -> Tuned:
    """Write down that what stood before somebody saved is to be in force again.

    ConflictError when somebody else saved since. The file itself follows by `put_in_force`, once this is committed.
    """
    uow.require(Permission.EDIT_TAXONOMY)
    row = uow.session.get(SearchTuning, saved_id)
    if row is None:
        raise NotFoundError("There is no such change of search.")
    newest = queries.list_tunings(uow.session, limit=1)[0]
    if newest.id != row.id:
        raise ConflictError(f"{newest.by_name} saved other weights since. Look at them first.")
    return _write_down(uow, row.text_before, folder, deed="take back search tuning")


def _write_down(uow: UnitOfWork, text: str | None, folder: Path, *, deed: str) -> Tuned:
    row = SearchTuning(at=uow.now, by_name=uow.actor.name, text_before=_own_text(folder))
    uow.session.add(row)
    uow.session.flush()
    uow.audit(deed, "search", row.id)
    return Tuned(id=row.id, text=text)


def put_in_force(uow: UnitOfWork, tuned: Tuned, *, folder: Path) -> None:
    """Write the file that a change names, and have search read it; who saved last has the last word."""
    if queries.list_tunings(uow.session, limit=1)[0].id != tuned.id:
        return
    path = folder / tuning.FILE_NAME
    if tuned.text is None:
        path.unlink(missing_ok=True)
    else:
        passing = path.with_suffix(".toml.new")
        passing.write_text(tuned.text, encoding="utf-8")
        passing.replace(path)
    uow.index.use_tuning(tuning.read(folder))
