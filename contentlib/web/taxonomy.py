"""The company's words for who keeps them: each list with what hangs on its words, and what can be done with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.counting import count
from contentlib.domain.errors import InvalidInputError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import LIST_NAMES, Touches, Word, WordList
from contentlib.services import taxonomy, word_lists
from contentlib.web.filters import listed
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library, number

room = Blueprint("taxonomy", __name__)

_SWITCHES = ("is_paperwork", "needs_sales_review", "reviews_files")


@room.get("/admin/taxonomy")
@requires(Permission.EDIT_TAXONOMY)
def index() -> str:
    """Show the first of the lists."""
    return _list_page(WordList.STAGES)


@room.get("/admin/taxonomy/<words>")
@requires(Permission.EDIT_TAXONOMY)
def show_list(words: str) -> str:
    """Show a list of words in order, with what hangs on each."""
    return _list_page(_list(words))


@room.post("/admin/taxonomy/<words>")
@requires(Permission.EDIT_TAXONOMY)
def add(words: str) -> Response | tuple[str, int]:
    """Add a word at the end of its list."""
    chosen = _list(words)
    try:
        with library().work(actor()) as uow:
            word = word_lists.add(uow, chosen, **_sent(chosen), pipeline=_pipeline())
    except InvalidInputError as error:
        return _list_page(chosen, error=error), 400
    flash_with_undo(f"“{word.label}” is one of the {_many(chosen)} now.", _address("remove", word))
    return redirect(_list_address(chosen))


@room.get("/admin/taxonomy/<words>/<word>")
@requires(Permission.EDIT_TAXONOMY)
def show(words: str, word: str) -> str | Response:
    """Show a word, what hangs on it, and what can be done; an old name leads to the word of today."""
    chosen = _list(words)
    with library().read(actor()) as reading:
        todays = word_lists.todays_name(reading, chosen, word)
    if todays != word:
        return redirect(url_for("taxonomy.show", words=words, word=todays), code=301)
    return _word_page(chosen, word)


@room.post("/admin/taxonomy/<words>/<word>")
@requires(Permission.EDIT_TAXONOMY)
def change(words: str, word: str) -> Response | tuple[str, int]:
    """Keep what was changed of a word."""
    chosen = _list(words)
    with library().read(actor()) as reading:
        before = word_lists.get_word(reading, chosen, word, pipeline=_pipeline())
    try:
        with library().work(actor()) as uow:
            is_changed = word_lists.change(uow, chosen, word, **_sent(chosen), pipeline=_pipeline())
    except InvalidInputError as error:
        return _word_page(chosen, word, error=error), 400
    if not is_changed:
        flash("Nothing was changed.", "note")
        return redirect(_list_address(chosen))
    label = request.form.get("label", "").strip()
    said = f"“{before.label}” is called “{label}” now" if label != before.label else f"“{before.label}” is changed"
    flash_with_undo(f"{said}{_on(before.touches)}.", _address("change", before), **_fields(before))
    return redirect(_list_address(chosen))


@room.post("/admin/taxonomy/<words>/<word>/move")
@requires(Permission.EDIT_TAXONOMY)
def move(words: str, word: str) -> Response:
    """Put a word at another place in its list."""
    chosen, place = _list(words), number("place") or 1
    with library().work(actor()) as uow:
        before = word_lists.move(uow, chosen, word, place=place, pipeline=_pipeline())
        moved = word_lists.get_word(uow, chosen, word, pipeline=_pipeline())
    flash_with_undo(f"“{moved.label}” is number {moved.place} now.", _address("move", moved), place=str(before))
    return redirect(_list_address(chosen))


@room.post("/admin/taxonomy/<words>/<word>/retire")
@requires(Permission.EDIT_TAXONOMY)
def retire(words: str, word: str) -> Response:
    """Offer a word no more."""
    chosen = _list(words)
    with library().work(actor()) as uow:
        retired = word_lists.retire(uow, chosen, word, pipeline=_pipeline())
    stays = "" if retired.touches.is_none else f"; it stays on {_told(retired.touches)}"
    flash_with_undo(f"“{retired.label}” is not offered any more{stays}.", _address("bring_back", retired))
    return redirect(_list_address(chosen))


@room.post("/admin/taxonomy/<words>/<word>/bring-back")
@requires(Permission.EDIT_TAXONOMY)
def bring_back(words: str, word: str) -> Response:
    """Offer a retired word again."""
    chosen = _list(words)
    with library().work(actor()) as uow:
        back = word_lists.bring_back(uow, chosen, word, pipeline=_pipeline())
    flash_with_undo(f"“{back.label}” is offered again.", _address("retire", back))
    return redirect(_list_address(chosen))


@room.post("/admin/taxonomy/<words>/<word>/remove")
@requires(Permission.EDIT_TAXONOMY)
def remove(words: str, word: str) -> Response:
    """Take away a word that nothing has."""
    chosen = _list(words)
    with library().work(actor()) as uow:
        label = word_lists.remove_unused(uow, chosen, word, pipeline=_pipeline())
    flash(f"“{label}” is gone.", "good")
    return redirect(_list_address(chosen))


@room.get("/admin/taxonomy/<words>/<word>/merge")
@requires(Permission.EDIT_TAXONOMY)
def ask_merge(words: str, word: str) -> str:
    """Show what a merge would touch, and ask once."""
    chosen, into = _list(words), request.args.get("into", "")
    with library().read(actor()) as reading:
        old = word_lists.get_word(reading, chosen, word, pipeline=_pipeline())
        new = word_lists.get_word(reading, chosen, into, pipeline=_pipeline())
        reason = word_lists.why_not_merge(reading, chosen, word, into, pipeline=_pipeline())
    return render_template(
        "admin/merge.html",
        old=old,
        new=new,
        reason=reason,
        told=_told(old.touches),
        one=LIST_NAMES[chosen].one,
        address=_address("merge", old),
        back=_address("show", old),
    )


@room.post("/admin/taxonomy/<words>/<word>/merge")
@requires(Permission.EDIT_TAXONOMY)
def merge(words: str, word: str) -> Response:
    """Have everything that has a word have another."""
    chosen, into = _list(words), request.form.get("into", "")
    with library().work(actor()) as uow:
        merged = word_lists.merge(uow, chosen, word, into=into, pipeline=_pipeline())
        new = word_lists.get_word(uow, chosen, into, pipeline=_pipeline())
    said = f"“{merged.label}” is merged into “{new.label}”{_on(merged.touches)}. Old addresses lead there."
    flash_with_undo(said, url_for("taxonomy.unmerge", words=words, merge=merged.id))
    return redirect(_list_address(chosen))


@room.post("/admin/taxonomy/<words>/merges/<int:merge>/take-back")
@requires(Permission.EDIT_TAXONOMY)
def unmerge(words: str, merge: int) -> Response:
    """Have a word again that was merged into another."""
    with library().work(actor()) as uow:
        word = word_lists.unmerge(uow, _list(words), merge)
    flash(f"“{word.label}” is a term of its own again{_on(word.touches)}.", "good")
    return redirect(_list_address(word.words))


def _list(words: str) -> WordList:
    if words not in set(WordList):
        raise NotFoundError("There is no such list of terms.")
    return WordList(words)


def _pipeline() -> str:
    """Give the pipeline that deal stages are asked of, empty for the first."""
    return request.values.get("pipeline", "")[:80]


def _address(deed: str, word: Word) -> str:
    return url_for(f"taxonomy.{deed}", words=word.words, word=word.slug, pipeline=word.pipeline or None)


def _list_address(words: WordList) -> str:
    return url_for("taxonomy.show_list", words=words, pipeline=_pipeline() or None)


def _many(words: WordList) -> str:
    return LIST_NAMES[words].many.lower()


def _told(touches: Touches) -> str:
    """Name what hangs on a word: "14 assets, 220 deals and 3 saved searches"."""
    stages = len(touches.deal_stages)
    parts = [
        count(touches.assets, "asset") if touches.assets else "",
        count(touches.deals, "deal") if touches.deals else "",
        count(stages, "deal stage") if stages else "",
        count(touches.searches, "saved search", "saved searches") if touches.searches else "",
    ]
    return listed([part for part in parts if part]) or "nothing"


def _on(touches: Touches) -> str:
    return "" if touches.is_none else f", on {_told(touches)}"


def _sent(words: WordList) -> dict[str, Any]:
    """Give what a form says of a word, as the service takes it."""
    sent: dict[str, Any] = {"label": request.form.get("label", "")}
    sent |= {name: request.form[name] for name in ("meaning", "plural", "funnel_stage") if name in request.form}
    if words is WordList.KINDS or words is WordList.STAGES:
        sent |= {name: request.form.get(name) == "yes" for name in _SWITCHES}
    if "verify_months" in request.form:
        sent["verify_months"] = number("verify_months") or 0
    return sent


def _fields(word: Word) -> dict[str, str]:
    """Give what a form would send to have a word as it is."""
    fields = {"label": word.label, "verify_months": str(word.verify_months), "plural": word.plural}
    fields |= {"meaning": word.meaning, "funnel_stage": word.funnel_stage}
    return fields | {name: "yes" if getattr(word, name) else "" for name in _SWITCHES}


def _list_page(words: WordList, *, error: InvalidInputError | None = None) -> str:
    with library().read(actor()) as reading:
        found = word_lists.list_words(reading, words, pipeline=_pipeline())
        overview = word_lists.overview(reading)
        stages = taxonomy.list_funnel_stages(reading)
    lists = [
        (f"{names.many} {overview.counts[each]}", url_for("taxonomy.show_list", words=each), each is words)
        for each, names in LIST_NAMES.items()
    ]
    return render_template(
        "admin/words.html",
        words=words,
        names=LIST_NAMES[words],
        lists=lists,
        offered=[word for word in found if not word.is_retired],
        retired=[word for word in found if word.is_retired],
        stage_labels={stage.slug: stage.label for stage in stages},
        address=_address,
        told=_told,
        **_form(words, stages, error),
    )


def _word_page(words: WordList, slug: str, *, error: InvalidInputError | None = None) -> str:
    with library().read(actor()) as reading:
        word = word_lists.get_word(reading, words, slug, pipeline=_pipeline())
        others = word_lists.list_words(reading, words, pipeline=_pipeline())
        merged = word_lists.list_merged(reading, words, slug, pipeline=_pipeline())
        stages = taxonomy.list_funnel_stages(reading)
    form = _form(words, stages, error)
    if error is None:
        form["values"] = _fields(word)
    return render_template(
        "admin/word.html",
        word=word,
        words=words,
        names=LIST_NAMES[words],
        others=[(each.slug, each.label) for each in others if not each.is_retired and each.slug != slug],
        merged=merged,
        told=_told(word.touches),
        address=_address,
        back=_list_address(words),
        **form,
    )


def _form(words: WordList, stages: Any, error: InvalidInputError | None) -> dict[str, Any]:
    values: Mapping[str, str] = request.form if error else {"verify_months": "12"}
    return {
        "values": values,
        "error": error,
        "errors": {each.field: each.message for each in error.fields} if error else {},
        "pipeline": _pipeline() if words is WordList.DEAL_STAGES else "",
        "funnel_stages": [("", "None"), *((each.slug, each.label) for each in stages if each.retired_at is None)],
    }
