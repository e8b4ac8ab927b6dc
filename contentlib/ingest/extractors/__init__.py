"""Files from outside to words, page by page; runs in the sandbox child alone and keeps nothing.

An extractor is one function in the table below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import ExtractedFile, UploadFormat
from contentlib.ingest import sniffing
from contentlib.ingest.extractors import docx, pdf, pictures, pptx, texts

EXTRACTORS: Mapping[UploadFormat, Callable[[Path, str], ExtractedFile]] = {
    UploadFormat.PDF: pdf.extract,
    UploadFormat.PPTX: pptx.extract,
    UploadFormat.DOCX: docx.extract,
    UploadFormat.MARKDOWN: texts.extract,
    UploadFormat.PNG: pictures.extract,
    UploadFormat.JPEG: pictures.extract,
}


def extract(path: str, name: str) -> ExtractedFile:
    """Read the file at `path`, which was called `name`; raises FileRefusedError with one sentence that says why not."""
    found = extract_upload(path, name)
    if found.format not in EXTRACTORS:
        raise FileRefusedError(f"“{name}” is an archive. Upload it, and each file in it is read by itself.")
    return found


def extract_upload(path: str, name: str) -> ExtractedFile:
    """Read a file as `extract` does, but for an archive, of which only the format is told: it is to be unpacked."""
    format_, findings = sniffing.sniff(Path(path), name)
    reader = EXTRACTORS.get(format_)
    found = reader(Path(path), name) if reader is not None else ExtractedFile(format=format_, pages=())
    named = tuple(replace(finding, path=name) for finding in (*findings, *found.findings))
    return replace(found, findings=named)
