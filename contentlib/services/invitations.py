"""The letter that brings somebody the link to choose a password with; the link stands nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from contentlib.mail.letters import Invitation, write_invitation
from contentlib.services import people
from contentlib.services.digests import name_library
from contentlib.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Whether a letter with the link has left, and to whom; `why_not` is empty where no mail server is named."""

    email: str
    is_sent: bool
    why_not: str = ""


def write(reading: UnitOfWork, *, email: str, token: str, address: str, templates: Path, sender: str) -> EmailMessage:
    """Write the letter for a one-time token; `address` is the library's public one."""
    person = people.get(reading, email=email)
    return write_invitation(
        Invitation(
            name=person.name,
            email=person.email,
            by=reading.actor.name if reading.actor.person_id is not None else "Your admin",
            library=name_library(reading),
            link=f"{address}/set-password/{token}",
            hours=int(people.LINK_LASTS.total_seconds() // 3600),
            at=reading.now,
        ),
        templates=templates,
        sender=sender,
    )
