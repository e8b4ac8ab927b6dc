"""Brings authored and foreign files in as assets, and lets people write; texts are read in the sandbox, never here."""

from contentlib.services.authoring.importing import prepare_import
from contentlib.services.authoring.linting import lint
from contentlib.services.authoring.plan import SyncPlan, prepare_sync
from contentlib.services.authoring.record import record_sync

__all__ = ["SyncPlan", "lint", "prepare_import", "prepare_sync", "record_sync"]
