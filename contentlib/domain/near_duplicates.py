"""What it means that two assets say much the same; it compares nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """An asset that holds much of what a file says.

    `overlap` is the share of the file's word sequences that the asset has too, `back` the share of the asset's that the
    file has, both 0 to 1. `passage` is the longest run of words that both have, as the file writes it; `pages` are the
    pages of the file that stand there as they are, `of` how many pages the file has. `kept_by` is the file that a sync
    keeps the asset equal to, empty where none does: only that file makes its next version.
    """

    slug: str
    title: str
    version: int
    overlap: float
    back: float
    passage: str
    page: int
    pages: tuple[int, ...]
    of: int
    kept_by: str = ""
