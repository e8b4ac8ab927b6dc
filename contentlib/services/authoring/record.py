"""Writes what a sync found, as one transaction: assets, versions, addresses; it reads no file."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time

from contentlib.domain.assets import AssetStatus, Vocabulary, default_review_by
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.imports import RefusedSource, SyncAnswer
from contentlib.domain.people import Permission
from contentlib.services.authoring.plan import UNKNOWN_WORDS, SourceRead, SyncPlan
from contentlib.services.taxonomy import TermBook, to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, AssetKind, AssetSlug, AssetVersion, FunnelStage, Term

_VOCABULARIES = {
    "industries": Vocabulary.INDUSTRY,
    "personas": Vocabulary.PERSONA,
    "products": Vocabulary.PRODUCT,
    "regions": Vocabulary.REGION,
    "tags": Vocabulary.TAG,
}


def record_sync(uow: UnitOfWork, plan: SyncPlan) -> SyncAnswer:
    """Write what a sync found, as one transaction; refused files leave what they had untouched."""
    uow.require(Permission.EDIT_ASSETS)
    writer = _Writer(uow, plan)
    read_ids = [read.asset_id for read in (*plan.reads, *plan.retold) if read.asset_id is not None]
    assets = queries.list_by_ids(uow.session, [*plan.vanished, *(asset_id for asset_id, _ in plan.moved), *read_ids])
    for asset_id, path in plan.moved:
        assets[asset_id].source_root, assets[asset_id].source_path = str(plan.root), path
    for asset_id in plan.vanished:
        writer.archive(assets[asset_id])
    uow.session.flush()
    created = changed = 0
    for read in plan.reads:
        asset = assets.get(read.asset_id or 0)
        if (reason := writer.why_not(read, asset)) is not None:
            writer.refused.append(RefusedSource(path=read.file.path, line=1, reason=reason))
            continue
        created, changed = created + (asset is None), changed + (asset is not None)
        writer.write(read, asset)
    retold = sum(writer.retell(read, assets[read.asset_id or 0]) for read in plan.retold)
    return SyncAnswer(
        total=plan.total,
        created=created,
        changed=changed + retold,
        unchanged=plan.unchanged - retold,
        vanished=len(plan.vanished),
        refused=(*plan.refused, *writer.refused),
        warnings=(*plan.warnings, *writer.warnings),
    )


def _says_the_same(version: AssetVersion, read: SourceRead) -> bool:
    return version.source_hash == hashlib.sha256(read.file.data).hexdigest() and version.media == read.media


class _Writer:
    """Writes one plan; holds the words it looks up once."""

    def __init__(self, uow: UnitOfWork, plan: SyncPlan) -> None:
        self.uow = uow
        self.plan = plan
        self.refused: list[RefusedSource] = []
        self.warnings: list[Finding] = []
        self._terms = TermBook(uow, tuple(_VOCABULARIES.values()))
        self._kinds = {kind.slug: kind for kind in taxonomy_queries.list_kinds(uow.session)}
        self._stages = {
            name: stage
            for stage in taxonomy_queries.list_funnel_stages(uow.session)
            for name in (stage.slug, stage.label.casefold())
        }
        self._people = people_queries.ids_by_email(uow.session)

    def why_not(self, read: SourceRead, asset: Asset | None) -> str | None:
        """Say why a file cannot be taken: another has its address, or what was imported has been changed here."""
        if (holder := self._slug_holder(read, asset)) is not None:
            return f"The address “{read.source.asset.slug}” belongs to {holder}. Give this file another slug."
        if not self.plan.is_import or asset is None:
            return None
        if asset.status is AssetStatus.ARCHIVED:
            return f"Its asset, “{asset.title}”, was archived here. Bring it back before importing the change."
        newest = queries.list_versions(self.uow.session, asset.id)[0].number
        if newest != asset.imported_version:
            return f"Its asset, “{asset.title}”, was edited here since it was imported; the edited text is kept."
        return None

    def _slug_holder(self, read: SourceRead, asset: Asset | None) -> str | None:
        slug = self._slug_of(read, asset)
        other = queries.find_by_slug(self.uow.session, slug)
        if other is None or (asset is not None and other.id == asset.id):
            return None
        return f"{other.source_path}" if other.source_path else f"the asset “{other.title}”"

    def _slug_of(self, read: SourceRead, asset: Asset | None) -> str:
        """Give the address a file asks for; one that names none keeps what its asset has, wherever the file moved."""
        is_named = ("slug",) in read.source.asset.lines
        return asset.slug if asset is not None and not is_named else read.source.asset.slug

    def archive(self, asset: Asset) -> None:
        """Archive an asset whose file is gone, with that reason."""
        asset.is_source_vanished = True
        if asset.status is not AssetStatus.ARCHIVED:
            asset.status, asset.archived_reason = AssetStatus.ARCHIVED, "Its file is no longer there."
            self._changed(asset, "archive")

    def write(self, read: SourceRead, asset: Asset | None) -> None:
        """Make the asset or its next version; one with blocking findings waits behind the published version."""
        is_new = asset is None
        if asset is None:
            asset = self._begin(read)
        newest = None if is_new else queries.list_versions(self.uow.session, asset.id)[0]
        returns, asset.is_source_vanished = asset.is_source_vanished, False
        if newest is not None and returns and _says_the_same(newest, read):
            version = newest
        else:
            version = self._version(read, asset, newest.number + 1 if newest is not None else 1)
        asset.source_root, asset.source_path = str(self.plan.root), read.file.path
        asset.source_hash = read.file.hash
        if self.plan.is_import:
            asset.imported_version = version.number
        blocked = has_errors(read.source.findings)
        was_published = asset.status is AssetStatus.PUBLISHED or (returns and asset.published_at is not None)
        if blocked and was_published and asset.current_version_id != version.id:
            asset.status, asset.archived_reason = AssetStatus.PUBLISHED, ""
        else:
            self._describe(read, asset, version, blocked=blocked)
        self._changed(asset, "create from file" if is_new else "bring back" if returns else "change from file")
        if asset.current_version_id == version.id and asset.status is AssetStatus.PUBLISHED:
            self.uow.audit("published by file", "asset", asset.id, version=version.number)
        if asset.current_version_id == version.id:
            self.uow.enqueue(JobKind.DRAW_PICTURES, version.id)

    def _begin(self, read: SourceRead) -> Asset:
        authored, now = read.source.asset, self.uow.now
        asset = Asset(
            slug=authored.slug, title=authored.title[:300], kind_id=self._kind(read).id, created_at=now, updated_at=now
        )
        asset.stages, asset.terms = [], []
        self.uow.session.add(asset)
        self.uow.session.flush()
        return asset

    def retell(self, read: SourceRead, asset: Asset) -> bool:
        """Look up an unchanged file's owner, stages and terms once more; tells whether anything is known by now."""
        before = (asset.owner_id, set(asset.stages), set(asset.terms))
        version = queries.list_versions(self.uow.session, asset.id)[0]
        if version.id != asset.current_version_id:
            return False
        self._tell(read, asset, version)
        if (asset.owner_id, set(asset.stages), set(asset.terms)) == before:
            return False
        self._changed(asset, "change from file")
        return True

    def _tell(self, read: SourceRead, asset: Asset, version: AssetVersion) -> None:
        """Put the library's own words to what a file says; what is not known stands among the version's findings."""
        said = len(self.warnings)
        asset.owner_id = self._owner(read)
        asset.stages = self._stages_of(read)
        asset.terms = self._terms_of(read)
        unknown = [finding.as_dict() for finding in self.warnings[said:]]
        kept = [finding for finding in version.findings if finding["code"] not in UNKNOWN_WORDS]
        if version.findings != kept + unknown:
            version.findings = kept + unknown

    def _version(self, read: SourceRead, asset: Asset, number: int) -> AssetVersion:
        source = read.source
        version = AssetVersion(
            asset_id=asset.id,
            number=number,
            title=source.asset.title[:300],
            source=read.file.data.decode("utf-8-sig"),
            source_hash=hashlib.sha256(read.file.data).hexdigest(),
            source_path=read.file.path,
            html=source.html,
            pages=[{"number": p.number, "title": p.title, "text": p.text} for p in source.pages],
            facts=dict(source.asset.facts),
            media=read.media,
            findings=[finding.as_dict() for finding in source.findings],
            note=source.asset.version_note[:300],
            made_by_id=self.uow.actor.person_id,
            made_at=self.uow.now,
        )
        self.uow.session.add(version)
        self.uow.session.flush()
        return version

    def _describe(self, read: SourceRead, asset: Asset, version: AssetVersion, *, blocked: bool) -> None:
        authored, now = read.source.asset, self.uow.now
        slug = self._slug_of(read, asset)
        if asset.slug != slug:
            self._give_slug(asset, slug)
        kind = self._kind(read)
        asset.kind_id, asset.title, asset.summary = kind.id, authored.title[:300], authored.summary
        asset.company, asset.language, asset.audience = (
            authored.company[:200],
            authored.language[:35],
            authored.audience,
        )
        asset.publish_on, asset.expires_on, asset.brand = (
            authored.publish_on,
            authored.expires_on,
            (authored.brand or "")[:80],
        )
        asset.review_by_on = authored.review_by_on or default_review_by(now.date(), kind.verify_months)
        self._tell(read, asset, version)
        asset.current_version_id, asset.verified_at, asset.archived_reason = version.id, now, ""
        published = authored.status is AssetStatus.PUBLISHED and not blocked
        asset.status = AssetStatus.PUBLISHED if published else AssetStatus.DRAFT
        if published:
            begun = authored.publish_on is not None and authored.publish_on <= now.date()
            first = datetime.combine(authored.publish_on, time(), UTC) if authored.publish_on and begun else now
            asset.published_at = asset.published_at or first

    def _give_slug(self, asset: Asset, slug: str) -> None:
        """Give an asset a new address; the old one leads to it from now on, whoever had it before."""
        own = self.uow.session.get(AssetSlug, slug)
        if own is not None:
            self.uow.session.delete(own)
        self.uow.session.merge(AssetSlug(slug=asset.slug, asset_id=asset.id))
        asset.slug = slug

    def _changed(self, asset: Asset, deed: str) -> None:
        asset.updated_at = self.uow.now
        self.uow.session.flush()
        self.uow.enqueue(JobKind.INDEX_ASSET, asset.id)
        self.uow.audit(deed, "asset", asset.id, path=asset.source_path, status=asset.status.value)

    def _kind(self, read: SourceRead) -> AssetKind:
        named = read.source.asset.kind
        slug = to_slug(named) or "other"
        kind = self._kinds.get(slug)
        if kind is None:
            label = named.replace("-", " ").strip().capitalize() or "Other"
            self._warn(read, "unknown-kind", f"“{named}” was not a kind yet; it is one now.", key="kind")
            kind = AssetKind(slug=slug, label=label[:80], plural=label[:80], position=len(self._kinds))
            self.uow.session.add(kind)
            self.uow.session.flush()
            self._kinds[slug] = kind
        return kind

    def _owner(self, read: SourceRead) -> int | None:
        email = read.source.asset.owner
        if email and email.lower() not in self._people:
            self._warn(read, "unknown-owner", f"Nobody here has the e-mail address {email}.", key="owner")
        return self._people.get((email or "").lower())

    def _stages_of(self, read: SourceRead) -> list[FunnelStage]:
        found = {}
        for name in read.source.asset.stages:
            stage = self._stages.get(name.strip().casefold())
            if stage is None:
                known = ", ".join(dict.fromkeys(s.label for s in self._stages.values()))
                self._warn(read, "unknown-stage", f"“{name}” is no funnel stage. Known: {known}.", key="stages")
            else:
                found[stage.id] = stage
        return list(found.values())

    def _terms_of(self, read: SourceRead) -> list[Term]:
        found = {}
        for key, vocabulary in _VOCABULARIES.items():
            for name in getattr(read.source.asset, key):
                term = self._terms.find(vocabulary, name)
                if term is None and (self.plan.create_terms or key in self.plan.new_terms):
                    term = self._terms.add(vocabulary, name)
                if term is None:
                    self._warn(
                        read,
                        "unknown-term",
                        f"“{name}” is not among the {key} here.",
                        key=key,
                        nearest=self._terms.nearest(vocabulary, name),
                    )
                else:
                    found[term.id] = term
        return list(found.values())

    def _warn(self, read: SourceRead, code: str, message: str, *, key: str, nearest: str | None = None) -> None:
        self.warnings.append(
            Finding(
                level=Level.WARNING,
                code=code,
                message=message,
                mend=f"Did you mean “{nearest}”?" if nearest else None,
                nearest=nearest,
                path=read.file.path,
                line=read.source.asset.lines.get((key,)),
            )
        )
