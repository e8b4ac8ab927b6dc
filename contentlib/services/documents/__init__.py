"""Documents: an asset version made the customer's own, kept with its use, and told from any other file later."""

from contentlib.services.documents.certificates import CertificateAnswer, find_certificate, make_again, read_certificate
from contentlib.services.documents.drawing_ahead import (
    DrawnPictures,
    draw_other_paper,
    prepare_pictures,
    record_pictures,
)
from contentlib.services.documents.kept import (
    DocumentLine,
    describe,
    get_own,
    message_bytes,
    message_for,
    read_pdf,
)
from contentlib.services.documents.making import (
    DocumentPreview,
    PreparedDocument,
    Recorded,
    SourcePreview,
    kinds,
    open_fields,
    places,
    prepare,
    preview,
    preview_source,
    read_logo,
    record,
    suggested_values,
)
from contentlib.services.documents.requests import Filling, contact_of_actor, file_name_of, request_for

__all__ = [
    "CertificateAnswer",
    "DocumentLine",
    "DocumentPreview",
    "DrawnPictures",
    "Filling",
    "PreparedDocument",
    "Recorded",
    "SourcePreview",
    "contact_of_actor",
    "describe",
    "draw_other_paper",
    "file_name_of",
    "find_certificate",
    "get_own",
    "kinds",
    "make_again",
    "message_bytes",
    "message_for",
    "open_fields",
    "places",
    "prepare",
    "prepare_pictures",
    "preview",
    "preview_source",
    "read_certificate",
    "read_logo",
    "read_pdf",
    "record",
    "record_pictures",
    "request_for",
    "suggested_values",
]
