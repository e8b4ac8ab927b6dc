"""Commands typed one after the other in one process of another kind of machine, which pays for its imports once.

`python typist.py` is that process: it takes the lines as a JSON list, and answers with each one's code and words.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Tests of the program go by words alone, whatever is installed beside it.
AS_TESTED = {"CONTENTLIB_SEMANTIC": "false"}


def type_commands(
    lines: Sequence[str], *, cwd: Path, environment: Mapping[str, str], python: str | Path = sys.executable
) -> list[tuple[int, str]]:
    """Type lines that begin with `contentlib`; gives the code that each ended with, and what it said on both streams.

    The environment is this process's without the settings of a library, and `environment` on top.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTLIB_")} | AS_TESTED
    done = subprocess.run(
        [python, __file__], cwd=cwd, env=kept | environment, input=json.dumps(lines),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [(code, said) for code, said in json.loads(done.stdout)]


def _main() -> None:
    from contentlib import __main__ as program
    from contentlib.library import Library
    from contentlib.rendering.printer import preload
    from contentlib.sandbox.parent import Sandbox

    told, given = [], program.settings.load()
    with Sandbox(preload=preload(templates=given.templates_folder / "documents", brand=given.brand_folder)) as sandbox:
        program.Library = functools.partial(Library, sandbox=sandbox)  # type: ignore[assignment, misc]
        for line in json.load(sys.stdin):
            sys.argv = shlex.split(line)
            said, code = io.StringIO(), 0
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                try:
                    program.main()
                except SystemExit as ended:
                    code = int(ended.code or 0)
            told.append([code, said.getvalue()])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _main()
