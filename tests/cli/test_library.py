"""The library at the command line: what nobody looks after, with an error exit where something is wrong."""

from __future__ import annotations

from tests.cast import MARCO, RITA
from tests.cli.invoke import Shell


def test_what_is_to_mend_is_told_one_finding_each(shell: Shell):
    done = shell.json("library", "check")
    assert done.code == 1
    orphan = next(one for one in done.told["findings"] if one["code"] == "orphan-owner")
    assert (orphan["level"], orphan["path"], orphan["evidence"]) == ("error", "against-gridlark", "no owner")
    assert {"level", "code", "message", "mend", "path"} <= set(orphan)
    spoken = shell.run("library", "check")
    assert spoken.code == 1
    assert spoken.out.splitlines()[-1] == f"{len(done.told['findings'])} to mend."


def test_reps_are_not_asked_to_mend(shell: Shell):
    assert shell.json("--as", RITA.email, "library", "check").told["error"]["code"] == "forbidden"
    assert shell.json("--as", MARCO.email, "library", "check").code == 1
