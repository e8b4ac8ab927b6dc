"""Takes an earlier version up again as the next one; what came between stays in the history."""

from __future__ import annotations

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.services import asset_rights, brand_findings, reviews
from contentlib.services.governance import snapshots
from contentlib.services.governance.moves import note
from contentlib.services.governance.orders import Done
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import documents as document_queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.tables import AssetFile, AssetVersion

_SAME = ("asset_id", "title", "source", "source_hash", "source_path", "html", "pages", "facts", "media")
_SAME_FILE = ("blob", "name", "format", "size", "facts", "is_approximate")


def restore(uow: UnitOfWork, *, slug: str, number: int) -> Done:
    """Make a draft of what an earlier version said, with its pages.

    Raises ConflictError for an asset that is archived or that a file keeps.
    """
    uow.require(Permission.EDIT_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    asset_rights.refuse_version(asset)
    earlier = governance_queries.find_version(uow.session, asset.id, number)
    newest = queries.find_newest_version(uow.session, asset.id)
    if earlier is None or newest is None:
        raise NotFoundError(f"“{asset.title}” has no version {number}.")
    if earlier.id == newest.id:
        raise ConflictError(f"Version {number} is the newest already.")
    before, review = snapshots.take(asset), snapshots.take_waiting(uow, asset)
    reviews.supersede(uow, asset)
    version = _copy(uow, earlier, newest.number + 1)
    if asset.status is AssetStatus.DRAFT:  # of which the newest version is what those who keep the library see
        asset.current_version_id = version.id
    brand_findings.carry_over(uow, asset)
    entry = note(uow, asset, "restore", before=before, number=number, added=version.number, review=review)
    sentence = f"Version {number} is taken up again as version {version.number}, a draft."
    return Done(
        slug=asset.slug,
        title=asset.title,
        number=version.number,
        status=asset.status,
        sentence=sentence,
        entry=entry,
    )


def _copy(uow: UnitOfWork, earlier: AssetVersion, number: int) -> AssetVersion:
    version = AssetVersion(
        number=number,
        note=f"Version {earlier.number} again",
        made_by_id=uow.actor.person_id,
        made_at=uow.now,
        # Which of them are set aside is decided since, for every version to come.
        findings=[{name: value for name, value in found.items() if name != "ignored"} for found in earlier.findings],
        **{name: getattr(earlier, name) for name in _SAME},
    )
    uow.session.add(version)
    uow.session.flush()
    document_queries.copy_pictures(uow.session, earlier.id, to=version.id)
    file = uow.session.get(AssetFile, earlier.id)
    if file is not None:
        uow.session.add(AssetFile(version_id=version.id, **{name: getattr(file, name) for name in _SAME_FILE}))
    uow.session.flush()
    return version
