"""Every line that a segment gets is held against the JSON Schema, in the tests and in the processes they start.

Python imports a module of this name at its start where PYTHONPATH names its folder, which `tests.conftest` sees to;
what is wrong with a line is left in the folder that ``WATCHED_LINES`` names, and fails the test.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from time import time_ns
from types import ModuleType
from typing import Any

FOLDER = "WATCHED_LINES"
_SCHEMA = Path(__file__).resolve().parents[2] / "schema/article.schema.json"


@cache
def _validator() -> Any:
    import jsonschema_rs

    from newscrawl.schema import closed

    return jsonschema_rs.validator_for(closed(json.loads(_SCHEMA.read_text("utf-8"))))


def check(lines: Sequence[bytes]) -> None:
    """Leave a note of each of *lines* that is no article of the schema."""
    for line in lines:
        try:
            _validator().validate(json.loads(line))
        except ValueError as error:
            note = f"a line that the schema does not allow: {error}\n{line.decode('utf-8', 'replace')}"
            Path(os.environ[FOLDER], f"{os.getpid()}-{time_ns()}").write_text(note, encoding="utf-8")


def notes(folder: Path) -> list[str]:
    """Return the notes in *folder*, and take them away."""
    paths = sorted(folder.iterdir())
    found = [path.read_text("utf-8") for path in paths]
    for path in paths:
        path.unlink()
    return found


def watch(segments: ModuleType) -> None:
    """Have the module `newscrawl.segments` check what it writes."""
    append = segments.SegmentWriter.append

    def checked(writer: Any, lines: Sequence[bytes]) -> Any:
        check(lines)
        return append(writer, lines)

    setattr(segments.SegmentWriter, "append", checked)  # noqa: B010 (a type checker refuses the plain assignment)


class _Finder(MetaPathFinder):
    """Waits until `newscrawl.segments` is imported, which most processes never do."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name != "newscrawl.segments":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def execute_and_watch(module: ModuleType) -> None:
                execute(module)
                # All modules of an egg have one loader.
                if module.__name__ == name:
                    watch(module)

            setattr(spec.loader, "exec_module", execute_and_watch)  # noqa: B010 (likewise)
        return spec


if __name__ == "sitecustomize" and FOLDER in os.environ:
    sys.meta_path.insert(0, _Finder())
