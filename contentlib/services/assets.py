"""Showing assets: one whole, and the marketers' table; it finds nothing by words and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contentlib.domain.assets import (
    AssetPage,
    Evidence,
    HistoryLine,
    Plate,
    StageMark,
    TrustLine,
    UsedLine,
    VersionLine,
    expires_within,
    is_live,
    is_review_due,
)
from contentlib.domain.errors import NotFoundError
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services.asset_pages import accent_of, describe_file, list_pages, proportions_of
from contentlib.services.asset_rights import Shown
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import jobs
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.queries import listing
from contentlib.storage.queries import operations as operations_queries
from contentlib.storage.queries import reports as report_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import usage as usage_queries
from contentlib.storage.tables import Asset, AssetVersion, AuditEntry

# A drawn plate shows the title and this many lines of the text; more letters than so many it never has room for.
_PLATE_LINES, _PLATE_LETTERS = 6, 600

# What the history of an asset tells, in words; who used it on which deal is told apart, to those who may see it.
GOVERNING = {
    "create from file": "Added from its file",
    "change from file": "Changed in its file",
    "published by file": "Published by its file",
    "archive": "Archived",
    "bring back": "Brought back",
    "verify": "Still right",
    "begin": "Begun here",
    "save draft": "Draft saved",
    "publish": "Published",
    "take over": "Taken over from its file",
    "submit": "Submitted for review",
    "withdraw": "Taken back from review",
    "approve": "Approved",
    "send back": "Sent back",
    "set owner": "Owner changed",
    "set dates": "Dates changed",
    "restore": "Earlier version taken up again",
    "undo": "Taken back",
    "upload": "Uploaded",
    "upload version": "A new file uploaded",
    "describe": "Described",
    "ignore finding": "Finding ignored",
    "count finding again": "Finding counted again",
    "accept findings": "Findings accepted",
    "mend link": "Link mended",
    "ask to mend": "Owner asked",
}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What many assets are shown with, read once for all of them."""

    stages: tuple[tuple[str, str], ...]
    retired: frozenset[str]
    serves: dict[int, set[str]]
    pictures: dict[int, dict[int, listing.PagePicture]]
    evidence: dict[int, Evidence]


def read_surroundings(reading: UnitOfWork, assets: Sequence[Shown], *, with_plates: bool = True) -> Surroundings:
    """Read stages, page pictures and evidence for some assets; the pictures only for what is shown `with_plates`."""
    ids = [asset.id for asset in assets]
    shown = [a.current_version_id for a in assets if a.current_version_id is not None] if with_plates else []
    stages = taxonomy_queries.list_funnel_stages(reading.session)
    return Surroundings(
        stages=tuple((stage.slug, stage.label) for stage in stages),
        retired=frozenset(stage.slug for stage in stages if stage.retired_at is not None),
        serves=listing.stages_by_asset(reading.session, ids),
        pictures=listing.plates_by_version(reading.session, shown) if shown else {},
        evidence=report_queries.evidence_by_asset(reading.session, ids),
    )


def mark_stages(asset: Shown, around: Surroundings) -> tuple[StageMark, ...]:
    """Give the funnel stages in order, those of the asset switched on; a retired one only where it has it."""
    on = around.serves.get(asset.id, set())
    return tuple(
        StageMark(slug=slug, label=label, is_on=slug in on)
        for slug, label in around.stages
        if slug in on or slug not in around.retired
    )


def trust_line(reading: UnitOfWork, asset: Shown) -> TrustLine:
    """Say who stands for an asset, since when, and what needs a look."""
    dates = asset_rights.dates_of(asset)
    return TrustLine(
        owner=asset.owner.name if asset.owner else None,
        verified_on=asset.verified_at.date() if asset.verified_at else None,
        version=asset.current_version.number if asset.current_version else 0,
        expires_in_days=expires_within(dates, reading.today),
        is_review_due=is_review_due(dates, reading.today),
        audience=asset.audience,
        status=asset.status,
    )


def plate_of(asset: Shown, around: Surroundings, page: int = 1) -> Plate:
    """Give the picture of a page, or the lines to draw one from."""
    picture = around.pictures.get(asset.current_version_id or 0, {}).get(page)
    if picture is not None:
        return Plate(blob=picture.plate or picture.blob, width=picture.width, height=picture.height, page=page)
    pages = asset.current_version.pages if asset.current_version else []
    text = next((page["text"] for page in pages if page["text"].strip()), asset.summary)
    shown = text.lstrip()[:_PLATE_LETTERS]
    lines = tuple(line.strip() for line in shown.splitlines() if line.strip())[:_PLATE_LINES]
    width, height = proportions_of(asset.current_version, is_deck=asset.kind.slug == "deck")
    accent = accent_of(asset.current_version)
    return Plate(blob=None, width=width, height=height, page=page, lines=lines, accent=accent)


def is_upload(asset: Shown) -> bool:
    """Tell whether the current version of an asset was uploaded as a file."""
    return asset.current_version is not None and asset.current_version.file is not None


def why_no_document(reading: UnitOfWork, asset: Shown, find_kind: Callable[[str], object] | None = None) -> str | None:
    """Say why an asset has no PDF, None where it has one.

    `find_kind` is the printer's, or for many assets one that remembers, since the printer looks at its folder.
    """
    kind = asset.kind
    if is_upload(asset):
        return "It was uploaded as a file, so its original is what there is to take away."
    if (find_kind or reading.printer.find_kind)(kind.slug) is None:
        if broken := reading.printer.faults_of_kinds().get(kind.slug):
            return f"The files that {kind.plural} are drawn with cannot be used: {broken}"
        return f"{kind.plural} are kept as pages: there is no document template for them yet."
    version = asset.current_version
    if version is None:
        return "It has no finished version yet."
    if has_errors([Finding.from_dict(stored) for stored in version.findings]):
        return "Its text has findings that must be mended first."
    fault = reading.printer.find_trouble(asset.brand)
    return f"{fault.message} {fault.mend}" if fault is not None else None


def has_document(reading: UnitOfWork, slug: str) -> bool:
    """Tell whether an asset can be had as a PDF; NotFoundError for what the actor may not use."""
    return why_no_document(reading, asset_rights.get_usable(reading, slug)) is None


def get_page(reading: UnitOfWork, slug: str) -> AssetPage:
    """Give everything the page of an asset shows; NotFoundError for what the actor may not see."""
    asset = asset_rights.get_seen(reading, slug)
    around = read_surroundings(reading, [asset])
    version = asset.current_version
    no_document = why_no_document(reading, asset)
    pictures = queries.pictures_by_version(reading.session, [version.id]).get(version.id, {}) if version else {}
    drawing = version is not None and jobs.is_pending(reading.session, jobs.JobKind.DRAW_PICTURES, version.id)
    return AssetPage(
        slug=asset.slug,
        title=asset.title,
        summary=asset.summary,
        company=asset.company,
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        is_paperwork=asset.kind.is_paperwork,
        language=asset.language,
        status=asset.status,
        audience=asset.audience,
        stages=mark_stages(asset, around),
        terms=tuple((term.vocabulary, term.slug, term.label) for term in asset.terms),
        trust=trust_line(reading, asset),
        evidence=around.evidence[asset.id],
        plate=plate_of(asset, around),
        pages=list_pages(version, pictures, is_deck=asset.kind.slug == "deck"),
        html=version.html if version else "",
        findings=tuple(Finding.from_dict(stored) for stored in version.findings) if version else (),
        versions=_versions(reading, asset),
        history=tuple(
            HistoryLine(at=entry.at, by=entry.by_name, deed=_tell_deed(entry))
            for entry in operations_queries.list_audit(reading.session, "asset", asset.id, deeds=GOVERNING)
        ),
        used=_used(reading, asset),
        dates=asset_rights.dates_of(asset),
        has_document=no_document is None,
        no_document=no_document,
        may_be_sent=asset_rights.may_be_sent(reading, asset),
        is_live=is_live(asset.status, asset_rights.dates_of(asset), reading.today),
        source_path=asset.source_path if asset_rights.is_kept(asset) else None,
        archived_reason=asset.archived_reason,
        is_drawing=drawing,
        file=describe_file(version, pictures),
    )


def _tell_deed(entry: AuditEntry) -> str:
    """Say what was done, of which version, to whom or why, as far as it was told."""
    words = GOVERNING[entry.deed]
    if entry.deed == "undo":
        return f"{words}: {GOVERNING.get(entry.detail['of'], entry.detail['of']).lower()}"
    number, more = entry.detail.get("number"), entry.detail.get("to") or entry.detail.get("reason")
    is_numbered = number and entry.deed in {"submit", "withdraw", "approve", "send back", "publish", "restore"}
    within = entry.detail.get("within")
    words += f", version {number}" if is_numbered else f", from {within}" if within else ""
    return words + (f": {more}" if more else "")


def _versions(reading: UnitOfWork, asset: Asset) -> tuple[VersionLine, ...]:
    """List the versions, newest first; one that waits to be published is for those who keep the library."""
    versions = listing.list_versions(reading.session, asset.id)
    return tuple(_version_line(asset, each) for each in versions if asset_rights.may_see_version(reading, asset, each))


def _version_line(asset: Asset, version: AssetVersion) -> VersionLine:
    current = asset.current_version.number if asset.current_version else 0
    return VersionLine(
        number=version.number,
        title=version.title,
        note=version.note,
        made_at=version.made_at,
        is_current=version.id == asset.current_version_id,
        is_draft=version.number > current,
    )


def _used(reading: UnitOfWork, asset: Asset) -> tuple[UsedLine, ...]:
    """List the latest uses; those who see only their own deals get neither colleagues' names nor their deals."""
    sees_all = reading.actor.may(Permission.SEE_ALL_DEALS)
    stages = taxonomy_queries.deal_stage_labels(reading.session)
    lines = []
    for event in usage_queries.list_on_asset(reading.session, asset.id, limit=12):
        mine = sees_all or event.rep_id == reading.actor.person_id
        deal = event.deal if mine else None
        lines.append(
            UsedLine(
                at=event.occurred_at,
                channel=event.channel.value,
                deal_id=deal.external_id if deal else None,
                account=deal.account.name if deal and deal.account else None,
                stage=stages.get(event.stage_id or 0),
                by=event.rep.name if mine else None,
                version=event.version.number,
            )
        )
    return tuple(lines)


def sentence_about(reading: UnitOfWork, slug: str) -> str | None:
    """Give what the report says of an asset, None while it says nothing; the same for everybody, without names."""
    reading.require(Permission.SEE_ASSET_NUMBERS)
    asset = asset_rights.get_seen(reading, slug)
    lift = report_queries.lifts_by_asset(reading.session, [asset.id]).get(asset.id)
    return f"{lift.evidence} {lift.explanation}".strip() if lift else None


def read_original(reading: UnitOfWork, slug: str, number: int) -> tuple[str, bytes]:
    """Give the authored file of a version, with its name; NotFoundError for what the actor may not see."""
    asset = asset_rights.get_seen(reading, slug)
    version = governance_queries.find_version(reading.session, asset.id, number)
    may_read = reading.actor.may(Permission.SEE_UNPUBLISHED)
    if version is not None and (may_read or version.id == asset.current_version_id):
        return f"{asset.slug}.md", version.source.encode()
    raise NotFoundError(f"“{asset.title}” has no version {number}.")


def read_picture(reading: UnitOfWork, blob: str) -> bytes:
    """Give the bytes of a page picture (WebP) of an asset the actor may see; NotFoundError otherwise."""
    # Assets may share a page, a closing slide say; seeing one of them is enough.
    held = queries.list_picture_versions(reading.session, blob)
    if not any(
        asset_rights.may_see(reading, asset) and asset_rights.may_see_version(reading, asset, version)
        for asset, version in held
    ):
        raise NotFoundError("There is no such picture.")
    return reading.blobs.read(blob)


def read_media(reading: UnitOfWork, slug: str, path: str) -> bytes:
    """Give the bytes of a picture that an asset's current text names by its path; NotFoundError otherwise."""
    version = asset_rights.get_seen(reading, slug).current_version
    if version is None or path not in version.media:
        raise NotFoundError("There is no such picture.")
    return reading.blobs.read(version.media[path])
