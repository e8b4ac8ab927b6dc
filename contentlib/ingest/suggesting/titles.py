"""What a file is called and what it says in a sentence: by its own words, its pages and its name, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from contentlib.domain.suggestions import SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile, ExtractedPage
from contentlib.ingest.suggesting.words import quote, tokens

# What programs write where a person wrote no title.
_RUBBISH = re.compile(
    r"(powerpoint[- ]?pr[äa]sentation|powerpoint presentation|pr[ée]sentation powerpoint|presentaci[óo]n de powerpoint"
    r"|presentazione (standard )?di powerpoint|presentatie|apresenta[çc][ãa]o do powerpoint|diapositiva|スライド"
    r"|untitled|unbenannt|sans titre|sin t[íi]tulo|title|titel|titre|document|dokument|template|vorlage|slide|folie"
    r"|presentation|new microsoft \w+ \w+|bild|layout|page|seite)[\s\d._-]*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"^microsoft (?:office )?(?:word|powerpoint|excel|publisher) [-–] ", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:pptx?|ppsx|potx|docx?|dotx?|pdf|md|markdown|indd|key|odp|odt|pages|xlsx?|png|jpe?g)$", re.I)
# Headings of parts that every other file has too.
_GENERIC = re.compile(
    r"(table of )?contents|agenda|introduction|overview|summary|abstract|foreword|preface|disclaimer|notes?"
    r"|slide \d+|page \d+|[ivxlc\d.]+|confidential.*|draft.*|inhalt(sverzeichnis)?|einleitung|sommaire|índice|indice"
    r"|introduzione|inhoud|inleiding|はじめに|目次|소개|목차|目录|简介|anti-trust policy notice",
    re.IGNORECASE,
)
# Office describes pictures by itself, in lines that nobody wrote.
_MACHINE = re.compile(
    r"(description automatically generated.*|a (picture|screenshot|close up|group|person)\b.*|icon|logo"
    r"|logo, company name|ein bild, das .*|automatisch generierte beschreibung)",
    re.IGNORECASE,
)
# The end of a file's name that says nothing of the content: versions, dates, languages, states.
_TAIL = re.compile(
    r"[\s_.,-]+(v(er(sion)?)?[\s_.-]*\d[\d.]*|version|rev(ision|ised)?\d*|r\d+|\d{1,2}\.\d{1,2}(\.\d+)?|final\d*"
    r"|draft\d*|beta\d*|copy|kopie|translation|re(?:vised|viewed)[ -]by[ -]\w+(?:-\d+)?|\(\d+\)|en|de|fr|es|it|nl"
    r"|ja|jp|kr|ko|zh|cn|\d{6,8})$",
    re.IGNORECASE,
)
_RARE = re.compile(r"[\u3400-\u4dbf]+")
_KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+")
# A cover has so few signs and lines; more is a page of text.
_COVER_SIGNS, _COVER_LINES = 140, 4
# In scripts without spaces a sign says more.
_COVER_SIGNS_UNSPACED = 60
# The share of a title's words that its first pages have.
_BORNE_OUT = 0.6
_TITLE_SIGNS = 120
# What a page is called, and what it is about in a sentence, stands at its beginning.
_MOST_SIGNS = 20_000
_SUMMARY_WORDS, _SUMMARY_SIGNS = 8, 280


def from_name(name: str) -> str:
    """Give the words of a file's name, without ending, version and date."""
    stem = _ENDING.sub("", PurePath(name).name)
    shorter = stem
    while (cut := _TAIL.sub("", shorter)) and cut != shorter:
        shorter = cut
    words = shorter.replace("_", " ")
    if " " not in words:
        words = re.sub(r"(?<=\w)-(?=\w)|(?<=[^\W\d])\.(?=\w)", " ", words)
    words = " ".join(words.split()).strip(" -–_.")
    return words[:1].upper() + words[1:]


def suggest(file: ExtractedFile, name: str) -> Suggestion | None:
    """Suggest a title; what programs write by themselves is none."""
    told = _PROGRAM.sub("", str(file.facts.get("title", ""))).strip()
    looks_like_name = bool(_ENDING.search(told)) or told == PurePath(_ENDING.sub("", name)).name
    named = from_name(told) if looks_like_name and told else ""
    by_name = from_name(name)
    if told and not looks_like_name and not _RUBBISH.fullmatch(told) and _is_its_own(file, told, by_name):
        return _title(told, f"The file says so of itself: {quote(told)}.")
    for page in file.pages[:3]:
        found = _on_page(page, by_name)
        if found:
            words, why, is_sure = found
            return _title(words, why, page=page.number, is_sure=is_sure and page.number == 1)
        if page.text.strip():
            break
    if named:
        return _title(named, f"The file was called {quote(told)}.", is_sure=False)
    return _title(by_name, f"The file’s name; no page says it in large letters: {quote(name)}.", is_sure=False)


def _title(words: str, why: str, *, page: int | None = None, is_sure: bool = True) -> Suggestion | None:
    words = " ".join(words.split())[:300]
    if not words:
        return None
    return Suggestion(field=SuggestedField.TITLE, values=(words,), why=why, page=page, is_sure=is_sure)


def _is_its_own(file: ExtractedFile, title: str, by_name: str) -> bool:
    """Tell whether a file's first pages bear out what it is called; one made from another often bears its title."""
    if not file.pages or not file.pages[0].text.strip():
        return True
    wanted = [word for word in tokens(title) if len(word) > 2]

    def known(pages: Sequence[ExtractedPage]) -> bool:
        words = {word for page in pages for word in tokens(page.text[:_MOST_SIGNS])}
        return not wanted or sum(word in words for word in wanted) >= _BORNE_OUT * len(wanted)

    if known(file.pages[:1]):
        return True
    on_page = _on_page(file.pages[0], by_name)
    return known(file.pages[:3]) and not (on_page and on_page[2])


def _on_page(page: ExtractedPage, by_name: str) -> tuple[str, str, bool] | None:
    """Give the title that a page bears, why, and whether it tells enough by itself."""
    lines = [line for line in page.text[:_MOST_SIGNS].splitlines() if not _MACHINE.fullmatch(line.strip())]
    words = [line.strip() for line in lines if line.strip()]
    title = _clean(page.title)
    why = f"{quote(page.title)}, in its largest letters or as its heading."
    if not title or _GENERIC.fullmatch(title):
        title = _first_words(lines, words)
        why = f"{quote(title)}, its first words."
    if not title or _GENERIC.fullmatch(title) or (len(title) < 3 and not _KANA_OR_HAN.search(title)):
        return None
    if _KANA_OR_HAN.search(title) or len(title.split()) > 2:
        return title, why, True
    return _fuller(title, why, words, by_name)


def _fuller(title: str, why: str, words: list[str], by_name: str) -> tuple[str, str, bool] | None:
    """Make a title of one or two words say more, by the file's name or the line below it."""
    own = {word for part in title.split() for word in tokens(part.replace("-", ""))}
    named = set(tokens(by_name))
    if own & named and len(named) > max(len(own), 2):
        return by_name, f"The file’s name; the page says only {quote(title)}.", False
    below = next((line for at, line in enumerate(words[1:4], 1) if words[at - 1] == title), "")
    if len(title.split()) == 2 and 1 < len(below) <= 60 and len(below.split()) <= 8 and not below.endswith("."):
        return f"{title}: {_clean(below)}", f"{quote(f'{title} / {below}')}, its first lines.", False
    if len(title.split()) < 2 and len(title) < 6:
        return None
    return title, why, len(title.split()) > 1


def _first_words(lines: list[str], words: list[str]) -> str:
    """Give what stands on a cover, or the first line of a text if it stands for itself."""
    whole = " ".join(words)
    most = _COVER_SIGNS_UNSPACED if _KANA_OR_HAN.search(whole[:200]) else _COVER_SIGNS
    if words and len(words) <= _COVER_LINES and len(whole) <= most and whole[-1] not in ".。":
        return _clean(whole)
    filled = [bool(line.strip()) for line in lines]
    stands_alone = words and True in filled and not any(filled[filled.index(True) + 1 :][:1])
    is_short = words and (len(words) <= _COVER_LINES and most == _COVER_SIGNS_UNSPACED and whole[-1] not in ".。")
    if (
        not (stands_alone or is_short)
        or words[0][:1].islower()
        or words[0][-1] in ".。"
        or len(words[0]) > _TITLE_SIGNS
    ):
        return ""
    return _clean(words[0])


def _clean(text: str) -> str:
    """Give a title without page number, signs that no font explains, and lines drawn around it."""
    line = " ".join(text.split())
    if not _KANA_OR_HAN.search(line):
        line = _RARE.sub("", line)
    return line.strip(" -–—_|•:").rstrip("…")


def suggest_summary(file: ExtractedFile, title: str) -> Suggestion | None:
    """Suggest the first whole sentences of a text as its summary, or what the file says of itself."""
    for key in ("summary", "description", "subject"):
        told = str(file.facts.get(key, "")).strip()
        if len(told.split()) >= 3:
            return _summary(told, "The file says so of itself.", None)
    for page in file.pages[:4]:
        for paragraph in _paragraphs(page.text[:_MOST_SIGNS]):
            if paragraph.startswith(title) or _GENERIC.fullmatch(paragraph):
                continue
            is_long = len(paragraph.split()) >= _SUMMARY_WORDS or len(_KANA_OR_HAN.findall(paragraph)) >= 20
            if is_long and paragraph[-1:] in ".!?。":
                return _summary(_sentences(paragraph), f"The first whole sentence, page {page.number}.", page.number)
    return None


def _summary(words: str, why: str, page: int | None) -> Suggestion:
    return Suggestion(field=SuggestedField.SUMMARY, values=(words,), why=why, page=page, is_sure=page is None)


def _paragraphs(text: str) -> Iterator[str]:
    """Give paragraphs; lines that a page broke are joined until a sentence ends."""
    held: list[str] = []
    for line in map(str.strip, text.splitlines()):
        is_item = line[:1] in "•●▪–-*○" or " | " in line
        if not line or is_item or _MACHINE.fullmatch(line):
            if held:
                yield " ".join(held)
            held = []
            continue
        # A heading above a paragraph is short and ends without a point.
        if held and len(" ".join(held)) < 50 and line[:1].isupper() and held[-1][-1:] not in ".,;:":
            yield " ".join(held)
            held = []
        held.append(line)
        if line[-1:] in ".!?。":
            yield " ".join(held)
            held = []
    if held:
        yield " ".join(held)


def _sentences(paragraph: str) -> str:
    """Give as many whole sentences as a summary has room for, at least one, cut between words if need be."""
    kept = ""
    for sentence in _SENTENCE.split(paragraph):
        if kept and len(kept) + len(sentence) > _SUMMARY_SIGNS:
            break
        kept = f"{kept} {sentence}".strip()
    return kept if len(kept) <= 2 * _SUMMARY_SIGNS else kept[: kept.rfind(" ", 0, 2 * _SUMMARY_SIGNS)] + "…"
