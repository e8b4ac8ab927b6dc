"""Every table of the library, one module per room; tables hold rows and know no rules."""

from contentlib.storage.tables.assets import (
    Asset,
    AssetFile,
    AssetPicture,
    AssetSlug,
    AssetStage,
    AssetTerm,
    AssetVersion,
)
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.bulk import BulkRun, BulkRunLine
from contentlib.storage.tables.content_requests import ContentRequest, RequestVote
from contentlib.storage.tables.deals import Account, Deal, DealHealth, DealStageEntry
from contentlib.storage.tables.documents import Document
from contentlib.storage.tables.feedback import Feedback
from contentlib.storage.tables.findings import IgnoredFinding
from contentlib.storage.tables.governance import Notice, Review, ReviewWord
from contentlib.storage.tables.meanings import VersionMeaning
from contentlib.storage.tables.operations import AuditEntry, Job, LibraryFact
from contentlib.storage.tables.people import OneTimeLink, Person, PersonRole, SignIn
from contentlib.storage.tables.pictures import AddedPicture
from contentlib.storage.tables.reports import AssetLift, ReportRun
from contentlib.storage.tables.search import LoggedSearch, SavedSearch, SearchCount, SearchTuning
from contentlib.storage.tables.search_index import SearchBlock, SearchDocument, SearchIndexState, SearchSegment
from contentlib.storage.tables.sketches import VersionSketch
from contentlib.storage.tables.taxonomy import (
    AssetKind,
    DealStage,
    FunnelStage,
    Pipeline,
    Term,
    WordAlias,
    WordMerge,
    WordMergeHolding,
)
from contentlib.storage.tables.usage import UsageEvent

__all__ = [
    "Account",
    "AddedPicture",
    "Asset",
    "AssetFile",
    "AssetKind",
    "AssetLift",
    "AssetPicture",
    "AssetSlug",
    "AssetStage",
    "AssetTerm",
    "AssetVersion",
    "AuditEntry",
    "Base",
    "BulkRun",
    "BulkRunLine",
    "ContentRequest",
    "Deal",
    "DealHealth",
    "DealStage",
    "DealStageEntry",
    "Document",
    "Feedback",
    "FunnelStage",
    "IgnoredFinding",
    "Job",
    "LibraryFact",
    "LoggedSearch",
    "Notice",
    "OneTimeLink",
    "Person",
    "PersonRole",
    "Pipeline",
    "ReportRun",
    "RequestVote",
    "Review",
    "ReviewWord",
    "SavedSearch",
    "SearchBlock",
    "SearchCount",
    "SearchDocument",
    "SearchIndexState",
    "SearchSegment",
    "SearchTuning",
    "SignIn",
    "Term",
    "UsageEvent",
    "VersionMeaning",
    "VersionSketch",
    "WordAlias",
    "WordMerge",
    "WordMergeHolding",
]
