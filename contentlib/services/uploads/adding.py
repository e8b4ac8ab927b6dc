"""Makes an asset, or an asset's next version, of a file from outside; what is known of it is confirmed by a person.

Reading takes a moment, so it happens on a reading unit of work; the writing one checks again, keeps the file and then
writes rows. Texts are authored, so they go the way of what is written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ContentlibError, FieldError, FileRefusedError, InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.domain.search import PageText
from contentlib.domain.suggestions import KnownWords
from contentlib.domain.taxonomy import WordList
from contentlib.domain.uploads import (
    AddedFile,
    ExtractedFile,
    Said,
    UploadFormat,
    UploadStatus,
    title_from_name,
)
from contentlib.ingest import suggesting
from contentlib.markup.front_matter import LANGUAGE, AuthoredAsset, nearest
from contentlib.markup.front_matter import judge as judge_facts
from contentlib.markup.source import ReadSource
from contentlib.services import asset_rights, brand_findings
from contentlib.services import brand as brand_services
from contentlib.services.authoring import saving
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.plan import SourceFile, SourceRead
from contentlib.services.brand import Yardsticks
from contentlib.services.files import read_in_sandbox
from contentlib.services.governance import snapshots
from contentlib.services.governance.moves import note
from contentlib.services.taxonomy import aliases_of
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.blobs import ReceivedFile
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import uploads as queries
from contentlib.storage.tables import Asset, AssetFile, AssetKind, AssetVersion

_EXTRACT = "contentlib.ingest.extractors:extract_upload"
_CHECKED = frozenset({UploadFormat.PDF, UploadFormat.PPTX, UploadFormat.DOCX})
# A file whose name has no Latin letters has no words for a slug.
_NAMELESS = "upload"


@dataclass(frozen=True, kw_only=True)
class PreparedUpload:
    """A file that was read and may be added, out of an archive or alone.

    `text` is what an authored one says, `target` the asset it replaces.
    """

    name: str
    received: ReceivedFile
    found: ExtractedFile
    read: SourceRead | None = field(default=None, repr=False)
    text: saving.PreparedText | None = field(default=None, repr=False)
    target: str | None = None
    findings: tuple[Finding, ...] = ()
    within: str = ""
    kind: str = ""

    @property
    def origin(self) -> dict[str, str]:
        """Give what the history tells of a file: the archive that it was in, the kind that it was said to be."""
        told = {"within": self.within, "kind": self.kind}
        return {name: value for name, value in told.items() if value}


def require_target(reading: UnitOfWork, slug: str | None) -> None:
    """Raise unless the actor may upload, to the asset of a slug if one is named."""
    reading.require(Permission.EDIT_ASSETS)
    if slug is not None:
        asset_rights.refuse_version(asset_rights.get_seen(reading, slug))


def check_said(reading: UnitOfWork, said: Said) -> None:
    """Raise InvalidInputError, naming every field, for kind, stages and owner that are not known here.

    What is said of many files at once is worth a look before the first of them is added.
    """
    faults = []
    kinds = {kind.slug for kind in taxonomy_queries.list_kinds(reading.session)}
    if (kind := said.get("kind")) and kind not in kinds:
        faults.append(_unknown("kind", str(kind), kinds))
    stages = {name for s in taxonomy_queries.list_funnel_stages(reading.session) for name in (s.slug, s.label)}
    faults += [_unknown("stages", stage, stages) for stage in _listed(said.get("stages")) if stage not in stages]
    owner = said.get("owner")
    if owner and str(owner).lower() not in people_queries.ids_by_email(reading.session):
        faults.append(FieldError(field="owner", message=f"Nobody here has the e-mail address {owner}."))
    if faults:
        raise InvalidInputError(" ".join(fault.message for fault in faults), fields=tuple(faults))


def _listed(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _unknown(name: str, value: str, known: set[str]) -> FieldError:
    near = nearest(value, known)
    message = f"“{value}” is not known here as {name}." + (f" Did you mean “{near}”?" if near else "")
    return FieldError(field=name, message=message)


def prepare(
    reading: UnitOfWork,
    received: ReceivedFile,
    *,
    name: str,
    said: Said,
    target: str | None,
    limit_mb: int,
    yardsticks: Yardsticks | None = None,
    within: str = "",
) -> PreparedUpload | AddedFile:
    """Read a file that came in, and hold it against the brand; nothing is written.

    Answers at once for one that an asset has already. Raises FileRefusedError, LimitExceededError or
    InvalidInputError for what is not taken in.
    """
    reading.require(Permission.EDIT_ASSETS)
    if (duplicate := _find_duplicate(reading, received.hash, name)) is not None:
        return duplicate
    found: ExtractedFile = read_in_sandbox(reading, _EXTRACT, received.path, limit_mb=limit_mb, name=name)
    if found.format is UploadFormat.MARKDOWN:
        text = _prepare_text(reading, received, found, name=name, said=said, target=target)
        return replace(text, within=within) if isinstance(text, PreparedUpload) else text
    if found.format is UploadFormat.ZIP:
        return PreparedUpload(name=name, received=received, found=found, target=target)
    replaced = asset_rights.get_seen(reading, target) if target is not None else None
    if replaced is not None:  # what is known of an asset stays, whatever file it is
        note = said.get("version_note", "")
        said = {"title": replaced.title, "kind": replaced.kind.slug, "brand": replaced.brand, "version_note": note}
    values, guessed = _complete(reading, found, name, said)
    asset, faults = judge_facts(values, path=name, kind=values["kind"])
    checked = (*found.findings, *faults, *_hold_against_brand(reading, received, found, name, asset, yardsticks))
    source = ReadSource(
        path=name,
        asset=asset,
        body="",
        html="",
        pages=tuple(PageText(number=page.number, title=page.title, text=page.text) for page in found.pages),
        media=(),
        findings=checked,
    )
    file = SourceFile(path=name, kind=asset.kind, data=b"", hash=received.hash)
    read = SourceRead(file=file, source=source, media={}, asset_id=None)
    told = (*checked, *guessed)
    kind = values["kind"] if said.get("kind") == values["kind"] else ""
    return PreparedUpload(
        name=name, received=received, found=found, read=read, target=target, findings=told, within=within, kind=kind
    )


def is_archive(prepared: PreparedUpload) -> bool:
    """Tell whether a file holds others, which are added one by one."""
    return prepared.found.format is UploadFormat.ZIP


def _find_duplicate(reading: UnitOfWork, sha256: str, name: str) -> AddedFile | None:
    same = queries.find_same(reading.session, sha256)
    if same is None:
        return None
    reason = f"It is the same file as version {same.number} of “{same.title}”."
    if same.status is AssetStatus.ARCHIVED:
        reason += " That one is archived: bring it back, if it is wanted again."
    return AddedFile(name=name, status=UploadStatus.DUPLICATE, asset=same.slug, version=same.number, reason=reason)


def _complete(reading: UnitOfWork, found: ExtractedFile, name: str, said: Said) -> tuple[dict[str, Any], list[Finding]]:
    """Give what is said of a file, and for what has to be there the little that can be told without a person."""
    rows = taxonomy_queries.list_kinds(reading.session)
    values, told = _what_holds(reading, said, name, {row.slug for row in rows})
    kinds = _offered(rows)
    if not values.get("kind"):
        values["kind"], message = _guess_kind(found, name, kinds)
        told.append(Finding(level=Level.NOTE, code="kind-guessed", message=message, path=name, field="kind"))
    values.setdefault("title", title_from_name(name))
    language = str(found.facts.get("language", ""))
    if LANGUAGE.match(language):
        values.setdefault("language", language)
    values.setdefault("owner", reading.actor.email)
    values["slug"] = values.get("slug") or saving.free_slug(reading, str(values["title"]), _NAMELESS)
    return values, told


def _what_holds(reading: UnitOfWork, said: Said, name: str, known: set[str]) -> tuple[dict[str, Any], list[Finding]]:
    """Give what is said of a file without a kind that is none of those `known`, and a slug that another asset has."""
    values: dict[str, Any] = {key: value for key, value in said.items() if value}
    told: list[Finding] = []
    if values.get("kind") and values["kind"] not in known:
        told.append(_no_kind(str(values.pop("kind")), known, name))
    if values.get("slug") and asset_queries.find_by_slug(reading.session, str(values["slug"])) is not None:
        message = f"The slug “{values.pop('slug')}” belongs to another asset, so it gets one by its title."
        told.append(Finding(level=Level.WARNING, code="slug-taken", message=message, path=name))
    return values, told


def _no_kind(kind: str, known: set[str], name: str) -> Finding:
    message = f"“{kind}” is no kind of asset here."
    near = nearest(kind, known)
    return Finding(level=Level.WARNING, code="unknown-kind", message=message, path=name, nearest=near)


def _offered(kinds: Iterable[AssetKind]) -> tuple[tuple[str, str], ...]:
    return tuple((kind.slug, kind.label) for kind in kinds if kind.retired_at is None)


def _guess_kind(found: ExtractedFile, name: str, kinds: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Give the kind that a file seems to be, and why: as it will be suggested, else the library's first one."""
    guess = suggesting.suggest_kind(found, name=name, known=KnownWords(kinds=kinds))
    if guess is not None:
        return guess.values[0], f"Its kind was guessed: {guess.values[0]}. {guess.why}"
    slug, label = kinds[0]
    return slug, f"Nothing tells its kind; it stands as a {label.lower()} until somebody says what it is."


def _hold_against_brand(
    reading: UnitOfWork,
    received: ReceivedFile,
    found: ExtractedFile,
    name: str,
    asset: AuthoredAsset,
    yardsticks: Yardsticks | None,
) -> tuple[Finding, ...]:
    """Check a file against its brand; what keeps it from being checked does not keep it from being added."""
    if found.format not in _CHECKED:
        return ()
    try:
        return brand_services.check(
            reading,
            received.path,
            limit_mb=(received.size >> 20) + 1,
            name=name,
            brand=asset.brand or "",
            kind=asset.kind,
            yardsticks=yardsticks,
            extracted=found,
        )
    except ContentlibError as refused:
        message = f"It could not be held against the brand. {refused.message}"
        return (Finding(level=Level.WARNING, code="brand-unchecked", message=message, path=name),)


def _prepare_text(
    reading: UnitOfWork, received: ReceivedFile, found: ExtractedFile, *, name: str, said: Said, target: str | None
) -> PreparedUpload | AddedFile:
    """Read a Markdown file as an authored text, with a front matter where it has none."""
    rows = taxonomy_queries.list_kinds(reading.session)
    kinds = {row.slug for row in rows}
    values, told = _what_holds(reading, said, name, kinds)
    values.setdefault("owner", reading.actor.email)
    kind = str(values.get("kind") or _guess_kind(found, name, _offered(rows))[0])
    text, foreign_kind = reading.sandbox.call(
        "contentlib.ingest.extractors.texts:complete",
        path=str(received.path),
        name=name,
        said={key: value for key, value in values.items() if target is None},
        title=title_from_name(name),
        kinds=sorted(kinds | aliases_of(reading, WordList.KINDS).keys()),
    )
    if foreign_kind:
        told.append(_no_kind(foreign_kind, kinds, name))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if (duplicate := _find_duplicate(reading, sha256, name)) is not None:
        return duplicate
    asset = asset_rights.get_seen(reading, target) if target is not None else None
    newest = asset_queries.find_newest_version(reading.session, asset.id) if asset is not None else None
    try:
        prepared = saving.prepare_save(
            reading,
            slug=asset.slug if asset is not None else None,
            kind=asset.kind.slug if asset is not None else kind,
            text=text,
            base=newest.number if newest is not None else 0,
            publish=False,
            note=str(said.get("version_note", "")),
        )
    except InvalidInputError as refused:
        raise FileRefusedError(f"“{name}” cannot be read as a text. {refused.message}") from refused
    findings = (*found.findings, *told, *prepared.read.source.findings)
    return PreparedUpload(name=name, received=received, found=found, text=prepared, target=target, findings=findings)


def record(uow: UnitOfWork, prepared: PreparedUpload) -> AddedFile:
    """Keep a file and make a draft of it: a new asset's first version, or the next one of the asset it replaces.

    The published version of an asset stays what people see, until the new one is published. Answers as a duplicate
    what somebody else added meanwhile.
    """
    uow.require(Permission.EDIT_ASSETS)
    if prepared.text is not None:
        return _record_text(uow, prepared, prepared.text)
    if (duplicate := _find_duplicate(uow, prepared.received.hash, prepared.name)) is not None:
        return duplicate
    if prepared.read is None:
        raise FileRefusedError(f"“{prepared.name}” is an archive inside an archive. Pack its files directly.")
    uow.blobs.keep(prepared.received)
    asset, version, entry = (
        _replace(uow, prepared, prepared.read) if prepared.target else _begin(uow, prepared, prepared.read)
    )
    if any(page.notes for page in prepared.found.pages):
        version.pages = _pages_with_notes(prepared.found)
    uow.session.add(
        AssetFile(
            version_id=version.id,
            blob=prepared.received.hash,
            name=prepared.name,
            format=prepared.found.format,
            size=prepared.received.size,
            facts=prepared.found.facts,
        )
    )
    uow.enqueue(JobKind.DRAW_PICTURES, version.id)
    findings = (*prepared.findings, *_looked_up(version))
    return AddedFile(
        name=prepared.name,
        status=UploadStatus.ADDED,
        asset=asset.slug,
        version=version.number,
        findings=tuple(dict.fromkeys(findings)),
        entry=entry,
    )


# What is only known once the library's own words were asked.
_LOOKED_UP = frozenset({"unknown-term", "unknown-stage", "unknown-owner", "unknown-brand"})


def _looked_up(version: AssetVersion | None) -> Iterator[Finding]:
    stored = version.findings if version is not None else []
    return (Finding.from_dict(finding) for finding in stored if finding["code"] in _LOOKED_UP)


def _begin(uow: UnitOfWork, prepared: PreparedUpload, read: SourceRead) -> tuple[Asset, AssetVersion, None]:
    """Make a new asset of a file; its slug is looked for again, since somebody may have taken it."""
    authored = read.source.asset
    if asset_queries.find_by_slug(uow.session, authored.slug) is not None:
        free = saving.free_slug(uow, authored.title, _NAMELESS)
        read = replace(read, source=replace(read.source, asset=replace(authored, slug=free)))
    describer = Describer(uow)
    asset = describer.begin(read)
    version = describer.add_version(read, asset, 1)
    describer.describe(read, asset, version, is_published=False)
    asset.verified_at = None  # nobody has looked at it yet
    describer.note_change(asset, "upload", **prepared.origin)
    return asset, version, None


def _replace(uow: UnitOfWork, prepared: PreparedUpload, read: SourceRead) -> tuple[Asset, AssetVersion, int]:
    """Add a file as an asset's next version; what is known of the asset stays. Gives the deed to take back as well."""
    asset = asset_rights.get_seen(uow, prepared.target or "")
    asset_rights.refuse_version(asset)
    newest = asset_queries.find_newest_version(uow.session, asset.id)
    before, review = snapshots.take(asset), snapshots.take_waiting(uow, asset)
    version = Describer(uow).add_version(read, asset, newest.number + 1 if newest else 1)
    if asset.status in {AssetStatus.DRAFT, AssetStatus.IN_REVIEW} or asset.current_version_id is None:
        asset.current_version_id = version.id
    brand_findings.carry_over(uow, asset)
    number = version.number
    return asset, version, note(uow, asset, "upload version", before=before, number=number, added=number, review=review)


def _record_text(uow: UnitOfWork, prepared: PreparedUpload, text: saving.PreparedText) -> AddedFile:
    saved = saving.record_save(uow, text, **prepared.origin)
    newest = asset_queries.find_newest_version(uow.session, asset_queries.get_by_slug(uow.session, saved.slug).id)
    findings = (*prepared.findings, *_looked_up(newest))
    return AddedFile(
        name=prepared.name,
        status=UploadStatus.ADDED,
        asset=saved.slug,
        version=saved.number,
        findings=tuple(dict.fromkeys(replace(finding, path=prepared.name) for finding in findings)),
    )


def _pages_with_notes(found: ExtractedFile) -> list[dict[str, Any]]:
    return [
        {"number": page.number, "title": page.title, "text": page.text, **({"notes": page.notes} if page.notes else {})}
        for page in found.pages
    ]


def refused(name: str, error: ContentlibError) -> AddedFile:
    """Say that a file was not taken in, and why."""
    own = tuple(error.findings) or (Finding(level=Level.ERROR, code=error.code, message=error.message, path=name),)
    return AddedFile(name=name, status=UploadStatus.REFUSED, reason=error.message, findings=own)
