"""A machine without Pango: the server starts, and a document says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contentlib.domain.errors import SetupMissingError
from contentlib.rendering import child


def test_a_document_without_pango_names_the_line_that_mends_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(SetupMissingError, match="apt-get install --yes libpango") as caught:
        child.read_logo(data=b"")
    assert "libharfbuzz-subset0" in caught.value.message


def test_the_printers_door_loads_no_engine():
    code = (
        "import sys, contentlib.rendering.printer, contentlib.rendering.child; "
        "print([name for name in ('weasyprint', 'pikepdf', 'pypdfium2') if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
