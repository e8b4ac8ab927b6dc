"""A body that was read once is the same for the next drawing, and nothing else passes for one."""

from __future__ import annotations

import pickle

import pytest

from contentlib.domain.findings import Finding, Level
from contentlib.markup.dialect import Body, Section
from contentlib.rendering import bodies


def test_a_body_comes_back_as_it_was():
    finding = Finding(level=Level.WARNING, code="x", message="Mind this.", line=3)
    section = Section(id="why", title="Why", html="<p>Because</p>", text="Because")
    body = Body(sections=(section,), quotes_used=(("cso", 4),), findings=(finding,))
    assert bodies.unpack(bodies.pack(body)) == body


def test_nothing_else_passes_for_a_body():
    with pytest.raises(TypeError, match="not the body"):
        bodies.unpack(pickle.dumps(("words",)))
    with pytest.raises(pickle.UnpicklingError):
        bodies.unpack(pickle.dumps((print,)))
