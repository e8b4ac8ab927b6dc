"""What can be wrong with a library that nobody looks after, and what mends it; it looks at nothing itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from contentlib.domain.findings import Finding, Level
from contentlib.domain.library import BulkDeed


class Fault(StrEnum):
    """One sort of thing to mend; the value is its code among findings."""

    SAME = "duplicate"
    NEAR = "near-duplicate"
    LINK = "dead-link"
    EXTRACTION = "failed-extraction"
    OWNER = "orphan-owner"
    BRAND = "off-brand"
    OVERDUE = "overdue"
    STALE = "hot-but-stale"
    STAGE = "no-stage"
    TAGS = "untagged"
    UNUSED = "never-used"


@dataclass(frozen=True, kw_only=True)
class FaultWords:
    """How grave a fault is, what is said of one asset and of many, what mends it, and what owners are asked."""

    level: Level
    one: str
    many: str
    mend: str
    asked: str = "look at it again"


FAULTS = {
    Fault.SAME: FaultWords(
        level=Level.ERROR, one="asset is the same as another", many="assets are the same as others",
        mend="Archive those that are used less.",
    ),
    Fault.NEAR: FaultWords(
        level=Level.WARNING, one="asset says much the same as another", many="assets say much the same as others",
        mend="Look at both; archive the one that is used less.", asked="keep one of two that say much the same",
    ),
    Fault.LINK: FaultWords(
        level=Level.ERROR, one="asset links to nothing", many="assets link to nothing",
        mend="Lead the link elsewhere or take it out, in all texts at once; ask the owners of files.",
        asked="mend a link that leads nowhere",
    ),
    Fault.EXTRACTION: FaultWords(
        level=Level.ERROR, one="file could not be read", many="files could not be read",
        mend="Bring in a file whose words can be read.", asked="bring in a file whose words can be read",
    ),
    Fault.OWNER: FaultWords(
        level=Level.ERROR, one="asset belongs to nobody who is here", many="assets belong to nobody who is here",
        mend="Hand them over.",
    ),
    Fault.BRAND: FaultWords(
        level=Level.WARNING, one="asset is off-brand", many="assets are off-brand",
        mend="Have it mended by its owner, or accept it with a reason; what cannot stay is archived.",
        asked="mend what is off-brand",
    ),
    Fault.OVERDUE: FaultWords(
        level=Level.WARNING, one="asset is past its review date", many="assets are past their review date",
        mend="Look at them, and say that they are still right.", asked="say whether it is still right",
    ),
    Fault.STALE: FaultWords(
        level=Level.WARNING, one="asset is used much and was not looked at for long",
        many="assets are used much and were not looked at for long",
        mend="Look at them first: customers do.", asked="say whether it is still right: customers see it often",
    ),
    Fault.STAGE: FaultWords(
        level=Level.WARNING, one="asset has no funnel stage", many="assets have no funnel stage",
        mend="Give them a stage, so that deals prefer them.",
    ),
    Fault.TAGS: FaultWords(
        level=Level.NOTE, one="asset has no tag", many="assets have no tag",
        mend="Give them a tag, an industry, a persona, a product or a region, so that filters find them.",
    ),
    Fault.UNUSED: FaultWords(
        level=Level.NOTE, one="asset was never used", many="assets were never used",
        mend="Archive them, or tell reps what they are for.",
    ),
}  # fmt: skip


# The codes of findings that mean that a file or text does not look or sound like the brand.
_OFF_BRAND = re.compile(r"font|colour|colour-legacy|contrast|page-size|placeholder|logo-.*|phrase-.*")


def is_off_brand(finding: Finding) -> bool:
    """Tell whether a finding says that something is off-brand and nobody has accepted it."""
    is_open = finding.ignored is None and finding.level is not Level.NOTE
    return is_open and _OFF_BRAND.fullmatch(finding.code) is not None


@dataclass(frozen=True, kw_only=True)
class FaultyAsset:
    """One asset to mend; `detail` says what about it, `other` is the asset it is like or links to.

    `link` is the address that leads nowhere, `is_own` says that whoever looks owns the asset.
    """

    slug: str
    title: str
    detail: str = ""
    other: str | None = None
    link: str = ""
    owner: str = ""
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Mend:
    """A deed on all assets of a group that mends them, with what it needs as far as that can be told.

    One with a `link` is for those of the group that carry it: `number` of them.
    """

    label: str
    deed: BulkDeed
    word: str = ""
    owner: str = ""
    reason: str = ""
    link: str = ""
    to: str = ""
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class FaultGroup:
    """Everything of one sort, with what mends all of it at once."""

    fault: Fault
    assets: tuple[FaultyAsset, ...]
    mends: tuple[Mend, ...]

    def as_findings(self) -> tuple[Finding, ...]:
        """Give one finding per asset: `path` is its slug, `evidence` what was seen."""
        words = FAULTS[self.fault]
        return tuple(
            Finding(
                level=words.level,
                code=self.fault.value,
                message=f"“{asset.title}”: {words.one}" + (f" ({asset.detail})." if asset.detail else "."),
                mend=words.mend,
                path=asset.slug,
                evidence=asset.detail or None,
                nearest=asset.other,
                text=asset.link or None,
            )
            for asset in self.assets
        )
