"""The deeds that take two steps, as one call each; it decides nothing by itself.

Slow work (reading files, drawing, computing) runs on a reading unit of work, so that nobody holds the database's
write lock meanwhile; the writing unit of work then checks again and writes rows.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

from contentlib.branding.parts import Phrase
from contentlib.domain.imports import ImportAnswer, SyncAnswer
from contentlib.domain.people import OPERATOR, Actor
from contentlib.domain.searches import Noted
from contentlib.domain.uploads import AddedFile, Said
from contentlib.library.governing import GoverningLibrary
from contentlib.library.letters import Letters
from contentlib.library.opening import passing_folder, wall_clock
from contentlib.library.turns import Turn
from contentlib.library.uploading import Uploads
from contentlib.sandbox.parent import Sandbox
from contentlib.services import (
    authoring,
    documents,
    emails,
    figures,
    governance,
    index_entries,
    meaning,
    people,
    reports,
    search_log,
    search_tuning,
    uploads,
)
from contentlib.services.authoring import pictures, saving
from contentlib.services.authoring.pictures import KeptPicture
from contentlib.services.authoring.saving import SavedText
from contentlib.services.documents import Filling, PreparedDocument, Recorded
from contentlib.services.emails import PreparedEmail
from contentlib.services.unit_of_work import Clock, UnitOfWork
from contentlib.settings import Settings
from contentlib.storage.grouped import GroupedWriter
from contentlib.storage.parts import in_parts

Row = TypeVar("Row")

# Imports hold the write lock for this many rows at a time, so that other people's deeds get in between.
IMPORT_BATCH = 1000
# Numbers that move by use are read again this often at most, and old words looked for so often.
FIGURES_EVERY, FORGETTING_EVERY = timedelta(minutes=1), timedelta(days=1)


class Library(GoverningLibrary):
    """An opened library with the deeds that doors and runner ask of it as a whole."""

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, sandbox: Sandbox | None = None) -> None:
        """Open the library of some settings; a `sandbox` that is handed in is shared and stays open after it."""
        self._searches: GroupedWriter[Noted] = GroupedWriter(self._write_searches)
        self._figures, self._forgotten = Turn(FIGURES_EVERY), Turn(FORGETTING_EVERY)
        self._meanings = Turn(FIGURES_EVERY)
        self.letters = Letters(self, settings)
        super().__init__(settings, clock=clock, sandbox=sandbox)

    def close(self) -> None:
        """Write what was noted, end the child processes and close the database."""
        self._searches.close()
        super().close()

    def sync_content(self, actor: Actor, folder: Path, *, create_terms: bool = False) -> SyncAnswer:
        """Bring authored files in and keep their assets equal to them."""
        with self.read(actor) as reading:
            plan = authoring.prepare_sync(reading, folder=folder, create_terms=create_terms)
        with self.work(actor) as uow:
            return authoring.record_sync(uow, plan)

    def import_content(
        self, actor: Actor, folder: Path, *, layout: str | None = None, create_terms: bool = False
    ) -> SyncAnswer:
        """Copy the files of another company or source in, read by a layout; what is there already stays as it is."""
        with self.read(actor) as reading:
            plan = authoring.prepare_import(reading, folder=folder, layout=layout, create_terms=create_terms)
        with self.work(actor) as uow:
            return authoring.record_sync(uow, plan)

    def make_document(
        self, actor: Actor, *, asset: str, deal: str | None, filling: Filling, personalise: bool, key: str
    ) -> tuple[PreparedDocument, Recorded]:
        """Draw a document and record its use; the same key records once."""
        with self.read(actor) as reading:
            prepared = documents.prepare(reading, asset=asset, deal=deal, filling=filling, personalise=personalise)
        with self.work(actor) as uow:
            return prepared, documents.record(uow, prepared, key=key)

    def make_email(
        self, actor: Actor, *, asset: str, deal: str | None, filling: Filling, key: str
    ) -> tuple[PreparedEmail, Recorded]:
        """Compose an e-mail and record its use; the same key records once."""
        with self.read(actor) as reading:
            prepared = emails.compose(reading, asset=asset, deal=deal, filling=filling)
        with self.work(actor) as uow:
            return prepared, emails.record(uow, prepared, key=key)

    def save_text(
        self,
        actor: Actor,
        *,
        slug: str | None,
        kind: str,
        text: str,
        base: int,
        publish: bool,
        note: str = "",
        phrases: Sequence[Phrase] = (),
    ) -> SavedText:
        """Read what was written and keep it as its asset's next version, written on version `base`."""
        with self.read(actor) as reading:
            prepared = saving.prepare_save(
                reading, slug=slug, kind=kind, text=text, base=base, publish=publish, note=note, phrases=phrases
            )
        with self.work(actor) as uow:
            return governance.record_save(uow, prepared)

    def add_picture(self, actor: Actor, *, name: str, data: bytes, alt: str) -> KeptPicture:
        """Read a picture that a text is to show and keep it under a path of its own."""
        with self.read(actor) as reading:
            prepared = pictures.prepare_picture(reading, name=name, data=data, alt=alt)
        with self.work(actor) as uow:
            return pictures.record_picture(uow, prepared)

    def sign_in(self, *, email: str, password: str) -> str:
        """Check a password and begin a session; gives its token."""
        with self.read(OPERATOR) as reading:
            person_id = people.check_password(reading, email=email, password=password)
        with self.work(OPERATOR) as uow:
            return people.open_sign_in(uow, person_id=person_id)

    def add_upload(
        self,
        actor: Actor,
        *,
        file: Path | IO[bytes],
        name: str | None = None,
        said: Said | None = None,
        replaces: str | None = None,
        on_file: Callable[[AddedFile], None] = lambda _: None,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> tuple[AddedFile, ...]:
        """Make a draft of a file, or of every file in a folder or archive; gives what became of each.

        `name` is what a stream's file was called, `said` what is known of all of them, by front matter's keys.
        `replaces` names the asset whose next version it becomes. `on_file` is told of each file when it is done. A
        file that is not taken in is an answer; raised is what concerns the person, the disk or the asset to replace.
        Once `is_wanted` says no, nothing more is kept.
        """
        adding = Uploads(self, actor, said=said or {}, replaces=replaces, on_file=on_file, is_wanted=is_wanted)
        return adding.add(file, name)

    def draw_pictures(self, version_id: int) -> None:
        """Draw the page pictures of a version and have its asset found by their words."""
        with self.read(OPERATOR) as reading:
            is_upload = uploads.is_upload(reading, version_id)
            drawn = documents.prepare_pictures(reading, version_id) if not is_upload else None
        if drawn is None:
            self._draw_upload(version_id)
            return
        with self.work(OPERATOR) as uow:
            documents.record_pictures(uow, drawn)

    def _draw_upload(self, version_id: int) -> None:
        with passing_folder(self.settings.data) as folder:
            with self.read(OPERATOR) as reading:
                office = uploads.Office(program=self.office, fonts=self.settings.shipped_brand_folder)
                drawn = uploads.prepare_pictures(reading, version_id, office=office, scratch=folder)
            if drawn is not None:
                with self.work(OPERATOR) as uow:
                    uploads.record_pictures(uow, drawn)

    def rate_usage(self) -> None:
        """Compute usage-to-close and put it in the place of the old figures."""
        with self.read(OPERATOR) as reading:
            rated = reports.prepare_rating(reading)
        with self.work(OPERATOR) as uow:
            reports.record_rating(uow, rated)

    def note_search(self, noted: Noted) -> None:
        """Have it written that something was asked, opened or looked at, a moment later; the answer does not wait."""
        self._searches.put(noted)

    def write_searches(self) -> None:
        """Write now what was noted."""
        self._searches.flush()

    def _write_searches(self, noted: Sequence[Noted]) -> None:
        with self.work(OPERATOR) as uow:
            search_log.record(uow, noted)
        # Where no runner lives in this process, whoever asks keeps these current.
        self.refresh_figures()
        self.refresh_meanings()

    def refresh_figures(self) -> None:
        """Hand search what moves by use, if it may have moved; looks at most once a minute."""
        if not self._figures.is_due(self.clock()):
            return
        with self.read(OPERATOR) as reading:
            mark = figures.mark(reading)
            if mark != self._figures.mark:
                self.index.use_figures(figures.read_all(reading))
        self._figures.mark = mark

    def want_meanings(self) -> None:
        """Have it read what assets mean that nobody read yet, where they are to be found so."""
        if self.index.encoder is not None:
            with self.work(OPERATOR) as uow:
                meaning.enqueue_missing(uow)

    def read_meaning(self, asset_ids: Sequence[int], *, anew: bool = False) -> None:
        """Read what assets mean, those alone whose words changed unless all are to be read `anew`."""
        with self.read(OPERATOR) as reading:
            prepared = meaning.prepare(reading, asset_ids, anew=anew)
        if prepared:
            with self.work(OPERATOR) as uow:
                meaning.record(uow, prepared)

    def rebuild_meanings(self, on_progress: Callable[[int], None] = lambda _: None) -> None:
        """Read anew what all assets mean, where they are to be found so; search goes by what was there until then."""
        with self.read(OPERATOR) as reading:
            assets = meaning.list_assets(reading)
        for part in in_parts(assets, 10):
            self.read_meaning(part, anew=True)
            on_progress(len(part))
        self.hand_meanings_to_search()

    def hand_meanings_to_search(self) -> None:
        """Have search find assets by what is known now of their meaning."""
        with self.read(OPERATOR) as reading:
            meaning.hand_to_search(reading)

    def refresh_meanings(self) -> None:
        """Hand search what assets mean, if another process read it; looks at most once a minute."""
        if self.index.encoder is None or not self._meanings.is_due(self.clock()):
            return
        with self.read(OPERATOR) as reading:
            state = meaning.state(reading)
            if state != self._meanings.mark:
                meaning.hand_to_search(reading)
        self._meanings.mark = state

    def forget_old_searches(self) -> None:
        """Forget the words of searches older than thirteen months; does so at most once a day."""
        if self._forgotten.is_due(self.clock()):
            with self.work(OPERATOR) as uow:
                search_log.forget_old(uow)

    def tune_search(self, actor: Actor, *, text: str) -> int:
        """Put a text of weights and synonyms in force; gives the number by which it is taken back."""
        with self.work(actor) as uow:
            tuned = search_tuning.save(uow, text=text, folder=self.settings.data)
        return self._put_in_force(tuned)

    def take_back_tuning(self, actor: Actor, *, saved_id: int) -> int:
        """Put back what stood before somebody saved weights and synonyms; gives the number to take that back by."""
        with self.work(actor) as uow:
            tuned = search_tuning.take_back(uow, saved_id=saved_id, folder=self.settings.data)
        return self._put_in_force(tuned)

    def _put_in_force(self, tuned: search_tuning.Tuned) -> int:
        """Let the file follow its row, in a turn of its own: what did not come to be is in no file."""
        with self.work(OPERATOR) as uow:
            search_tuning.put_in_force(uow, tuned, folder=self.settings.data)
        return tuned.id

    def rebuild_index(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the index anew beside the old one and swap them."""
        with self.read(OPERATOR) as reading:
            self.index.rebuild(index_entries.iter_entries(reading), on_progress=on_progress)

    def import_rows(
        self,
        actor: Actor,
        deed: Callable[[UnitOfWork, Sequence[Row]], ImportAnswer],
        rows: Sequence[Row],
        *,
        dry_run: bool = False,
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportAnswer:
        """Run an import deed over rows in batches, each a transaction; a dry run writes nothing.

        A dry run is one transaction, or later rows would not know of earlier ones.
        """
        answers = []
        with contextlib.ExitStack() as stack:
            rehearsal = stack.enter_context(self.rehearse(actor, rows=len(rows))) if dry_run else None
            for start in range(0, max(len(rows), 1), IMPORT_BATCH):
                batch = rows[start : start + IMPORT_BATCH]
                with contextlib.nullcontext(rehearsal) if rehearsal is not None else self.work(actor) as uow:
                    answers.append(deed(uow, batch))
                if on_progress is not None:
                    on_progress(len(batch))
        return ImportAnswer(
            total=len(rows),
            created=sum(answer.created for answer in answers),
            changed=sum(answer.changed for answer in answers),
            unchanged=sum(answer.unchanged for answer in answers),
            refused=tuple(row for answer in answers for row in answer.refused),
        )

    def keep_refused(self, name: str, text: str) -> Path:
        """Keep refused rows as a file to mend and import again; gives its path, the same for the same rows."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        path = self.settings.data / "refused" / f"{name[:80]}-{digest}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def act_as(self, email: str | None) -> Actor:
        """Give the person that a command acts for; the operator without a name."""
        if email is None:
            return OPERATOR
        with self.read(OPERATOR) as reading:
            return people.act_as(reading, email)
