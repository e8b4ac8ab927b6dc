"""Files made to hurt: each gets its plain refusal, or comes in with what to know of it, and leaves nothing behind."""

from __future__ import annotations

import io
import time

from contentlib.domain.people import OPERATOR
from tests.factories.hostile import HOSTILE
from tests.factories.shops import Shop

# A file that is not refused at the gate is read in a second or two; the limit is a minute, on a busy machine too.
PATIENCE = 30.0


def test_each_hostile_file_is_named_and_none_stops_the_rest(shop: Shop):
    wrong, answers = [], []
    for case in HOSTILE:
        began = time.monotonic()
        found = shop.library.add_upload(OPERATOR, file=io.BytesIO(case.data()), name=case.name)
        if time.monotonic() - began > PATIENCE:
            wrong.append((case.name, "took too long"))
        (answer,) = found
        answers.append(answer)
        said = answer.reason if case.status == "refused" else " ".join(f.code for f in answer.findings)
        if answer.status.value != case.status or case.told not in said:
            wrong.append((case.name, answer))
    assert not wrong
    # Names are shown without folders and turning signs, and not too long.
    assert all(len(answer.name) <= 200 for answer in answers)
    assert {answer.name for answer in answers} >= {"passwd.pdf", "עסקה fdp.exe.pdf"}
    data = shop.library.settings.data
    assert not [*data.rglob(".new-*"), *data.glob(".passing-*")]
