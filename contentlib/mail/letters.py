"""Letters that the library writes by itself, as text and dressed; whom they go to is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    """One thing that is new, and where it is looked at."""

    sentence: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What is new for somebody: some of it as lines, and how much more there is."""

    name: str
    email: str
    lines: Sequence[LetterLine]
    more: int
    library: str
    all_address: str
    id: str
    at: datetime


def write_digest(digest: Digest, *, templates: Path, sender: str) -> EmailMessage:
    """Write what is new as one letter; the same digest gives the same bytes, so that sending it again is seen."""
    total = len(digest.lines) + digest.more
    things = "One thing is" if total == 1 else f"{total:,} things are"
    subject = f"{things} new for you in the {digest.library}"
    values: dict[str, object] = {
        "name": digest.name.split()[0] if digest.name.split() else "",
        "subject": subject,
        "lead": f"{things} new for you in the {digest.library}.",
        "lines": digest.lines,
        "more": digest.more,
        "all": digest.all_address,
        "library": digest.library,
    }
    message = _address(digest.library, sender, to=(digest.name, digest.email), subject=subject, at=digest.at)
    message["Message-ID"] = f"<{digest.id}@{sender.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{digest.all_address}>"
    return _fill(message, "digest", values, templates, boundary=f"=_{digest.id}")


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link that works once, for somebody who is to choose a password with it; `by` is who invites."""

    name: str
    email: str
    by: str
    library: str
    link: str
    hours: int
    at: datetime


def write_invitation(invitation: Invitation, *, templates: Path, sender: str) -> EmailMessage:
    """Write an invitation as a letter."""
    subject = f"Your way into the {invitation.library}"
    values: dict[str, object] = {
        "name": invitation.name.split()[0] if invitation.name.split() else "",
        "subject": subject,
        "by": invitation.by,
        "library": invitation.library,
        "link": invitation.link,
        "hours": invitation.hours,
    }
    to = (invitation.name, invitation.email)
    message = _address(invitation.library, sender, to=to, subject=subject, at=invitation.at)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    return _fill(message, "invitation", values, templates)


def _address(library: str, sender: str, *, to: tuple[str, str], subject: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    user, _, domain = sender.rpartition("@")
    message["From"] = Address(display_name=library, username=user, domain=domain)
    # Imported addresses may be such as no header takes; the name beside one is only what a person reads.
    message["To"] = Address(display_name=to[0], addr_spec=to[1])
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    # Nobody's out-of-office note should answer it.
    message["Auto-Submitted"] = "auto-generated"
    return message


def _fill(
    message: EmailMessage, name: str, values: dict[str, object], templates: Path, *, boundary: str | None = None
) -> EmailMessage:
    written = _environment(templates)
    message.set_content(written.get_template(f"{name}.txt").render(values))
    message.add_alternative(written.get_template(f"{name}.html").render(values), subtype="html")
    if boundary is not None:  # chosen by chance otherwise
        message.set_boundary(boundary)
    return message


def _environment(templates: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )
