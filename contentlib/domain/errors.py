"""Failures with names: one sentence each that a support person understands; doors map the class to a status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contentlib.domain.findings import Finding, Level


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong with one field of what was asked."""

    field: str
    message: str


def to_findings(faults: Iterable[FieldError], *, beside: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give a finding for each field of which nothing but a sentence is known; `beside` is what else was found."""
    told = {finding.field for finding in beside}
    return tuple(
        Finding(level=Level.ERROR, code="field", message=fault.message, field=fault.field)
        for fault in faults
        if fault.field not in told
    )


class ContentlibError(Exception):
    """Base of every refusal that a person is meant to read."""

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, fields: tuple[FieldError, ...] = (), findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        self.findings = findings


class NotFoundError(ContentlibError):
    """What was named does not exist, or not for the person who asks."""

    code = "not_found"


class ForbiddenError(ContentlibError):
    """The person may not do this."""

    code = "forbidden"


class InvalidInputError(ContentlibError):
    """What was given cannot be taken as it is; `fields` name where."""

    code = "invalid_input"


class ConflictError(ContentlibError):
    """Somebody or something else holds what this deed needs, or it changed in the meantime."""

    code = "conflict"


class DocumentRefusedError(ContentlibError):
    """A document cannot be made cleanly; `findings` and `fields` say what is in the way."""

    code = "document_refused"


class SourceRefusedError(ContentlibError):
    """An authored file cannot be taken in; the finding names path, line and reason."""

    code = "source_refused"


class FileRefusedError(ContentlibError):
    """A file from outside cannot be read or is not what it claims to be."""

    code = "file_refused"


class LibraryRefusedError(ContentlibError):
    """The library cannot be opened, or not for this: taken by a server, not writable, not one of ours."""

    code = "library_refused"


class SetupMissingError(ContentlibError):
    """Something the machine must provide is missing; the message holds the line that mends it."""

    code = "setup_missing"


class LimitExceededError(ContentlibError):
    """Work on foreign bytes took more time, memory or space than it may."""

    code = "limit_exceeded"


class WorkBrokeOffError(ContentlibError):
    """Something ended in a way nobody meant it to; `trace` is for the log, not for the person."""

    code = "work_broke_off"

    def __init__(self, message: str, *, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace
        if trace:
            self.add_note(trace)


# What a file from outside is to blame for: told of the file, where others are faults of what was asked.
UNREADABLE = (FileRefusedError, LimitExceededError, WorkBrokeOffError)


class IndexUnavailableError(ContentlibError):
    """The search index is missing, damaged or half built; the database still holds everything."""

    code = "index_unavailable"


class IndexBusyError(ConflictError):
    """Another process is writing the search index and did not finish in time."""

    code = "index_busy"


class BrandRefusedError(ContentlibError):
    """A brand cannot be used as it is; `findings` name every fault with its line, for those who look after it."""

    code = "brand_refused"

    def for_everyone(self) -> Finding:
        """Say it to somebody who wanted a document and cannot mend the brand."""
        return Finding(
            level=Level.ERROR, code=self.code,
            message="Nothing can be drawn or checked with the brand just now: its files have to be mended first.",
            mend="The page Brand, for those who look after the library, and the command “contentlib brand lint” say"
            " what is wrong with them.",
        )  # fmt: skip


class TuningRefusedError(InvalidInputError):
    """A file that tunes or judges search cannot be used; `findings` name every fault with its line."""

    code = "tuning_refused"
