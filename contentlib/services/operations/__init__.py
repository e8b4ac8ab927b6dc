"""Looks after the library itself: what is known of it, whether it agrees with itself, how it is carried elsewhere."""

from contentlib.services.operations.copies import (
    Carried,
    back_up,
    check_export,
    export,
    put_in_place,
    require_empty,
    take_in,
    unpack_backup,
)
from contentlib.services.operations.doctor import examine_clock, examine_folders, examine_library, examine_machine
from contentlib.services.operations.facts import (
    count_rows,
    finish_demo,
    holds_work,
    index_status,
    is_demo_finished,
    is_index_ready,
    is_ready,
    made_by_demo,
    mark_as_demo,
)
from contentlib.services.operations.queue import look_at_jobs, retry_all_jobs, retry_job
from contentlib.services.operations.trail import iter_trail, look_through
from contentlib.services.operations.verify import (
    Difference,
    find_bytes,
    make_documents_again,
    mend,
    remove_unnamed_files,
    verify,
)

__all__ = [
    "Carried",
    "Difference",
    "back_up",
    "check_export",
    "count_rows",
    "examine_clock",
    "examine_folders",
    "examine_library",
    "examine_machine",
    "export",
    "find_bytes",
    "finish_demo",
    "holds_work",
    "index_status",
    "is_demo_finished",
    "is_index_ready",
    "is_ready",
    "iter_trail",
    "look_at_jobs",
    "look_through",
    "made_by_demo",
    "make_documents_again",
    "mark_as_demo",
    "mend",
    "put_in_place",
    "remove_unnamed_files",
    "require_empty",
    "retry_all_jobs",
    "retry_job",
    "take_in",
    "unpack_backup",
    "verify",
]
