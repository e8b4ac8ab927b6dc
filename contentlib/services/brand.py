"""The company's brands as people ask about them: what is wrong with them; what is drawn with them is elsewhere."""

from __future__ import annotations

from contentlib.domain.findings import Finding
from contentlib.domain.people import Permission
from contentlib.services.unit_of_work import UnitOfWork


def lint(reading: UnitOfWork) -> tuple[Finding, ...]:
    """Give everything that is wrong with every brand, with file and line; fonts are read and logos drawn for it."""
    reading.require(Permission.USE_ASSETS)
    return reading.printer.lint_brands()
