"""Uploaded files on their way to being assets: what they seem to be, and what a person says they are.

Suggestions stand on the confirmation page alone; nothing of them is kept until somebody has confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contentlib.domain.assets import AssetStatus, Plate, Vocabulary, default_review_by
from contentlib.domain.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from contentlib.domain.findings import Finding
from contentlib.domain.intake import DESCRIBED, Becoming, Confirmed, Described, WaitingFile
from contentlib.domain.near_duplicates import NearDuplicate
from contentlib.domain.people import Permission
from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.uploads import FORMAT_LABELS, ExtractedFile, ExtractedPage, title_from_name
from contentlib.ingest import suggesting
from contentlib.markup.front_matter import LANGUAGE
from contentlib.services import asset_rights, brand_findings, near_duplicates, reviews
from contentlib.services import assets as asset_services
from contentlib.services.asset_pages import count_pages
from contentlib.services.assets import Surroundings
from contentlib.services.governance import snapshots, unadding
from contentlib.services.governance.moves import note
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import intake as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, AssetFile, AssetSlug, AssetVersion, FunnelStage, Term

_FIELDS = {
    Vocabulary.INDUSTRY: SuggestedField.INDUSTRIES,
    Vocabulary.PERSONA: SuggestedField.PERSONAS,
    Vocabulary.PRODUCT: SuggestedField.PRODUCTS,
    Vocabulary.TAG: SuggestedField.TAGS,
}
_SHOWN_PLATES = 4
_NOT_WANTED = "Not wanted after it was uploaded."
_SAID = "It was said when the file was uploaded."


def list_waiting(reading: UnitOfWork) -> list[str]:
    """List the slugs of the actor's uploads that wait to be described."""
    reading.require(Permission.EDIT_ASSETS)
    ids = queries.list_waiting(reading.session, made_by=reading.actor.person_id)
    found = asset_queries.list_by_ids(reading.session, ids)
    return [found[id_].slug for id_ in ids]


def read_waiting(
    reading: UnitOfWork, slugs: Sequence[str] | None = None, *, own_names: Sequence[str] = ()
) -> tuple[WaitingFile, ...]:
    """Give uploads that wait to be described, with what they seem to be: the actor's, or those of some slugs.

    `own_names` are those of the company itself, which its files are not about.
    """
    reading.require(Permission.EDIT_ASSETS)
    ids = queries.list_waiting(reading.session, made_by=reading.actor.person_id, slugs=slugs)
    assets = asset_queries.list_by_ids(reading.session, ids)
    around = asset_services.read_surroundings(reading, list(assets.values()))
    known = know_words(reading, own_names=own_names)
    shelf = near_duplicates.read_shelf(reading) if ids else None
    origins = queries.map_origins(reading.session, ids)
    waiting = []
    for id_ in ids:
        asset = assets[id_]
        version = asset_rights.get_version(asset)
        near = near_duplicates.find_near_duplicates(reading, pages=version.pages, but=asset.id, shelf=shelf)
        waiting.append(_waiting(reading, asset, version, around, known, near, origins.get(id_, {})))
    return tuple(waiting)


def _waiting(
    reading: UnitOfWork,
    asset: Asset,
    version: AssetVersion,
    around: Surroundings,
    known: KnownWords,
    near: tuple[NearDuplicate, ...],
    origin: Mapping[str, str],
) -> WaitingFile:
    file = _file_of(version)
    read = _as_extracted(version, file)
    found = suggesting.suggest(read, name=file.name, known=known, today=reading.today)
    pictures = around.pictures.get(version.id, {})
    plates = tuple(
        Plate(blob=picture.plate or picture.blob, width=picture.width, height=picture.height, page=number)
        for number, picture in sorted(pictures.items())[:_SHOWN_PLATES]
    )
    return WaitingFile(
        slug=asset.slug,
        title=asset.title,
        name=file.name,
        within=origin.get("within", ""),
        format_label=FORMAT_LABELS[file.format],
        size=file.size,
        page_count=count_pages(version, pictures),
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        plates=plates or (asset_services.plate_of(asset, around),),
        suggestions={**found, **_said(asset, file, known, found.get(SuggestedField.KIND), origin)},
        near=near,
        findings=tuple(Finding.from_dict(stored) for stored in version.findings),
    )


def _file_of(version: AssetVersion) -> AssetFile:
    if version.file is None:
        raise NotFoundError(f"“{version.title}” was not uploaded as a file.")
    return version.file


def _as_extracted(version: AssetVersion, file: AssetFile) -> ExtractedFile:
    pages = tuple(
        ExtractedPage(number=page["number"], title=page["title"], text=page["text"], notes=page.get("notes", ""))
        for page in version.pages
    )
    return ExtractedFile(format=file.format, pages=pages, facts=file.facts)


def _said(
    asset: Asset, file: AssetFile, known: KnownWords, kind: Suggestion | None, origin: Mapping[str, str]
) -> dict[SuggestedField, Suggestion]:
    """Give what somebody said of a file when it came in, which no guess replaces."""
    # A kind is always there: the one that was guessed as it is now, else the first of the library.
    likely = {*(kind.values if kind else ()), *(slug for slug, _ in known.kinds[:1])}
    is_guessed = asset.kind.slug in likely and "kind" not in origin
    told: dict[SuggestedField, tuple[str, ...]] = {
        SuggestedField.TITLE: (asset.title,) if asset.title != title_from_name(file.name) else (),
        SuggestedField.SUMMARY: (asset.summary,) if asset.summary else (),
        SuggestedField.KIND: () if is_guessed else (asset.kind.slug,),
        SuggestedField.STAGES: tuple(stage.slug for stage in asset.stages),
        SuggestedField.COMPANY: (asset.company,) if asset.company else (),
        SuggestedField.DATE: (asset.publish_on.isoformat(),) if asset.publish_on else (),
        SuggestedField.AUDIENCE: ("internal",) if asset.audience == "internal" else (),
    }
    for vocabulary, name in _FIELDS.items():
        told[name] = tuple(term.slug for term in asset.terms if term.vocabulary is vocabulary)
    return {name: Suggestion(field=name, values=values, why=_SAID) for name, values in told.items() if values}


def know_words(reading: UnitOfWork, *, own_names: Sequence[str] = ()) -> KnownWords:
    """Give what the library calls things, as far as it is still offered."""
    session = reading.session
    terms: dict[Vocabulary, list[tuple[str, str]]] = {}
    for term in taxonomy_queries.list_terms(session, *_FIELDS):
        if term.retired_at is None:
            terms.setdefault(term.vocabulary, []).append((term.slug, term.label))
    return KnownWords(
        kinds=tuple((k.slug, k.label) for k in taxonomy_queries.list_kinds(session) if k.retired_at is None),
        stages=tuple(
            (stage.slug, stage.label, stage.meaning)
            for stage in taxonomy_queries.list_funnel_stages(session)
            if stage.retired_at is None
        ),
        terms={vocabulary: tuple(found) for vocabulary, found in terms.items()},
        companies=tuple(queries.list_companies(session)),
        industries_of={name: tuple(slugs) for name, slugs in queries.industries_of_companies(session).items()},
        stages_of_kind=queries.count_stages_by_kind(session),
        own_names=tuple(own_names),
    )


def confirm(uow: UnitOfWork, told: Sequence[Described], *, unreadable: Sequence[FieldError] = ()) -> Confirmed:
    """Keep what a person says of uploaded files: all of them, or none where one cannot be as it is said.

    `unreadable` is what the door could not read of it, so that everything that is wrong is named at once.
    Raises InvalidInputError that names every field as “slug.field”, ConflictError for a file that somebody else has
    described meanwhile.
    """
    uow.require(Permission.EDIT_ASSETS)
    deciding = [one for one in told if one.becomes is not Becoming.LATER]
    ids = queries.list_waiting(uow.session, made_by=None, slugs=[one.slug for one in deciding])
    assets = {asset.slug: asset for asset in asset_queries.list_by_ids(uow.session, ids).values()}
    if gone := [one.slug for one in deciding if one.slug not in assets]:
        raise ConflictError(f"“{gone[0]}” has been confirmed or put away meanwhile. Look at it in the library.")
    leaving = {one.slug for one in told if one.becomes in {Becoming.VERSION, Becoming.NOTHING}}
    words = _Words(uow, leaving=leaving)
    faults = [*unreadable, *(fault for one in deciding for fault in words.faults_of(one, assets[one.slug]))]
    if faults:
        raise InvalidInputError("What is marked has to be settled first; nothing was kept yet.", fields=tuple(faults))
    entries: list[int] = []
    for one in deciding:
        asset = assets[one.slug]
        if one.becomes is Becoming.NEW:
            entries.append(words.describe(asset, one))
        elif one.becomes is Becoming.NOTHING:
            entries.append(_put_away(uow, asset))
        else:
            entries.append(_become_version(uow, asset, one.target))
    return Confirmed(
        described=tuple(one.slug for one in deciding if one.becomes is Becoming.NEW),
        versions=tuple(one.target for one in deciding if one.becomes is Becoming.VERSION),
        put_away=tuple(one.slug for one in deciding if one.becomes is Becoming.NOTHING),
        entries=tuple(entries),
    )


class _Words:
    """The library's own words, looked up once for all files that are described."""

    def __init__(self, uow: UnitOfWork, *, leaving: set[str]) -> None:
        """Take the slugs of those of the files that do not stay assets of their own."""
        self.uow = uow
        self._leaving = leaving
        self._kinds = {kind.slug: kind for kind in taxonomy_queries.list_kinds(uow.session)}
        self._stages = {stage.slug: stage for stage in taxonomy_queries.list_funnel_stages(uow.session)}
        self._terms = {
            (term.vocabulary, term.slug): term for term in taxonomy_queries.list_terms(uow.session, *DESCRIBED)
        }

    def faults_of(self, told: Described, asset: Asset) -> Iterator[FieldError]:
        """Say what of a description cannot be kept."""
        if told.becomes is Becoming.VERSION:
            if fault := self._why_not_version(asset, told):
                yield FieldError(field=f"{told.slug}.becomes", message=fault)
            return
        if told.becomes is not Becoming.NEW:
            return
        if not told.title.strip():
            yield FieldError(field=f"{told.slug}.title", message="Give it a title, by which people find it.")
        elif len(told.title) > 300:
            yield FieldError(field=f"{told.slug}.title", message="A title has at most 300 letters.")
        if told.kind not in self._kinds:
            yield FieldError(field=f"{told.slug}.kind", message="Choose what kind of asset it is.")
        if any(slug not in self._stages for slug in told.stages):
            yield FieldError(field=f"{told.slug}.stages", message="One of these stages is not known any more.")
        for vocabulary, slugs in told.terms.items():
            if any((vocabulary, slug) not in self._terms for slug in slugs):
                message = f"One of these is not among the words for {vocabulary.value} any more."
                yield FieldError(field=f"{told.slug}.{_FIELDS[vocabulary].value}", message=message)
        if not LANGUAGE.match(told.language):
            yield FieldError(field=f"{told.slug}.language", message="Name the language by its code: en, de, pt-BR.")
        if told.dated_on is not None and told.dated_on > self.uow.today:
            message = "This day is still to come. What it goes out on is set on the asset’s own page."
            yield FieldError(field=f"{told.slug}.date", message=message)

    def _why_not_version(self, asset: Asset, told: Described) -> str | None:
        """Say why a file cannot become the next version of what is named, None where it can."""
        target = asset_queries.find_by_slug(self.uow.session, told.target)
        if target is None or target.id == asset.id:
            return "Choose the asset whose next version it is."
        if told.target in self._leaving:
            return f"“{target.title}” is not to stay an asset of its own either."
        return asset_rights.why_no_version(target)

    def describe(self, asset: Asset, told: Described) -> int:
        """Write a description to an asset; gives the deed's line in the audit trail."""
        before = snapshots.take(asset)
        kind = self._kinds[told.kind]
        asset.kind_id, asset.title, asset.summary = kind.id, told.title.strip(), told.summary.strip()
        asset.company, asset.language, asset.audience = told.company.strip()[:200], told.language, told.audience
        asset.publish_on, asset.verified_at = told.dated_on, self.uow.now
        asset.review_by_on = default_review_by(self.uow.today, kind.verify_months)
        asset.stages = self._stages_of(told)
        asset.terms = self._terms_of(told) + [term for term in asset.terms if term.vocabulary not in DESCRIBED]
        version = asset_rights.get_version(asset)
        version.title = asset.title
        self.uow.session.flush()
        brand_findings.carry_over(self.uow, asset)
        return note(self.uow, asset, "describe", before=before, number=version.number)

    def _stages_of(self, told: Described) -> list[FunnelStage]:
        return [self._stages[slug] for slug in dict.fromkeys(told.stages)]

    def _terms_of(self, told: Described) -> list[Term]:
        return [self._terms[vocabulary, slug] for vocabulary in DESCRIBED for slug in told.terms.get(vocabulary, ())]


def _put_away(uow: UnitOfWork, asset: Asset) -> int:
    """Archive an upload that nobody wants; it can be brought back like any archived asset."""
    before = snapshots.take(asset)
    asset.status, asset.archived_reason = AssetStatus.ARCHIVED, _NOT_WANTED
    return note(uow, asset, "archive", before=before, reason=_NOT_WANTED)


def _become_version(uow: UnitOfWork, asset: Asset, slug: str) -> int:
    """Move an upload's version to the asset it is the next version of; its own short-lived asset is gone then.

    The slug that the upload had leads to the asset from now on. What is published stays so until the new version is.
    Gives the deed's line in the audit trail.
    """
    target = asset_queries.get_by_slug(uow.session, slug)
    version = asset_rights.get_version(asset)
    newest = asset_queries.find_newest_version(uow.session, target.id)
    before, moved = snapshots.take(target), unadding.describe_moving(asset, version)
    review = snapshots.take_waiting(uow, target)
    asset.current_version_id, gone = None, asset.slug
    uow.session.flush()
    version.asset_id, version.number = target.id, newest.number + 1 if newest is not None else 1
    version.title = target.title  # what is known of an asset stays, whatever its next file is called
    uow.session.flush()
    uow.audit("become version", "asset", asset.id, of=target.slug, number=version.number)
    uow.session.delete(asset)
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    uow.session.flush()
    uow.session.merge(AssetSlug(slug=gone, asset_id=target.id))
    reviews.supersede(uow, target)
    if target.status is AssetStatus.DRAFT or target.current_version_id is None:
        target.current_version_id = version.id
    uow.session.flush()
    brand_findings.bring_along(uow, target, version)
    brand_findings.carry_over(uow, target)
    return note(uow, target, "upload version", before=before, number=version.number, moved=moved, review=review)
