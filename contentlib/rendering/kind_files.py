"""The files of a kind of document, read and filled; whoever made them is told which cannot be used, where and why."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateNotFound, TemplateSyntaxError

from contentlib.domain.errors import ContentlibError, DocumentRefusedError
from contentlib.domain.findings import Finding, Level

CODE = "template"
_MEND = "Whoever looks after the templates can mend it; “contentlib documents lint” tries them all."
_NO_TEXT = "it is not text in UTF-8"
_PLACE = re.compile(r" at (\d+):\d+")


def read(folder: Path, name: str) -> str:
    """Give the text of one file, “case-study/print.css”; DocumentRefusedError where it cannot be had."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _refuse(name, "it is not there") from None
    except OSError:
        raise _refuse(name, "it cannot be read") from None
    except UnicodeDecodeError:
        raise _refuse(name, _NO_TEXT) from None


def compile_template(jinja: Environment, name: str) -> Template:
    """Give a template ready to be filled; DocumentRefusedError with the line where it cannot be read."""
    try:
        return jinja.get_template(name)
    except (TemplateNotFound, TemplateSyntaxError, UnicodeDecodeError) as fault:
        raise _unreadable(name, fault) from None


def fill(jinja: Environment, name: str, context: Mapping[str, Any]) -> str:
    """Fill a template; DocumentRefusedError with the line that asks for what there is not."""
    template = compile_template(jinja, name)
    try:
        return template.render(context)
    except (ContentlibError, MemoryError, RecursionError):
        raise
    except (TemplateNotFound, TemplateSyntaxError) as fault:  # of another that it takes parts from
        raise _unreadable(name, fault) from None
    # What a template does wrong may end in any of Python's errors; all of them are its maker's to mend.
    except Exception as fault:
        frames = [each for each in traceback.extract_tb(fault.__traceback__) if each.filename.endswith(".html")]
        where = "/".join(Path(frames[-1].filename).parts[-2:]) if frames else name
        why = str(fault) or type(fault).__name__
        raise _refuse(where, why, frames[-1].lineno if frames else None) from None


def _unreadable(name: str, fault: TemplateNotFound | TemplateSyntaxError | UnicodeDecodeError) -> DocumentRefusedError:
    match fault:
        case TemplateNotFound():
            return _refuse(str(fault.name or name), "it is not there")
        case TemplateSyntaxError():
            return _refuse(fault.name or name, fault.message or "it cannot be read", fault.lineno)
    return _refuse(name, _NO_TEXT)


def describe_styles(name: str, words: Iterable[str]) -> list[Finding]:
    """Say what of a style sheet the engine left out, by what it said when it read it."""
    found = []
    for said in words:
        at = _PLACE.search(said)
        message = f"A style is left out: {_PLACE.sub('', said).rstrip('.')}."
        found.append(
            Finding(level=Level.WARNING, code=CODE, message=message, path=name, line=int(at[1]) if at else None,
                    mend="Write it as CSS for print has it, or take it out.")
        )  # fmt: skip
    return found


def _refuse(name: str, why: str, line: int | None = None) -> DocumentRefusedError:
    at = f", line {line}" if line else ""
    message = f"The template {name} cannot be used{at}: {why.rstrip('.')}."
    finding = Finding(level=Level.ERROR, code=CODE, message=message, path=name, line=line, mend=_MEND)
    return DocumentRefusedError(message, findings=(finding,))
