"""Two thousand hostile personalisations over all kinds: the suite plays two hundred, mostly of light kinds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from contentlib.rendering.printer import Printer, preload
from contentlib.sandbox.parent import Sandbox
from tests.integration.rendering import hostile
from tests.integration.rendering.conftest import BRAND, PERSONAL, TEMPLATES, request_for_sample

BATCH = 25
ROUNDS = int(os.environ.get("SOAK_PERSONALISATIONS", "2000")) // BATCH


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=preload(templates=TEMPLATES, brand=BRAND)) as opened:
        yield opened


# A batch that fails is long to print; what failed in it comes with the failure.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.skipif("SOAK_ROUNDS" not in os.environ, reason="the suite plays two hundred; make soak plays these")
def test_thousands_of_hostile_personalisations_end_well(sandbox, tmp_path):
    printer = Printer(templates=TEMPLATES, brand=BRAND, cache=tmp_path, sandbox=sandbox)
    kinds = (*PERSONAL, "outreach-email")
    ended = hostile.play(sandbox, printer, request_for_sample, kinds=kinds, rounds=ROUNDS, batch=BATCH)
    print(f"{ended.total()} personalisations: {dict(ended)}")
    assert min(ended["drawn"], ended["refused"]) > ended.total() // 10
