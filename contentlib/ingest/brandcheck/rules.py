"""A file's facts held against a brand: few findings, each with its page, its evidence and what would be right.

Errors are what a customer sees at once or what may cost; warnings are a matter of degree; notes only inform.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from coloraide import Color

from contentlib.branding.contrast import LARGE_RATIO, TEXT_RATIO, ratio
from contentlib.branding.parts import AcceptedFont, Brand, LegacyColour
from contentlib.branding.phrases import find_missing, find_phrases
from contentlib.domain.documents import PAPER_MM
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import UploadFormat
from contentlib.ingest.brandcheck.facts import FileFacts, TextRun
from contentlib.ingest.extractors.words import name_pages

# A font that sets less than this share of a file's letters is a slip, more is a choice.
_CHOSEN_FONT = 0.1
# Chroma (CIE LCh) below which a colour is grey to the eye, and how far a tint may turn from its hue.
_GREY, _TINT = 9.0, 2.5
_LARGE_POINTS = 18.0
_UNSEEN = 1.15
# Paper and slides that are printed and shown; other sizes are cut or stretched where they are used.
_PAPERS = (*PAPER_MM.values(), (148.0, 210.0), (297.0, 420.0))  # and A5, A3
_SLIDES = 16 / 9
_NEAR_MM = 2.0
# In brackets stand also asides, links and notes: what is to be filled in begins with a capital and has several words,
# is asked for, or is one of the things that are told of a customer. In Spanish, “todo” is everything.
_BLANK = "name|company|customer|client|prospect|partner|logo|title|amount|number"
_BLANK_ALONE = f"{_BLANK}|date|city|country|price|quote|role|industry|product|contact|phone|e-?mail|address|url|image"
_PLACEHOLDER = re.compile(
    r"(?i:lorem ipsum|click to (?:add|edit)[\w ]{0,20}|\b(?:TBD|TBC|XXX+)\b|\bxx+\s?%)|\bTODO\b(?! [A-ZÀ-Ý]{2})"
    r"|\[[A-Z][^\W\d_ ]{1,20}(?: [^\W\d_]{1,20}){1,3}\]"
    rf"|\[(?i:(?:your|insert|enter|add)(?: [\w’'-]+){{1,4}}|(?:[\w’'-]+ ){{1,3}}(?:{_BLANK})|{_BLANK_ALONE}|xx+)\]"
    r"|\{\{[^{}]{1,40}\}\}|<(?i:(?:company|name|customer|date|insert)[\w ]{0,30})>"
    r"|(?i:\b(?:insert|add) (?:text|logo|name|image|picture|quote) here\b|\bsample text\b)"
)
# What file formats and systems call faces of a family.
_FACE = re.compile(
    r"[-, ]?(?:thin|extralight|ultralight|light|regular|roman|book|medium|semi-?bold|demi-?bold|bold|extra-?bold|black"
    r"|heavy|italic|oblique|variable|condensed|mt|ps|it|obl)+$"
)
_SYMBOLS = {"wingdings", "wingdings2", "wingdings3", "webdings", "symbol", "zapfdingbats", "segoeuisymbol"}


def check(facts: FileFacts, brand: Brand, *, kind: str | None, on: date) -> tuple[Finding, ...]:
    """Give everything in a file that the brand would have otherwise, errors first; `on` judges accepted-until days."""
    found = [
        *_fonts(facts.runs, brand, on),
        *_colours(facts, brand, on),
        *_phrases(facts, brand, kind),
        *_placeholders(facts.texts),
        *_contrast(facts.runs),
        *_size(facts),
    ]
    ranks = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    return tuple(sorted(found, key=lambda finding: (ranks[finding.level], finding.page or 0)))


def family_of(font: str) -> str:
    """Give a font's family in small letters without spaces and faces, as file formats differ in both."""
    plain = font.lower().replace(" ", "")
    while (shorter := _FACE.sub("", plain)) not in {plain, ""}:
        plain = shorter
    return plain.replace("-", "").replace("_", "")


def _fonts(runs: Iterable[TextRun], brand: Brand, on: date) -> Iterator[Finding]:
    own = {family_of(family.name) for family in brand.fonts}
    letters: dict[str, int] = defaultdict(int)
    pages: dict[str, set[int]] = defaultdict(set)
    samples: dict[str, TextRun] = {}
    for run in runs:
        if run.font:
            letters[run.font] += sum(1 for sign in run.text if not sign.isspace())
            pages[run.font].add(run.page)
            samples.setdefault(run.font, run)
    whole = sum(letters.values())
    by_family: dict[str, list[str]] = defaultdict(list)
    for font in letters:
        by_family[family_of(font)].append(font)
    for family, fonts in by_family.items():
        if family in own or family in _SYMBOLS or not family:
            continue
        accepted = accepted_font(family, brand, on)
        if accepted is not None and accepted.until is None:
            continue
        share = sum(letters[font] for font in fonts) / whole
        shown, where = min(fonts, key=len), sorted(set().union(*(pages[font] for font in fonts)))
        sample = samples[shown]
        wanted = brand.headings.family if sample.is_title else brand.text.family
        message = f"“{shown}” is not a font of the brand; it sets {_share(share)} of the letters."
        if accepted is not None and accepted.until is not None:
            message = (
                f"“{shown}” is accepted until {accepted.until.isoformat()}; it sets {_share(share)} of the letters."
            )
        level = Level.ERROR if share >= _CHOSEN_FONT else Level.WARNING
        yield Finding(
            level=Level.NOTE if accepted is not None else level,
            code="font-legacy" if accepted is not None else "font",
            message=message,
            mend=f"Use “{wanted}”.",
            page=where[0],
            text=_shown(sample.text),
            evidence=name_pages(where),
            nearest=wanted,
        )


def _shown(text: str) -> str | None:
    """Give the beginning of a text to be recognised by, without the signs by which some fonts number their letters."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:80] or None


def accepted_font(family: str, brand: Brand, on: date) -> AcceptedFont | None:
    """Give the accepted font of a family, as `family_of` gives it, that a day has not overtaken."""
    known = (font for font in brand.accepted_fonts if family_of(font.family) == family)
    return next((font for font in known if font.until is None or on <= font.until), None)


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "less than 1%"


def _colours(facts: FileFacts, brand: Brand, on: date) -> Iterator[Finding]:
    used: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for run in facts.runs:
        if run.colour:
            used[run.colour].append((run.page, "text", run.text))
    for area in facts.areas:
        used[area.colour].append((area.page, area.what, ""))
    palette = {value.upper(): name for name, value in brand.palette.items()}
    for colour, places in used.items():
        if is_accepted(colour, palette, brand.colour_tolerance):
            continue
        legacy = legacy_colour(colour, brand, on)
        until = legacy.until if legacy is not None else None
        if legacy is not None and until is None:
            continue
        near, distance = nearest_colour(colour, palette)
        where, what = sorted({page for page, _, _ in places}), sorted({what for _, what, _ in places})
        message = f"{colour} ({', '.join(what)}) is not a colour of the brand."
        if until is not None:
            message = f"{colour} is a colour of an earlier edition, accepted until {until.isoformat()}."
        yield Finding(
            level=Level.NOTE if until is not None else Level.WARNING,
            code="colour-legacy" if until is not None else "colour",
            message=message,
            mend=f"Use {palette[near]} ({near}).",
            page=where[0],
            text=next((text[:80] for _, _, text in places if text), None),
            evidence=f"ΔE {distance:.1f} from {near}, {name_pages(where)}",
            nearest=near,
        )


def nearest_colour(colour: str, palette: Iterable[str]) -> tuple[str, float]:
    """Give the palette's colour nearest to one, and how far it lies (CIEDE2000)."""
    return min(((value, distance(colour, value)) for value in palette), key=lambda pair: pair[1])


@lru_cache(maxsize=4096)
def distance(colour: str, other: str) -> float:
    """Give how far two colours lie from each other (CIEDE2000); a file uses the same few again and again."""
    return float(Color(colour).delta_e(other, method="2000"))


def is_accepted(colour: str, palette: Iterable[str], tolerance: float) -> bool:
    """Tell whether a colour is one of a palette to the eye, a grey, or a tint of one: mixed with white or black."""
    mine = Color(colour)
    if mine.convert("lch-d65")["chroma"] < _GREY:
        return True
    for value in palette:
        if distance(colour, value) <= tolerance:
            return True
        if any(mine.delta_e(tint, method="2000") <= _TINT for tint in _tints(value)):
            return True
    return False


@lru_cache(maxsize=256)
def _tints(value: str) -> tuple[Color, ...]:
    """Give a colour mixed with white and with black, in twentieths."""
    return tuple(step for end in ("white", "black") for step in Color.steps([value, end], steps=21, space="srgb")[1:])


def legacy_colour(colour: str, brand: Brand, on: date) -> LegacyColour | None:
    """Give the colour of an earlier edition that one is to the eye, and that a day has not overtaken."""
    known = (legacy for legacy in brand.legacy_colours if distance(colour, legacy.value) <= brand.colour_tolerance)
    return next((legacy for legacy in known if legacy.until is None or on <= legacy.until), None)


def _phrases(facts: FileFacts, brand: Brand, kind: str | None) -> Iterator[Finding]:
    for number, text in facts.texts.items():
        yield from find_phrases(text, brand.phrases, kind=kind, page=number)
    if kind is not None:
        yield from find_missing("\n".join(facts.texts.values()), brand.phrases, kind=kind)


def _placeholders(texts: Mapping[int, str]) -> Iterator[Finding]:
    for number, text in texts.items():
        for words in dict.fromkeys(found.group() for found in _PLACEHOLDER.finditer(text)):
            yield Finding(
                level=Level.ERROR,
                code="placeholder",
                message=f"“{words}” was never filled in.",
                mend="Write what belongs there.",
                page=number,
                text=words,
            )


def _contrast(runs: Iterable[TextRun]) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for run in runs:
        if run.colour is None or run.ground is None or (run.colour, run.ground) in told:
            continue
        told.add((run.colour, run.ground))
        needed = LARGE_RATIO if (run.size or 0) >= _LARGE_POINTS else TEXT_RATIO
        measured = ratio(run.colour, run.ground)
        # Nobody sets white on white: something stands behind it that was not told as its ground.
        if _UNSEEN <= measured < needed:
            yield Finding(
                level=Level.WARNING,
                code="contrast",
                message=f"{run.colour} on {run.ground} is hard to read: its contrast is {measured:.1f}.",
                mend=f"It needs {needed:g}: make one of the two darker or lighter.",
                page=run.page,
                text=run.text[:80],
                evidence=f"{measured:.2f}",
            )


def _size(facts: FileFacts) -> Iterator[Finding]:
    width, height = sorted((facts.width_mm, facts.height_mm))
    if not width:
        return
    if facts.format is UploadFormat.PPTX:
        if abs(height / width - _SLIDES) > 0.01:
            message = f"The slides are {facts.width_mm:g} × {facts.height_mm:g} mm, not 16:9."
            yield Finding(level=Level.WARNING, code="page-size", message=message, mend="Set them to widescreen (16:9).")
        return
    is_paper = any(abs(width - w) < _NEAR_MM and abs(height - h) < _NEAR_MM for w, h in _PAPERS)
    if not is_paper and abs(height / width - _SLIDES) > 0.01:
        message = f"The pages are {facts.width_mm:g} × {facts.height_mm:g} mm: no usual paper, and not 16:9."
        yield Finding(level=Level.NOTE, code="page-size", message=message)


def with_path(findings: Iterable[Finding], path: str) -> tuple[Finding, ...]:
    """Name the file in its findings."""
    return tuple(replace(finding, path=path) for finding in findings)
