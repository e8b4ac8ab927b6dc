"""The company's brands as people ask about them, and files held against them; what is drawn with them is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from contentlib.branding import brand as brands
from contentlib.branding.parts import Brand
from contentlib.domain.assets import AssetStatus, Plate
from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.domain.uploads import BrandProposal, ExtractedFile
from contentlib.services import assets as asset_services
from contentlib.services import documents, files
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import listing
from contentlib.storage.queries import uploads as upload_queries

# What is no PDF is not sent through the sandbox to be told so; readers accept the mark within the first kilobyte.
_PDF, _BEGINS_WITHIN = b"%PDF-", 1024


@dataclass(frozen=True, kw_only=True)
class KindSpecimen:
    """A kind of document as the brand page shows it: how many assets there are, and a page of the latest, if any.

    `open_places` counts what a person may fill in; `is_kept_as_page` says that the kind has no template.
    """

    slug: str
    label: str
    page: str
    open_places: int
    assets: int
    asset_slug: str | None
    plate: Plate | None
    is_kept_as_page: bool = False


@dataclass(frozen=True, kw_only=True)
class BrandUse:
    """How many published assets are drawn with a brand; `name` is empty for the default."""

    name: str
    assets: int


def count_uses(reading: UnitOfWork) -> tuple[BrandUse, ...]:
    """Count the published assets of each brand."""
    reading.require(Permission.SEE_UNPUBLISHED)
    counts = asset_queries.count_by_brand(reading.session)
    return tuple(BrandUse(name=name, assets=number) for name, number in sorted(counts.items()))


def list_specimens(reading: UnitOfWork, brand: str = "") -> tuple[KindSpecimen, ...]:
    """List the kinds that can be drawn, each with a page of a brand's latest published asset, then those kept as pages.

    Nothing of another brand is counted or shown.
    """
    reading.require(Permission.SEE_UNPUBLISHED)
    by_kind: dict[str, list[int]] = {}
    plurals: dict[str, str] = {}
    uploaded = upload_queries.list_uploaded(reading.session)
    for asset_id, slug, plural in listing.list_kinds_of(reading.session, AssetStatus.PUBLISHED, brand=brand):
        if asset_id in uploaded:  # what somebody else drew is no specimen
            continue
        by_kind.setdefault(slug, []).append(asset_id)
        plurals[slug] = plural
    drawn = {kind.slug: kind for kind in reading.printer.kinds()}
    chosen = {slug: by_kind[slug][0] for slug in drawn if slug in by_kind}
    whole = asset_queries.list_by_ids(reading.session, list(chosen.values()))
    around = asset_services.read_surroundings(reading, list(whole.values()))
    specimens = [
        KindSpecimen(
            slug=kind.slug,
            label=kind.title,
            page=kind.page,
            open_places=len({field.mark for field in kind.fields if field.mark}),
            assets=len(by_kind.get(kind.slug, ())),
            asset_slug=whole[chosen[kind.slug]].slug if kind.slug in chosen else None,
            plate=asset_services.plate_of(whole[chosen[kind.slug]], around) if kind.slug in chosen else None,
        )
        for kind in drawn.values()
    ]
    kept = [
        KindSpecimen(
            slug=slug, label=plurals[slug], page="", open_places=0, assets=len(found), asset_slug=None,
            plate=None, is_kept_as_page=True,
        )
        for slug, found in sorted(by_kind.items()) if slug not in drawn
    ]  # fmt: skip
    return (*specimens, *kept)


def lint(reading: UnitOfWork) -> tuple[Finding, ...]:
    """Give everything that is wrong with every brand, with file and line; fonts are read and logos drawn for it."""
    reading.require(Permission.USE_ASSETS)
    return (*reading.printer.lint_brands(), *_find_missing(reading))


def _find_missing(reading: UnitOfWork) -> Iterator[Finding]:
    """Give a finding for each brand that published assets are drawn with and that is not there any more."""
    for name, number in sorted(asset_queries.count_by_brand(reading.session).items()):
        fault = reading.printer.find_fault(name)
        if fault is not None:
            drawn = "published asset is" if number == 1 else "published assets are"
            message = f"There is no brand “{name}”, and {number} {drawn} drawn with it."
            mend = "Bring its folder back, or change “brand” in what names it: until then none of that has a PDF."
            yield replace(fault, code="missing-brand", message=message, mend=mend)


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What files are held against: a brand as it is read, its logos drawn, and those it once had."""

    brand: Brand
    logos: Mapping[str, bytes] = field(repr=False)
    old: Mapping[str, bytes] = field(repr=False)


class Yardsticks:
    """The brands that files were held against lately, each read once until one of its files changes."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Yardstick]] = {}

    def find(self, reading: UnitOfWork, brand: str) -> Yardstick:
        """Give a brand to hold files against; NotFoundError or BrandRefusedError when it cannot be used."""
        digest = reading.printer.hash_of_brand(brand)
        known = self._known.get(brand)
        if known is None or known[0] != digest:
            known = self._known[brand] = (digest, _read_yardstick(reading, brand))
        return known[1]


def _read_yardstick(reading: UnitOfWork, brand: str) -> Yardstick:
    folder = reading.printer.folder_of_brand(brand)
    own = brands.load(folder)
    logos = {logo.path: (folder / logo.path).read_bytes() for logo in own.logos.values()}
    old = {path: (folder / path).read_bytes() for path in own.old_logos}
    return Yardstick(brand=own, logos=reading.printer.draw_logos(logos), old=reading.printer.draw_logos(old))


def check(
    reading: UnitOfWork,
    path: Path,
    *,
    limit_mb: int,
    name: str | None = None,
    brand: str = "",
    kind: str | None = None,
    yardsticks: Yardsticks | None = None,
    extracted: ExtractedFile | None = None,
) -> tuple[Finding, ...]:
    """Hold a presentation, document or PDF against a brand: fonts, colours, logos, words, size, what was not filled in.

    `name` is what the file was called where that is not its name here. `kind` says what it is to become, which decides
    on notices that it must carry; `yardsticks` saves reading the brand again for many files, `extracted` the file's
    words, where these were read already. Raises FileRefusedError for a file that is not taken in.
    """
    reading.require(Permission.USE_ASSETS)
    held_against = (yardsticks or Yardsticks()).find(reading, brand)
    found: tuple[Finding, ...] = files.read_in_sandbox(
        reading,
        "contentlib.ingest.brandcheck.checking:check",
        path,
        limit_mb=limit_mb,
        limits=files.CHECK_LIMITS,
        name=name,
        brand=held_against.brand,
        logo_pictures=held_against.logos,
        old=held_against.old,
        on=reading.today,
        kind=kind,
        extracted=extracted,
    )
    return found


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """What a file is found to be: `certificate` where this library made it, and what is wrong with it, if anything."""

    certificate: documents.CertificateAnswer | None
    findings: tuple[Finding, ...]


def look_at(
    reading: UnitOfWork, path: Path, *, limit_mb: int, name: str | None = None, brand: str = "", kind: str | None = None
) -> LookedAt:
    """Tell whether a file is a document of this library, and hold any other against a brand, as `check` does.

    A document as it was made has been checked with its own brand, more closely than a file can be: only what has
    changed since is told of it. One that was altered is held against the brand it was made with.
    """
    reading.require(Permission.USE_ASSETS)
    told = _find_certificate(reading, path, limit_mb)
    if told is not None and told.unaltered:
        return LookedAt(certificate=told, findings=told.findings)
    if told is not None and told.ours and told.brand is not None and told.brand["slug"] in reading.printer.brands():
        brand = told.brand["slug"]
    found = check(reading, path, limit_mb=limit_mb, name=name, brand=brand, kind=kind)
    return LookedAt(
        certificate=told if told is not None and told.ours else None,
        findings=(*(told.findings if told is not None else ()), *found),
    )


def _find_certificate(reading: UnitOfWork, path: Path, limit_mb: int) -> documents.CertificateAnswer | None:
    """Give what a PDF's certificate comes to; None for what carries none."""
    if not path.is_file() or path.stat().st_size > limit_mb << 20:
        return None  # told by who reads it
    with path.open("rb") as file:
        if _PDF not in file.read(_BEGINS_WITHIN):
            return None
    try:
        told = documents.read_certificate(reading, path.read_bytes())
    except FileRefusedError:
        return None
    if told.ours:
        return told
    # Made by another library, it may well keep to the brand.
    unknown = tuple(replace(one, level=Level.WARNING) for one in told.findings if one.code == "unknown-certificate")
    return replace(told, findings=unknown) if unknown else None


def learn(reading: UnitOfWork, path: Path, *, limit_mb: int, brand: str = "") -> tuple[BrandProposal, ...]:
    """Propose what an approved file uses and a brand does not know: fonts and colours, with how much of it there is."""
    reading.require(Permission.APPROVE_ASSETS)
    found: tuple[BrandProposal, ...] = files.read_in_sandbox(
        reading,
        "contentlib.ingest.brandcheck.checking:learn",
        path,
        limit_mb=limit_mb,
        brand=brands.load(reading.printer.folder_of_brand(brand)),
        on=reading.today,
    )
    return found
