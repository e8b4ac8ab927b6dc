"""Letters that the library writes by itself, as text and dressed; whom they go to is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
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
    values = {
        "name": digest.name.split()[0] if digest.name.split() else "",
        "subject": subject,
        "lead": f"{things} new for you in the {digest.library}.",
        "lines": digest.lines,
        "more": digest.more,
        "all": digest.all_address,
        "library": digest.library,
    }
    message = EmailMessage()
    user, _, domain = sender.rpartition("@")
    message["From"] = Address(display_name=digest.library, username=user, domain=domain)
    # Imported addresses may be such as no header takes; the name beside one is only what a person reads.
    message["To"] = Address(display_name=digest.name, addr_spec=digest.email)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(digest.at)
    message["Message-ID"] = f"<{digest.id}@{domain}>"
    # Nobody's out-of-office note should answer it.
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{digest.all_address}>"
    written = _environment(templates)
    message.set_content(written.get_template("digest.txt").render(values))
    message.add_alternative(written.get_template("digest.html").render(values), subtype="html")
    # Chosen by chance otherwise.
    message.set_boundary(f"=_{digest.id}")
    return message


def _environment(templates: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )
