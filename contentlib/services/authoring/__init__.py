"""Keeps assets equal to the authored files they come from; files are read in the sandbox, never here."""

from contentlib.services.authoring.plan import SyncPlan, lint, prepare_sync
from contentlib.services.authoring.record import record_sync

__all__ = ["SyncPlan", "lint", "prepare_sync", "record_sync"]
