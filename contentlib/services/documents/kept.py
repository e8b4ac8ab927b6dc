"""Documents that were made and are kept: read again, described, carried by a message; nothing is made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.mail import messages
from contentlib.services import people as people_services
from contentlib.services.documents.requests import PROSPECT
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import documents as queries
from contentlib.storage.tables import Document


def get_own(reading: UnitOfWork, document_id: int) -> Document:
    """Give a document that the actor made, or any for those who see all deals; NotFoundError otherwise."""
    document = queries.find(reading.session, document_id)
    if document is None:
        raise NotFoundError("There is no such document.")
    if document.made_by_id != reading.actor.person_id and not reading.actor.may(Permission.SEE_ALL_DEALS):
        raise NotFoundError("There is no such document.")
    return document


def read_pdf(reading: UnitOfWork, document_id: int) -> tuple[Document, bytes]:
    """Give a recorded document with its bytes, exactly as they were made."""
    document = get_own(reading, document_id)
    return document, reading.blobs.read(document.blob)


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A recorded document as the page after a download shows it; `size` in bytes."""

    id: int
    file_name: str
    pages: int
    size: int
    certificate: Mapping[str, Any]


def describe(reading: UnitOfWork, document_id: int) -> DocumentLine:
    """Say what a document is and what was checked of it."""
    document = get_own(reading, document_id)
    return DocumentLine(
        id=document.id,
        file_name=document.file_name,
        pages=document.pages,
        size=reading.blobs.path(document.blob).stat().st_size,
        certificate=document.certificate,
    )


def message_for(reading: UnitOfWork, *, document_id: int) -> EmailMessage:
    """Write the ready message that carries a document, for the rep to look over and send from their own mail."""
    document, pdf = read_pdf(reading, document_id)
    asset = asset_queries.list_by_ids(reading.session, [document.asset_id])[document.asset_id]
    if document.made_by_id is None:
        raise NotFoundError("This document was made by the operator, who sends nothing.")
    sender = people_services.contact_of(reading, document.made_by_id)
    return messages.carry_document(
        sender_name=sender.name,
        sender_email=sender.email,
        sender_title=sender.title,
        prospect=document.values.get(PROSPECT, ""),
        title=asset.title,
        summary=asset.summary,
        file_name=document.file_name,
        pdf=pdf,
        at=reading.now,
    )


def message_bytes(message: EmailMessage) -> bytes:
    """Give a message as an .eml file."""
    return messages.to_file(message)
