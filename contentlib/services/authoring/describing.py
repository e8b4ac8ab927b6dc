"""Puts what an authored text says into rows: an asset's own columns, its words, its version; it reads no file."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime, time
from typing import Any

from contentlib.domain.assets import AssetStatus, Vocabulary, default_review_by
from contentlib.domain.findings import Finding, Level
from contentlib.domain.taxonomy import WordList
from contentlib.markup.front_matter import AuthoredAsset
from contentlib.services import reviews
from contentlib.services.authoring.plan import UNKNOWN_WORDS, SourceRead
from contentlib.services.taxonomy import TermBook, aliases_of, to_slug
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

# Under this name a version keeps what its text said of owner, dates, stages and terms, which may be set in the
# library as well.
_SAID = reviews.SAID


def _said_by(authored: AuthoredAsset) -> dict[str, Any]:
    days = {
        name: day.isoformat() if (day := getattr(authored, name)) is not None else None
        for name in ("publish_on", "expires_on", "review_by_on")
    }
    words = {name: list(getattr(authored, name)) for name in ("stages", *_VOCABULARIES)}
    return {"owner": authored.owner} | words | days


class Describer:
    """Describes assets by what was read of them; looks each word up once, and makes new ones only where it may.

    `warnings` collects what is not known here: stages, terms, kinds, people, brands.
    """

    def __init__(self, uow: UnitOfWork, *, create_terms: bool = False, new_terms: frozenset[str] = frozenset()) -> None:
        self.uow = uow
        self.warnings: list[Finding] = []
        self._may_create = create_terms
        self._new_terms = new_terms
        self._terms = TermBook(uow, tuple(_VOCABULARIES.values()))
        kinds, stages = taxonomy_queries.list_kinds(uow.session), taxonomy_queries.list_funnel_stages(uow.session)
        self._kinds = {kind.slug: kind for kind in kinds}
        for name, id_ in aliases_of(uow, WordList.KINDS).items():
            self._kinds.setdefault(name, next(kind for kind in kinds if kind.id == id_))
        self._stages = {name: stage for stage in stages for name in (stage.slug, stage.label.casefold())}
        for name, id_ in aliases_of(uow, WordList.STAGES).items():
            self._stages.setdefault(name, next(stage for stage in stages if stage.id == id_))
        self._people = people_queries.ids_by_email(uow.session)

    def slug_holder(self, read: SourceRead, asset: Asset | None) -> str | None:
        """Name who has the slug that a text asks for, None when it is free or the asset's own."""
        other = self.find_holder(read, asset)
        if other is None:
            return None
        return f"{other.source_path}" if other.source_path else f"the asset “{other.title}”"

    def find_holder(self, read: SourceRead, asset: Asset | None) -> Asset | None:
        """Find the other asset that has the slug a text asks for."""
        other = queries.find_by_slug(self.uow.session, self.slug_of(read, asset))
        return None if other is None or (asset is not None and other.id == asset.id) else other

    def slug_of(self, read: SourceRead, asset: Asset | None) -> str:
        """Give the slug a file asks for; one that names none keeps what its asset has, wherever the file moved."""
        is_named = ("slug",) in read.source.asset.lines
        return asset.slug if asset is not None and not is_named else read.source.asset.slug

    def begin(self, read: SourceRead) -> Asset:
        """Make an asset that has no version yet."""
        authored, now = read.source.asset, self.uow.now
        kind_id = self.kind_of(read).id
        asset = Asset(slug=authored.slug, title=authored.title[:300], kind_id=kind_id, created_at=now, updated_at=now)
        asset.stages, asset.terms = [], []
        self.uow.session.add(asset)
        self.uow.session.flush()
        return asset

    def add_version(self, read: SourceRead, asset: Asset, number: int, *, note: str = "") -> AssetVersion:
        """Keep a text as an asset's next version; `note` goes before the one that stands in it.

        A review of an older version ends: what was looked at is not what would be published.
        """
        reviews.supersede(self.uow, asset)
        version = self.make_version(read, asset, number, note=note)
        self.uow.session.flush()
        return version

    def make_version(self, read: SourceRead, asset: Asset, number: int, *, note: str = "") -> AssetVersion:
        """Make a text an asset's next version, which has its row's number once it is written."""
        source = read.source
        version = AssetVersion(
            asset_id=asset.id,
            number=number,
            title=source.asset.title[:300],
            source=read.file.data.decode("utf-8-sig"),
            source_hash=read.file.hash,
            source_path=read.file.path,
            html=source.html,
            pages=[{"number": p.number, "title": p.title, "text": p.text} for p in source.pages],
            facts=dict(source.asset.facts) | {_SAID: _said_by(source.asset)},
            media=read.media,
            findings=[finding.as_dict() for finding in source.findings],
            note=(note or source.asset.version_note)[:300],
            made_by_id=self.uow.actor.person_id,
            made_at=self.uow.now,
        )
        self.uow.session.add(version)
        return version

    def describe(self, read: SourceRead, asset: Asset, version: AssetVersion, *, is_published: bool) -> None:
        """Make a version the current one, and the asset what it says; a draft is for those who keep the library.

        Owner, dates, stages and terms that were set in the library stay until a text says something else of them than
        the last did.
        """
        authored, now = read.source.asset, self.uow.now
        news = self._news(asset, authored)
        slug = self.slug_of(read, asset)
        if asset.slug != slug:
            self._give_slug(asset, slug)
        kind = self.kind_of(read)
        asset.kind_id, asset.title, asset.summary = kind.id, authored.title[:300], authored.summary
        asset.company, asset.language, asset.audience = (
            authored.company[:200],
            authored.language[:35],
            authored.audience,
        )
        asset.brand = (authored.brand or "")[:80]
        if "publish_on" in news:
            asset.publish_on = authored.publish_on
        if "expires_on" in news:
            asset.expires_on = authored.expires_on
        if "review_by_on" in news or authored.review_by_on is None:
            asset.review_by_on = authored.review_by_on or default_review_by(now.date(), kind.verify_months)
        self.tell(read, asset, version, owner="owner" in news, news=news)
        asset.current_version_id, asset.verified_at, asset.archived_reason = version.id, now, ""
        asset.status = AssetStatus.PUBLISHED if is_published else AssetStatus.DRAFT
        if is_published:
            begun = authored.publish_on is not None and authored.publish_on <= now.date()
            first = datetime.combine(authored.publish_on, time(), UTC) if authored.publish_on and begun else now
            asset.published_at = asset.published_at or first
            version.published_at = now

    def _news(self, asset: Asset, authored: AuthoredAsset) -> set[str]:
        """Name what a text says of owner, dates and words that the asset's last text did not say."""
        last = self.uow.session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
        before = last.facts.get(_SAID) if last is not None else None
        said = _said_by(authored)
        return {name for name in said if before is None or before.get(name) != said[name]}

    def _give_slug(self, asset: Asset, slug: str) -> None:
        """Give an asset a new slug; the old one leads to it from now on, whoever had it before."""
        own = self.uow.session.get(AssetSlug, slug)
        if own is not None:
            self.uow.session.delete(own)
        self.uow.session.merge(AssetSlug(slug=asset.slug, asset_id=asset.id))
        asset.slug = slug

    def note_change(self, asset: Asset, deed: str, **detail: Any) -> int:
        """Write a deed into the asset's history and have it found by what it says now; gives its line there."""
        asset.updated_at = self.uow.now
        self.uow.session.flush()
        self.uow.enqueue(JobKind.INDEX_ASSET, asset.id)
        entry = self.uow.audit(deed, "asset", asset.id, path=asset.source_path, status=asset.status.value, **detail)
        self.uow.session.flush()
        return entry.id

    def tell(
        self, read: SourceRead, asset: Asset, version: AssetVersion, *, owner: bool = True, news: set[str] | None = None
    ) -> None:
        """Put the library's own words to what a file says; what is not known stands among the version's findings.

        Without `owner` an asset keeps the one it has. Of stages and terms those in `news` are set anew, the others
        stay; without `news`, what the text says is added to what the asset has.
        """
        said = len(self.warnings)
        named = self._owner(read)
        if owner or asset.owner_id is None:
            asset.owner_id = named
        stages, terms = self._stages_of(read), self._terms_of(read)
        if news is None or "stages" in news:
            asset.stages = list(dict.fromkeys((*(asset.stages if news is None else ()), *stages)))
        known = {vocabulary: name for name, vocabulary in _VOCABULARIES.items()}
        stay = [term for term in asset.terms if news is None or known.get(term.vocabulary) not in news]
        found = [term for term in terms if news is None or known[term.vocabulary] in news]
        asset.terms = list(dict.fromkeys((*stay, *found)))
        self._look_at_brand(read)
        unknown = [finding.as_dict() for finding in self.warnings[said:]]
        kept = [finding for finding in version.findings if finding["code"] not in UNKNOWN_WORDS]
        if version.findings != kept + unknown:
            version.findings = kept + unknown

    def look_up(self, read: SourceRead) -> tuple[Finding, ...]:
        """Say which kinds, people, stages, terms and brands of a text are not known here; nothing is written.

        A library that knows no person, or no term, has nothing to hold a text's against yet.
        """
        said = len(self.warnings)
        self._look_at_kind(read)
        if self._people:
            self._owner(read)
        self._stages_of(read)
        if not self._terms.is_empty:
            self._terms_of(read)
        self._look_at_brand(read)
        return tuple(self.warnings[said:])

    def kind_of(self, read: SourceRead) -> AssetKind:
        """Give the kind that a text names, making it when it is new."""
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

    def _look_at_kind(self, read: SourceRead) -> None:
        named = to_slug(read.source.asset.kind)
        if named not in self._kinds:
            nearest = next(iter(difflib.get_close_matches(named, self._kinds, n=1)), None)
            message = f"“{read.source.asset.kind}” is no kind of asset here; bringing this in would make it one."
            self._warn(read, "unknown-kind", message, key="kind", nearest=nearest)

    def _owner(self, read: SourceRead) -> int | None:
        email = read.source.asset.owner
        if email and email.lower() not in self._people:
            self._warn(read, "unknown-owner", f"Nobody here has the e-mail address {email}.", key="owner")
        return self._people.get((email or "").lower())

    def _look_at_brand(self, read: SourceRead) -> None:
        fault = self.uow.printer.find_fault(read.source.asset.brand or "")
        if fault is not None:
            self._warn(read, fault.code, f"{fault.message} There is no PDF until it is mended.", key="brand",
                       nearest=fault.nearest)  # fmt: skip

    def _stages_of(self, read: SourceRead) -> list[FunnelStage]:
        found = {}
        for name in read.source.asset.stages:
            stage = self._stages.get(name.strip().casefold())
            if stage is None:
                labels = list(dict.fromkeys(s.label for s in self._stages.values() if s.retired_at is None))
                nearest = next(iter(difflib.get_close_matches(name.capitalize(), labels, n=1)), None)
                message = f"“{name}” is no funnel stage. Known: {', '.join(labels)}."
                self._warn(read, "unknown-stage", message, key="stages", nearest=nearest)
            else:
                found[stage.id] = stage
        return list(found.values())

    def _terms_of(self, read: SourceRead) -> list[Term]:
        found = {}
        for key, vocabulary in _VOCABULARIES.items():
            for name in getattr(read.source.asset, key):
                term = self._terms.find(vocabulary, name)
                if term is None and (self._may_create or key in self._new_terms):
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
