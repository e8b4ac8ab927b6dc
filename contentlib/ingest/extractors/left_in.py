"""What Office files carry beside what they show, and nobody outside should get: comments, what lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contentlib.domain.findings import Finding, Level

# The findings of extractors that tell of something left in a file.
CODES = frozenset({"comments", "hidden-pages", "linked-files", "tracked-changes"})


def find(*, comments: int, linked: Mapping[str, int | None]) -> Iterator[Finding]:
    """Tell how many comments are in a file, and what is linked in it, by address with the first page that shows it."""
    if linked:
        first, page = next(iter(linked.items()))
        message = (
            f"Pictures or files from elsewhere are linked in it: {len(linked)}. Whoever opens it asks for them there,"
            " and may not see them."
        )
        mend = "Break the links in Office (File, Info, Edit Links to Files), so that they are kept in it."
        yield Finding(
            level=Level.WARNING, code="linked-files", message=message, mend=mend, page=page, evidence=first[:200]
        )
    if comments:
        message = f"Comments of colleagues are in the file: {comments}."
        yield Finding(level=Level.NOTE, code="comments", message=message, mend="Delete them before it is sent.")
