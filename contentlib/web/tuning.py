"""Weights and synonyms of search, for who keeps its words: edited as a file, tried before they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import IndexUnavailableError, TuningRefusedError
from contentlib.domain.findings import Finding
from contentlib.domain.people import Permission
from contentlib.services import search_tuning
from contentlib.services.search_tuning import Trial
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library, way_back

room = Blueprint("tuning", __name__)


def _folder() -> Path:
    folder: Path = current_app.config["DATA_FOLDER"]
    return folder


@room.get("/admin/search")
@requires(Permission.EDIT_TAXONOMY)
def edit() -> str:
    """Show the file of weights and synonyms."""
    word = request.args.get("word", "").strip()[:200]
    return _page(words=f"{word}, " if word else "", is_begun=bool(word))


@room.post("/admin/search/try")
@requires(Permission.EDIT_TAXONOMY)
def try_out() -> tuple[str, int]:
    """Show what the text, with the synonyms beside it, would do to the judged queries; saves nothing."""
    text, words = _sent(), request.form.get("words", "")[:1000]
    group = words.split(",") if words.strip() else []
    try:
        if group:
            text = search_tuning.add_synonyms(text, group)
        with library().read(actor()) as reading:
            trial = _try_out(reading, text, group)
    except TuningRefusedError as refused:
        return _page(text=text, words=words, refused=refused), 400
    if trial is None:
        return _page(text=text, words=words, is_index_missing=True), 503
    return _page(text=text, trial=trial), 200


@room.post("/admin/search/synonym")
@requires(Permission.EDIT_TAXONOMY)
def make_synonym() -> Response:
    """Have words find what others find, at once; says what that changes, and how it is taken back."""
    words = [search_tuning.plain(request.form.get(name, "")[:200]) for name in ("words", "same_as")]
    with library().read(actor()) as reading:
        text = search_tuning.add_synonyms(search_tuning.read(reading, _folder()).text, words)
        trial = _try_out(reading, text, words[:1])
    saved = library().tune_search(actor(), text=text)
    said = f"“{words[0]}” and “{words[1]}” stand for each other from now on.{_told(trial)}"
    flash_with_undo(said, url_for("tuning.take_back", saved=saved))
    return redirect(way_back(url_for("reports.search_gaps")))


def _told(trial: Trial | None) -> str:
    if trial is None:
        return ""
    found, worse = trial.words[0], sum(change.direction == "worse" for change in trial.changes)
    assets = "asset" if found.after == 1 else "assets"
    told = f" “{found.word}” finds {found.after} {assets} now, {found.before} before."
    return f"{told} Of {trial.judged} judged queries, {worse} answered worse." if worse else told


def _try_out(reading: UnitOfWork, text: str, words: Sequence[str]) -> Trial | None:
    """Give what a text would do, None where there is no index to ask."""
    try:
        folders = (_folder(), library().settings.content_folder)
        return search_tuning.try_out(reading, text=text, folders=folders, words=words)
    except IndexUnavailableError:
        return None


@room.post("/admin/search")
@requires(Permission.EDIT_TAXONOMY)
def save() -> Response | tuple[str, int]:
    """Put the text in force."""
    text = _sent()
    try:
        saved = library().tune_search(actor(), text=text)
    except TuningRefusedError as refused:
        return _page(text=text, refused=refused), 400
    flash_with_undo("Saved. Search weighs so from now on.", url_for("tuning.take_back", saved=saved))
    return redirect(url_for("tuning.edit"))


@room.post("/admin/search/<int:saved>/take-back")
@requires(Permission.EDIT_TAXONOMY)
def take_back(saved: int) -> Response:
    """Put back what stood before."""
    again = library().take_back_tuning(actor(), saved_id=saved)
    flash_with_undo("Taken back.", url_for("tuning.take_back", saved=again))
    return redirect(url_for("tuning.edit"))


def _sent() -> str:
    """Give the text of the form; browsers send line ends of their own."""
    return request.form.get("text", "")[:200_000].replace("\r\n", "\n")


def _page(
    *,
    text: str | None = None,
    words: str = "",
    is_begun: bool = False,
    trial: Trial | None = None,
    refused: TuningRefusedError | None = None,
    is_index_missing: bool = False,
) -> str:
    with library().read(actor()) as reading:
        standing = search_tuning.read(reading, _folder())
    findings: tuple[Finding, ...] = refused.findings if refused else ()
    return render_template(
        "admin/search.html",
        standing=standing,
        text=standing.text if text is None else text,
        is_changed=text is not None and text != standing.text,
        words=words,
        is_begun=is_begun,
        trial=trial,
        refused=refused,
        findings=findings,
        is_index_missing=is_index_missing,
    )
