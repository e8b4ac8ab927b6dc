"""Findings are told everywhere alike; usage counts where it is one."""

from __future__ import annotations

import itertools

import pytest

from contentlib.domain.assets import Audience
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.usage import Channel, is_use


def test_a_finding_leaves_out_what_does_not_apply_and_can_be_read_back():
    finding = Finding(level=Level.WARNING, code="unknown-key", message="What is “colour”?", line=3, nearest="company")
    told = finding.as_dict()
    assert told == {
        "level": "warning", "code": "unknown-key", "message": "What is “colour”?", "line": 3, "nearest": "company",
    }  # fmt: skip
    assert Finding.from_dict(told) == finding


@pytest.mark.parametrize(("levels", "blocks"), [([], False), (["note", "warning"], False), (["note", "error"], True)])
def test_errors_alone_block(levels: list[str], blocks: bool):
    assert has_errors([Finding(level=Level(level), code="x", message="x") for level in levels]) is blocks


@pytest.mark.parametrize(("channel", "audience"), list(itertools.product(Channel, Audience)))
def test_a_use_faces_a_customer_and_is_no_buyers_look(channel: Channel, audience: Audience):
    assert is_use(channel, audience) is (channel is not Channel.VIEWED and audience is Audience.EXTERNAL)
