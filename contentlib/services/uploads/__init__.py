"""Files from outside become assets of the library: read in the sandbox, kept as they came, found page by page."""

from contentlib.services.uploads.adding import (
    PreparedUpload,
    check_said,
    is_archive,
    prepare,
    record,
    refused,
    require_target,
)
from contentlib.services.uploads.originals import Original, read_original
from contentlib.services.uploads.pictures import DrawnUpload, Office, is_upload, prepare_pictures, record_pictures
from contentlib.services.uploads.reading import extract
from contentlib.services.uploads.unpacking import Unpacked, find_said, is_bywork, unpack

__all__ = [
    "DrawnUpload",
    "Office",
    "Original",
    "PreparedUpload",
    "Unpacked",
    "check_said",
    "extract",
    "find_said",
    "is_archive",
    "is_bywork",
    "is_upload",
    "prepare",
    "prepare_pictures",
    "read_original",
    "record",
    "record_pictures",
    "refused",
    "require_target",
    "unpack",
]
