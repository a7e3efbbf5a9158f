"""What holds for every test: each line that it writes is valid."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl import segments
from tests.watched.sitecustomize import FOLDER, notes, watch


@pytest.fixture(scope="session", autouse=True)
def wrong_lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Watch what segments get, here and in every process that a test starts; the folder where notes are left."""
    folder = tmp_path_factory.mktemp("wrong_lines")
    paths = [str(Path(__file__).parent / "watched"), *filter(None, [os.environ.get("PYTHONPATH")])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(folder))
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        patch.setattr(segments.SegmentWriter, "append", segments.SegmentWriter.append)
        watch(segments)
        yield folder


@pytest.fixture(autouse=True)
def _lines_are_valid(wrong_lines: Path) -> Iterator[None]:
    yield
    assert notes(wrong_lines) == []
