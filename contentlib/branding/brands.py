"""The brands of a company side by side: the one in the brand folder itself, and one for each folder within it.

It tells which there are and where they lie; what is in them is read elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from contentlib.branding.brand import FILE_NAME, check, load
from contentlib.branding.lined_yaml import nearest
from contentlib.domain.errors import BrandRefusedError, NotFoundError
from contentlib.domain.findings import Finding, Level

# The brand of what names none.
DEFAULT = ""


def list_names(root: Path) -> tuple[str, ...]:
    """Give the names of all brands: the default's, which is empty, then those of the folders beside it, in order."""
    others = sorted(path.parent.name for path in root.glob(f"*/{FILE_NAME}") if not path.parent.name.startswith("."))
    return (DEFAULT, *others)


def folder_of(root: Path, name: str) -> Path:
    """Give the folder of a brand; NotFoundError names the nearest when there is none of that name."""
    if name == DEFAULT:
        return root
    if name in list_names(root):
        return root / name
    finding = unknown(root, name)
    raise NotFoundError(f"{finding.message} {finding.mend}", findings=(finding,))


def unknown(root: Path, name: str, *, path: str | None = None, line: int | None = None) -> Finding:
    """Say that there is no brand of a name, and which may be meant; `path` and `line` tell where it is asked for."""
    known = list_names(root)[1:]
    near = nearest(name, known)
    if near:
        mend = f"Did you mean “{near}”?"
    elif known:
        mend = f"There are: {', '.join(known)}; without “brand” it is the company's own."
    else:
        mend = "There is only the company's own; leave “brand” out."
    return Finding(
        level=Level.ERROR, code="unknown-brand", message=f"There is no brand “{name[:80]}”.", mend=mend, path=path,
        line=line, nearest=near, field="brand",
    )  # fmt: skip


def check_all(root: Path) -> tuple[Finding, ...]:
    """Give everything that is wrong with every brand, brand by brand."""
    found: list[Finding] = []
    for name in list_names(root):
        prefix = f"{root.name}/" if name else ""
        found += [_beneath(finding, prefix) for finding in check(folder_of(root, name))]
    return (*found, *_shared_names(root))


def _beneath(finding: Finding, prefix: str) -> Finding:
    """Give a finding with the path of its file from the folder of all brands."""
    return Finding.from_dict({**finding.as_dict(), "path": f"{prefix}{finding.path}"})


def _shared_names(root: Path) -> tuple[Finding, ...]:
    """Find brands that call themselves alike, which nobody could tell apart on a certificate."""
    by_name: dict[str, str] = {}
    found = []
    for name in list_names(root):
        try:
            shown = load(folder_of(root, name)).name
        except BrandRefusedError:
            continue
        if shown in by_name:
            path = f"{root.name}/{name}/{FILE_NAME}"
            message = f"“{shown}” is also the name of the brand in {by_name[shown]}."
            found.append(
                Finding(level=Level.WARNING, code="same-name", message=message, path=path, line=1,
                        mend="Give each brand a short name of its own.")
            )  # fmt: skip
        by_name.setdefault(shown, f"{root.name}/{name}".rstrip("/"))
    return tuple(found)
