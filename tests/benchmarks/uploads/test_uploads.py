"""Prints what uploads cost, and how many of the words that pdftotext, python-pptx and python-docx read ours has."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contentlib.domain.people import OPERATOR
from contentlib.domain.uploads import UploadStatus
from contentlib.library import Library
from contentlib.services import uploads
from contentlib.settings import Settings

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

FILES = Path(os.environ.get("TEST_REAL_DATA") or Path(__file__).parents[2] / "data") / "files"
LIMIT_MB = 200
MIB = 1024  # ru_maxrss counts in KiB


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """An empty library with a sandbox of its own, whose memory is measured when it ends."""
    with Library(Settings(data=tmp_path_factory.mktemp("bench"))) as opened:
        yield opened


def files(*endings: str) -> list[Path]:
    return sorted(path for path in FILES.iterdir() if path.suffix in endings)


def words(text: str) -> Counter[str]:
    """Count words as search sees them: letters and figures, whatever their case."""
    return Counter(re.findall(r"\w+", text.casefold()))


def cpu_seconds() -> float:
    """Give what this process and the children that have ended took."""
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def by_pdftotext(path: Path) -> str:
    return subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, check=True).stdout.decode()


def by_python_pptx(path: Path) -> str:
    from pptx import Presentation

    said = []
    for slide in Presentation(str(path)).slides:
        said += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        said += [
            cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
        ]
        said += [slide.notes_slide.notes_text_frame.text] if slide.has_notes_slide else []
    return "\n".join(said)


def by_python_docx(path: Path) -> str:
    from docx import Document

    opened = Document(str(path))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


OTHERS: dict[str, tuple[tuple[str, ...], Callable[[Path], str]]] = {
    "pdftotext": ((".pdf",), by_pdftotext),
    "python-pptx": ((".pptx",), by_python_pptx),
    "python-docx": ((".docx",), by_python_docx),
}


def test_how_long_files_take_and_how_much_memory(library: Library):
    found = files(".pdf", ".pptx", ".docx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, worked = time.perf_counter(), cpu_seconds()
    for path in found:
        (answer,) = library.add_upload(OPERATOR, file=path)
        assert answer.status is UploadStatus.ADDED
    took = time.perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    library.sandbox.close()
    cpu = cpu_seconds() - worked
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    size = sum(path.stat().st_size for path in found)
    print(f"\n{len(found)} files of {size / 2**20:.0f} MB added in {took:.1f} s: {len(found) / took * 60:.0f} a minute")
    print(f"CPU: {cpu / len(found):.2f} s a file, its reader's start included")
    print(f"memory: {grown / MIB:.0f} MB more in the library, {child / MIB:.0f} MB at most in a child")


@pytest.mark.parametrize("other", OTHERS)
def test_words_beside_others(tmp_path: Path, other: str):
    endings, read = OTHERS[other]
    if other == "pdftotext" and shutil.which(other) is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    mine, theirs, shared = 0, 0, 0
    with Library(Settings(data=tmp_path)) as library, library.read(OPERATOR) as reading:
        for path in files(*endings):
            pages = uploads.extract(reading, path, limit_mb=LIMIT_MB).pages
            ours = words("\n".join(part for page in pages for part in (page.text, page.notes)))
            others = words(read(path))
            mine, theirs = mine + ours.total(), theirs + others.total()
            shared += (ours & others).total()
    print(
        f"\n{other:12} {theirs:7,} words, ours {mine:7,} ({mine / theirs:.2f}); {shared / theirs:.1%} of theirs in ours"
    )
