"""What people are told in the product, as sentences; who is told is decided by the deeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class NoticeKind(StrEnum):
    """Why somebody is told something."""

    REVIEW_WANTED = "review wanted"
    APPROVED = "approved"
    SENT_BACK = "sent back"
    PUBLISHED = "published"
    NEWER_VERSION = "newer version"
    ARCHIVED = "archived"
    GIVEN = "given"
    EXPIRES_SOON = "expires soon"
    EXPIRED = "expired"
    REVIEWS_OVERDUE = "reviews overdue"
    FEEDBACK = "feedback"
    FEEDBACK_ANSWERED = "feedback answered"
    REQUEST_ASKED = "request asked"
    REQUEST_ANSWERED = "request answered"
    REQUEST_DELIVERED = "request delivered"
    TO_MEND = "to mend"


# What the page and a letter say; the names in braces stand in the notice's detail.
SENTENCES: dict[NoticeKind, str] = {
    NoticeKind.REVIEW_WANTED: "{by} asks for your review of “{title}”, version {number}.",
    NoticeKind.APPROVED: "{by} approved “{title}”, version {number}, for {side}.",
    NoticeKind.SENT_BACK: "{by} sent “{title}”, version {number}, back: {reason}",
    NoticeKind.PUBLISHED: "“{title}”, version {number}, is published.",
    NoticeKind.NEWER_VERSION: "“{title}” has a version {number}. You used an earlier one on {deals}.",
    NoticeKind.ARCHIVED: "{by} archived “{title}”: {reason}",
    NoticeKind.GIVEN: "{by} made you the owner of {assets}.",
    NoticeKind.EXPIRES_SOON: "“{title}” expires on {day}. Give it a later day if it is still right.",
    NoticeKind.EXPIRED: "“{title}” has expired: nobody finds or sends it any more.",
    NoticeKind.REVIEWS_OVERDUE: "{assets} of yours should be looked at again: still right?",
    NoticeKind.FEEDBACK: "{by} says of “{title}”: {said}",
    NoticeKind.FEEDBACK_ANSWERED: "{by} answers what you said of “{title}”: {answer}",
    NoticeKind.REQUEST_ASKED: "{by} misses something in the library: “{request}”.",
    NoticeKind.REQUEST_ANSWERED: "“{request}”, which you asked for, is {status}. {answer}",
    NoticeKind.REQUEST_DELIVERED: "“{request}”, which you asked for, is here: “{title}”. {answer}",
    NoticeKind.TO_MEND: "{by} asks you to see to {assets}: {what}.",
}


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One thing a person was told; `slug` is the asset it is about, `detail` what its address may need."""

    id: int
    kind: NoticeKind
    sentence: str
    at: datetime
    is_new: bool
    slug: str | None
    detail: dict[str, Any]


def write_sentence(kind: NoticeKind, detail: dict[str, Any]) -> str:
    """Write what a notice says; KeyError for a detail that lacks what the sentence names."""
    return SENTENCES[kind].format(**detail).rstrip()
