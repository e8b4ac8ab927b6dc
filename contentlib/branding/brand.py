"""Loads a brand from its folder and says what is wrong with it; what a brand does to assets is not known here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from contentlib.branding import extras
from contentlib.branding.contrast import list_faint
from contentlib.branding.fonts import read_font
from contentlib.branding.lined_yaml import LinedYaml
from contentlib.branding.parts import Brand, FontFamily, Phrase, TypeStyle
from contentlib.branding.reading import EXTRAS, TOP, BrandReader
from contentlib.domain.errors import BrandRefusedError
from contentlib.domain.findings import Finding, Level, has_errors

FILE_NAME = "_brand.yml"

# Notes for people and lists of what was vendored; a change of them changes no document.
_NOT_HASHED = (".md", ".txt", ".toml")


def load(folder: Path) -> Brand:
    """Load the brand of a folder; raise BrandRefusedError with every finding when there is an error among them."""
    brand, findings = _read(folder)
    if brand is None or has_errors(findings):
        errors = sum(finding.level is Level.ERROR for finding in findings)
        things = "one thing" if errors == 1 else f"{errors} things"
        raise BrandRefusedError(
            f"The brand in the folder “{folder.name}” cannot be used: {things} must be mended first.", findings=findings
        )
    return replace(brand, findings=findings)


def check(folder: Path) -> tuple[Finding, ...]:
    """Give everything that is wrong with the brand of a folder, errors first, in the order of the file."""
    return _read(folder)[1]


def read_phrases(folder: Path) -> tuple[tuple[Phrase, ...], str]:
    """Give a brand's phrases and the notice that its documents carry; fonts and pictures are left alone.

    A file that cannot be read holds none: whoever draws with that brand is told.
    """
    try:
        source = LinedYaml((folder / FILE_NAME).read_text("utf-8"), FILE_NAME)
    except (OSError, UnicodeDecodeError):
        return (), ""
    return extras.read_phrases(source), extras.read_legal(source).notice or ""


def hash_folder(folder: Path) -> str:
    """Give one hash (64 hex digits) over names and bytes of all files of a brand that can show in a document."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        is_hidden = any(part.startswith(".") for part in name.split("/"))
        # A folder with a brand file of its own is another brand beside this one.
        is_other = any((parent / FILE_NAME).is_file() for parent in path.parents if folder in parent.parents)
        if not path.is_file() or path.suffix in _NOT_HASHED or is_hidden or is_other:
            continue
        whole.update(f"{name}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _read(folder: Path) -> tuple[Brand | None, tuple[Finding, ...]]:
    shown = f"{folder.name}/{FILE_NAME}"
    try:
        text = (folder / FILE_NAME).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        reason = "is not written in UTF-8" if isinstance(fault, UnicodeDecodeError) else "cannot be read"
        message = f"“{shown}” {reason}."
        return None, (Finding(level=Level.ERROR, code="missing-file", message=message, path=shown),)
    source = LinedYaml(text, shown)
    if source.findings and source.get(()) == {}:
        return None, tuple(source.findings)
    brand = _assemble(source, folder)
    ranks = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    ordered = sorted(dict.fromkeys(source.findings), key=lambda finding: (ranks[finding.level], finding.line or 0))
    return brand, tuple(ordered)


def _assemble(source: LinedYaml, folder: Path) -> Brand | None:
    """Read every part, so that all findings are known, and give the brand when enough of it is there."""
    source.keys((), TOP)
    source.keys(("typography",), _TYPOGRAPHY)
    source.keys(EXTRAS, extras.EXTRA_KEYS)
    reader = BrandReader(source, folder)
    name, full_name, links = reader.read_meta()
    palette, roles = reader.read_palette(), reader.read_roles()
    families = reader.read_fonts()
    type_ = _read_type(source, reader, families)
    pictures = reader.read_logos()
    if not pictures:
        source.error(("logo",), "missing", "“logo” names no picture that can be used.")
    _look_at_type(source, families, {"base": type_.text, "headings": type_.headings}, type_.fallback, folder)
    _look_at_contrast(source, roles)
    tolerance = source.number((*EXTRAS, "colour-tolerance"), low=0, high=30)
    brand = Brand(
        folder=folder,
        name=name,
        full_name=full_name,
        tagline=source.text((*EXTRAS, "tagline")) or "",
        links=links,
        hash=hash_folder(folder),
        palette=palette,
        roles=roles,
        fonts=families,
        text=type_.text,
        headings=type_.headings,
        quotes=type_.quotes,
        monospace=type_.monospace,
        link=type_.link,
        fallback_fonts=type_.fallback,
        logos=pictures,
        logo_choice=reader.read_logo_choice(pictures),
        logo_rules=extras.read_logo_rules(source),
        contact=extras.read_contact(source),
        legal=extras.read_legal(source),
        # CIEDE2000 up to which people take two colours on paper for the same one.
        colour_tolerance=6.0 if tolerance is None else tolerance,
        legacy_colours=reader.read_legacy_colours(),
        accepted_fonts=extras.read_accepted_fonts(source),
        old_logos=_read_old_logos(source, reader),
        phrases=extras.read_phrases(source),
        is_sample=source.truth((*EXTRAS, "is-sample")),
    )
    return brand if families and pictures else None


_TYPOGRAPHY = ("fonts", "base", "headings", "monospace", "monospace-inline", "monospace-block", "link")
_PICTURES = (".svg", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True, kw_only=True)
class _Type:
    text: TypeStyle
    headings: TypeStyle
    quotes: TypeStyle
    monospace: TypeStyle
    link: TypeStyle
    fallback: tuple[str, ...]


def _read_type(source: LinedYaml, reader: BrandReader, families: tuple[FontFamily, ...]) -> _Type:
    """Read how each sort of text is set; what is left out is set as the one it belongs to."""
    names = {family.name for family in families}
    text = reader.read_style(("typography", "base"), names)
    headings = reader.read_style(("typography", "headings"), names, text)
    return _Type(
        text=text,
        headings=headings,
        quotes=reader.read_style((*EXTRAS, "quotes"), names, headings),
        monospace=reader.read_style(("typography", "monospace"), names, text),
        link=reader.read_style(("typography", "link"), names, text),
        fallback=_read_fallback(source, names),
    )


def _read_old_logos(source: LinedYaml, reader: BrandReader) -> tuple[str, ...]:
    places = [(*EXTRAS, "old-logos", index) for index in range(source.items((*EXTRAS, "old-logos")))]
    return tuple(path for place in places if (path := reader.find_file(place, _PICTURES)))


def _read_fallback(source: LinedYaml, names: Iterable[str]) -> tuple[str, ...]:
    at, known = (*EXTRAS, "fallback-fonts"), tuple(names)
    found = []
    for index in range(source.items(at)):
        name = source.choice((*at, index), known)
        if name in known and name is not None:
            found.append(name)
    return tuple(found)


def _look_at_type(
    source: LinedYaml,
    families: tuple[FontFamily, ...],
    styles: dict[str, TypeStyle],
    fallback: tuple[str, ...],
    folder: Path,
) -> None:
    """Report what would only show later as a wrong weight or a foreign letter in a finished document."""
    if not families:
        source.error(("typography",), "missing", "“typography.fonts” names no font that can be used.")
        return
    by_name = {family.name: family for family in families}
    for sort, style in styles.items():
        at = ("typography", sort)
        if not style.family:
            source.error(at, "missing", f"“typography.{sort}.family” is missing.")
        elif style.weight and style.weight not in by_name[style.family].weights:
            weights = ", ".join(str(weight) for weight in by_name[style.family].weights)
            source.error(at, "missing-weight", f"“{style.family}” has no weight {style.weight}, only {weights}.")
    text = styles["base"].family
    if text not in by_name:
        return
    missing = read_font(folder / by_name[text].files[0].path).missing_european
    for name in fallback:
        held = read_font(folder / by_name[name].files[0].path).characters
        missing = "".join(letter for letter in missing if ord(letter) not in held)
    if missing:
        source.warn(
            ("typography", "base"),
            "font-subset",
            f"“{text}” cannot write every European name, and no fallback font can: {missing[:12]}",
            mend="Use the family's whole character set, or add a family to “fallback-fonts”.",
            evidence=missing,
        )


def _look_at_contrast(source: LinedYaml, roles: dict[str, str]) -> None:
    for pair, needed, use in list_faint(roles):
        at = ("color", pair.text if pair.text != "background" else pair.ground)
        source.warn(
            at,
            "faint",
            f"“{pair.text}” on “{pair.ground}” ({use}) has a contrast of {pair.ratio:.1f}; it needs {needed:g}.",
            mend="Make one of the two darker or lighter.",
            evidence=f"{pair.ratio:.2f}",
        )
