"""An outreach e-mail on the personalise page: its words as they will be sent, counted while they are typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from contentlib.domain.documents import ComposedEmail
from contentlib.domain.errors import to_findings
from contentlib.domain.findings import Finding, Level
from contentlib.services import documents, emails
from contentlib.services.documents import Filling
from contentlib.web.frame import working_deal
from contentlib.web.login import actor
from contentlib.web.requests import library

_TAG = re.compile(r"<[^>]+>")
_STYLE = re.compile(r"\sstyle=\"[^\"]*\"")


@dataclass(frozen=True, kw_only=True)
class DrawnEmail:
    """An e-mail as it stands; `shown` is its body in the page's own type, what is open marked in it."""

    composed: ComposedEmail
    shown: Markup
    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    errors: dict[str, str]


def is_email(kind: str) -> bool:
    """Tell whether assets of a kind are sent as words."""
    with library().read(actor()) as reading:
        return any(each.slug == kind and each.is_email for each in documents.kinds(reading))


def draw(slug: str, filling: Filling) -> DrawnEmail:
    """Compose an e-mail with what is filled in so far."""
    deal = working_deal()
    with library().read(actor()) as reading:
        composed = emails.preview(reading, asset=slug, deal=deal.id if deal else None, filling=filling)
    blocking = [finding for finding in composed.findings if finding.level is Level.ERROR]
    return DrawnEmail(
        composed=composed,
        shown=_undress(composed.body_html),
        problems=(*blocking, *to_findings(composed.errors, beside=composed.findings)),
        warnings=tuple(finding for finding in composed.findings if finding.level is not Level.ERROR),
        errors={fault.field: fault.message for fault in composed.errors},
    )


def _undress(html: str) -> Markup:
    """Leave out how mail programs are told to set it: the page allows no style but its own."""
    return Markup(_TAG.sub(lambda tag: _STYLE.sub("", tag[0]), html))  # noqa: S704  (written by our own template)
