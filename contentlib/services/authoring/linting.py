"""Checks authored files without bringing anything in: their text, their words, and how they fit their pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contentlib.domain.documents import RenderRequest
from contentlib.domain.errors import ContentlibError, InvalidInputError, SetupMissingError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.drawn import PictureLook, at_their_lines
from contentlib.services.authoring.plan import Pictures, SourceRead, list_files, read_all
from contentlib.services.unit_of_work import UnitOfWork


def lint(reading: UnitOfWork, paths: Sequence[Path]) -> tuple[int, list[Finding]]:
    """Check authored files, or all below folders; gives how many there are and what was found, by file and line."""
    findings: list[Finding] = []
    count = 0
    for found, path in {path.expanduser().resolve(): path for path in paths}.items():
        if not found.exists():
            raise InvalidInputError(f"{path} does not exist.")
        root = found if found.is_dir() else found.parent.parent
        files, refused = list_files(root)
        if not found.is_dir():
            name = found.relative_to(root).as_posix()
            files, refused = [f for f in files if f.path == name], [row for row in refused if row.path == name]
            if not files and not refused:
                raise InvalidInputError(f"{path} is no authored text: those end in .md, and a README is none.")
        count += len(files) + len(refused)
        pictures = Pictures(root, lambda _: "found")
        reads, warnings = read_all(reading, pictures, [(file, None) for file in files], refused)
        findings += warnings
        known = Describer(reading)
        unknown = [found for read in reads for found in known.look_up(read)]
        surveyed: list[Finding] = []
        try:
            look = PictureLook(reading, pictures)
            for read in reads:
                drawn = at_their_lines(_survey(reading, pictures, read), read)
                unread = {found.text for found in drawn if found.code == "engine"}
                surveyed += [*drawn, *(found for found in look.look(read) if found.text not in unread)]
        except SetupMissingError as missing:
            message = f"Only the texts were checked, not how they fit their pages. {missing.message}"
            findings.append(Finding(level=Level.NOTE, code=missing.code, message=message))
        # A brand that is not there is told once, as what it is for the document.
        told = {(found.path, found.code) for found in surveyed}
        findings += [found for found in unknown if (found.path, found.code) not in told] + surveyed
        findings += [row.as_finding() for row in refused]
    return count, sorted(findings, key=lambda each: (each.path or "", each.line or 0))


def _survey(reading: UnitOfWork, pictures: Pictures, read: SourceRead) -> tuple[Finding, ...]:
    """Say what would stand in the way of a file's PDF, where its text alone does not already."""
    asset = read.source.asset
    if has_errors(read.source.findings) or reading.printer.find_kind(asset.kind) is None:
        return ()
    request = RenderRequest(
        kind=asset.kind, slug=asset.slug, source=read.file.data.decode("utf-8-sig"), path=read.file.path,
        language=asset.language, version=0, dated_on=reading.today, brand=asset.brand or "",
        media={name: str(place) for name in read.media if (place := pictures.place(name)) is not None},
    )  # fmt: skip
    try:
        return reading.printer.survey(request)
    except SetupMissingError:
        raise
    except ContentlibError as refused:
        told = Finding(level=Level.ERROR, code=refused.code, message=refused.message, path=read.file.path)
        return refused.findings or (told,)
