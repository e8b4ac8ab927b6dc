"""Writing in the library: a text is opened, and checked and drawn as it is typed; nothing is saved here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contentlib.branding.parts import Phrase
from contentlib.branding.phrases import find_phrases
from contentlib.domain.assets import AssetStatus
from contentlib.domain.documents import PagePicture, Paper
from contentlib.domain.errors import (
    ConflictError,
    ContentlibError,
    InvalidInputError,
    NotFoundError,
    SourceRefusedError,
)
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.domain.people import Permission
from contentlib.markup import front_matter, plain_text, schema, skeleton
from contentlib.markup.front_matter import AuthoredAsset
from contentlib.markup.schema import KindSchema
from contentlib.markup.source import ReadSource
from contentlib.services import asset_rights, documents
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.drawn import at_their_lines
from contentlib.services.authoring.plan import SourceFile, SourceRead, read_files
from contentlib.services.authoring.wording import Wording
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import pictures as picture_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import uploads as upload_queries
from contentlib.storage.tables import Asset, AssetVersion, Person

# What a text without a slug is called in findings, until its title gives it one.
NAMELESS = "new"
_CHOOSE_PICTURE = "Choose one from the menu, add it there, or correct its name."


@dataclass(frozen=True, kw_only=True)
class OpenText:
    """A text as it is opened for writing; `slug` is empty and `number` 0 before it is saved for the first time.

    `kept_by` is the file that a sync keeps the asset equal to, None for a text that may be changed here. `is_draft`
    says that the newest version waits behind the published one, or that nothing was published yet. `media` maps the
    paths of its own pictures to their blobs.
    """

    slug: str
    title: str
    kind: str
    kind_label: str
    text: str
    number: int = 0
    note: str = ""
    made_by: str | None = None
    made_at: datetime | None = None
    is_draft: bool = True
    published_number: int | None = None
    kept_by: str | None = None
    asset_id: int | None = None
    media: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class CheckedText:
    """What is known of a text as it stands: what it says of its asset, None where that cannot be read, and findings.

    `pictures` are its pages as they would be drawn, empty where they cannot be.
    """

    asset: AuthoredAsset | None
    schema: KindSchema
    findings: tuple[Finding, ...]
    pictures: tuple[PagePicture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LibraryPicture:
    """A picture that texts may show: its path as they write it, and an asset that shows it already, or ""."""

    path: str
    asset_slug: str


def open_text(reading: UnitOfWork, slug: str) -> OpenText:
    """Open an asset's newest text, draft or published; NotFoundError for an asset without one."""
    reading.require(Permission.EDIT_ASSETS)
    asset = asset_rights.get_seen(reading, slug)
    newest = queries.find_newest_version(reading.session, asset.id)
    is_file = newest is not None and upload_queries.find_file(reading.session, newest.id) is not None
    return _open(reading, asset, newest, is_file=is_file)


def open_texts(reading: UnitOfWork, slugs: Sequence[str]) -> dict[str, OpenText | ContentlibError]:
    """Open the newest texts of many assets, as `open_text` does one; in the place of one that cannot be, why not."""
    reading.require(Permission.EDIT_ASSETS)
    assets = [
        asset
        for asset in queries.list_to_change(reading.session, slugs=slugs, has_version=True)
        if asset_rights.may_see(reading, asset)
    ]
    newest = queries.newest_versions(reading.session, [asset.id for asset in assets], has_text=True)
    files = upload_queries.list_files(reading.session, [version.id for version in newest.values()])
    opened: dict[str, OpenText | ContentlibError] = {}
    for asset in assets:
        version = newest.get(asset.id)
        try:
            is_file = version is not None and version.id in files
            opened[asset.slug] = _open(reading, asset, version, is_file=is_file)
        except ContentlibError as error:
            opened[asset.slug] = error
    return opened


def _open(reading: UnitOfWork, asset: Asset, newest: AssetVersion | None, *, is_file: bool) -> OpenText:
    if newest is None:
        raise NotFoundError(f"“{asset.title}” has no text to write on.")
    if is_file:
        raise ConflictError(f"“{asset.title}” was uploaded as a file. Upload a new one in its place.")
    is_published = asset.status is AssetStatus.PUBLISHED and asset.current_version is not None
    current = asset.current_version.number if is_published and asset.current_version else None
    return OpenText(
        slug=asset.slug,
        title=newest.title,
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        text=newest.source,
        number=newest.number,
        note=newest.note,
        made_by=name_of(reading, newest),
        made_at=newest.made_at,
        is_draft=current != newest.number,
        published_number=current,
        kept_by=asset.source_path if asset_rights.is_kept(asset) else None,
        asset_id=asset.id,
        media=newest.media,
    )


def begin_text(reading: UnitOfWork, kind: str) -> OpenText:
    """Open a new text with everything its kind asks for; NotFoundError for a kind that is not one here."""
    reading.require(Permission.EDIT_ASSETS)
    known = {row.slug: row for row in taxonomy_queries.list_kinds(reading.session)}
    if kind not in known:
        raise NotFoundError(f"There is no kind “{kind}”.")
    label = known[kind].label
    described = schema.load(reading.templates, kind)
    return OpenText(
        slug="",
        title=f"New {label.lower()}",
        kind=kind,
        kind_label=label,
        text=skeleton.write(described, label=label, owner=reading.actor.email),
    )


def count_words(text: str) -> int:
    """Count the words of a text below the facts at its top, as a reader would."""
    try:
        return plain_text.count_words(front_matter.split(text, path=NAMELESS)[1])
    except SourceRefusedError:
        return plain_text.count_words(text)


def name_of(reading: UnitOfWork, version: AssetVersion) -> str | None:
    """Name who made a version, None where that is not known."""
    person = reading.session.get(Person, version.made_by_id) if version.made_by_id else None
    return person.name if person else None


def list_pictures(reading: UnitOfWork) -> tuple[LibraryPicture, ...]:
    """List the pictures that texts of the library show, or that were added for them, by path."""
    reading.require(Permission.EDIT_ASSETS)
    media = picture_queries.list_pictures(reading.session)
    return tuple(LibraryPicture(path=path, asset_slug=slug) for path, (_, slug) in sorted(media.items()))


def check_text(
    reading: UnitOfWork,
    *,
    slug: str | None,
    kind: str,
    text: str,
    phrases: Sequence[Phrase] = (),
    draw: bool = True,
    paper: Paper = Paper.A4,
) -> CheckedText:
    """Read and draw a text as it stands; whatever the author typed is answered with findings, never with an error.

    Without `draw` it is only read, which takes a twentieth of the time.
    """
    reading.require(Permission.EDIT_ASSETS)
    read = read_text(reading, slug=slug, kind=kind, text=text)
    if isinstance(read, RefusedSource):
        return CheckedText(asset=None, schema=schema.load(reading.templates, kind), findings=(read.as_finding(),))
    return check_read(reading, read, text=text, phrases=phrases, draw=draw, paper=paper)


def check_version(reading: UnitOfWork, asset: Asset, version: AssetVersion, read: SourceRead) -> tuple[Finding, ...]:
    """Draw a version that was read as it would go out, hold it against its brand, and give what was found."""
    checked = check_read(reading, read, text=version.source)
    said = Wording(reading).check(version.source, kind=asset.kind.slug, brand=asset.brand, path=version.source_path)
    return _in_order([*checked.findings, *said])


def check_read(
    reading: UnitOfWork,
    read: SourceRead,
    *,
    text: str,
    phrases: Sequence[Phrase] = (),
    draw: bool = True,
    paper: Paper = Paper.A4,
) -> CheckedText:
    """Draw a text that was read, as `check_text` does one that was not."""
    source = read.source
    described = schema.load(reading.templates, source.asset.kind)
    found = [
        *source.findings,
        *Describer(reading).look_up(read),
        *find_phrases(text, phrases, kind=source.asset.kind, path=read.file.path, line=1),
    ]
    pictures: tuple[PagePicture, ...] = ()
    if draw and described.has_document:
        drawn = documents.preview_source(
            reading, kind=source.asset.kind, slug=source.asset.slug, source=text, media=read.media, paper=paper
        )
        pictures, found = drawn.pictures, [*found, *at_their_lines(drawn.findings, read)]
    return CheckedText(asset=source.asset, schema=described, findings=_in_order(found), pictures=pictures)


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put findings in the order of their lines, each once; what blocks wins over the same said more mildly."""
    ranks = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    kept: dict[tuple[int | None, str], Finding] = {}
    for finding in sorted(findings, key=lambda each: ranks[each.level]):
        kept.setdefault((finding.line, finding.message), finding)
    return tuple(sorted(kept.values(), key=lambda each: (each.line or 0, ranks[each.level])))


def read_text(reading: UnitOfWork, *, slug: str | None, kind: str, text: str) -> SourceRead | RefusedSource:
    """Read a text in the sandbox, with the pictures it names looked up in its own versions and in the library."""
    asset = queries.find_by_slug(reading.session, slug) if slug else None
    file = _as_file(slug, kind, text)
    answer: ReadSource | RefusedSource = reading.sandbox.call(
        "contentlib.markup.source:read_batch",
        files=[(file.path, kind, file.data)],
        templates=str(reading.templates),
    )[0]
    if isinstance(answer, RefusedSource):
        return answer
    newest = queries.find_newest_version(reading.session, asset.id) if asset else None
    known = {path: blob for path, (blob, _) in picture_queries.list_pictures(reading.session).items()}
    known |= newest.media if newest else {}
    return _with_pictures(file, answer, known, asset.id if asset else None)


def read_changed(reading: UnitOfWork, changed: Sequence[tuple[OpenText, str]]) -> Iterator[SourceRead | RefusedSource]:
    """Read texts that take the place of what was opened, many at once, as `read_text` does one."""
    known = {path: blob for path, (blob, _) in picture_queries.list_pictures(reading.session).items()}
    files = [_as_file(opened.slug, opened.kind, text) for opened, text in changed]
    for (opened, _), file, answer in zip(changed, files, read_files(reading, files), strict=True):
        if isinstance(answer, RefusedSource):
            yield answer
        else:
            yield _with_pictures(file, answer, {**known, **opened.media}, opened.asset_id)


def _as_file(slug: str | None, kind: str, text: str) -> SourceFile:
    data = text.encode("utf-8", "replace")
    return SourceFile(path=f"{kind}/{slug or NAMELESS}.md", kind=kind, data=data, hash=hashlib.sha256(data).hexdigest())


def _with_pictures(file: SourceFile, answer: ReadSource, known: Mapping[str, str], asset_id: int | None) -> SourceRead:
    """Give what was read with the pictures it names, of those that are known, and what it says of the others."""
    lines = file.data.decode("utf-8").splitlines()
    missing = tuple(
        Finding(
            level=Level.ERROR,
            code="missing-media",
            message=f"There is no picture {path} in the library.",
            mend=_CHOOSE_PICTURE,
            path=file.path,
            line=next((n for n, line in enumerate(lines, start=1) if path in line), None),
            text=path,
        )
        for path in answer.media
        if path not in known
    )
    return SourceRead(
        file=file,
        source=replace(answer, findings=(*(_mend_here(each) for each in answer.findings), *missing)),
        media={path: known[path] for path in answer.media if path in known},
        asset_id=asset_id,
    )


def _mend_here(finding: Finding) -> Finding:
    """Give a finding with what mends it in the library, where no folder of pictures is at hand."""
    return replace(finding, mend=_CHOOSE_PICTURE) if finding.code == "picture-path" else finding


def read_version(reading: UnitOfWork, asset: Asset, version: AssetVersion) -> SourceRead:
    """Read a version's text again, as it must be to describe its asset; InvalidInputError when it cannot be read."""
    read = read_text(reading, slug=asset.slug, kind=asset.kind.slug, text=version.source)
    if isinstance(read, RefusedSource):
        said = f"“{version.title}” cannot be read any more: {read.reason}"
        raise InvalidInputError(said, findings=(read.as_finding(),))
    return replace(read, media=version.media)
