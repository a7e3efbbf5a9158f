"""What a test leaves where notes are is what fails it: a note of each wrong line, of whichever process."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from newscrawl.segments import Sink, line_of
from newscrawl.store import open_store
from tests.pipelines.tiny import article
from tests.watched.sitecustomize import notes

ROOT = Path(__file__).parent.parent


def write(folder: Path, number: int) -> None:
    with closing(open_store(f"sqlite:///{folder}/known.db")) as store:
        sink = Sink(folder / "articles", store, "stem")
        sink.write([line_of(article(number, fetched_at="yesterday")), line_of(article(number + 1))])
        sink.finish()


def test_a_wrong_line_of_this_process_is_noted(wrong_lines: Path, tmp_path: Path) -> None:
    write(tmp_path, 1)
    (note,) = notes(wrong_lines)
    assert note.startswith('a line that the schema does not allow: "yesterday" does not match')


def test_a_wrong_line_of_another_process_is_noted(wrong_lines: Path, tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from tests.test_watched import write; write(Path(sys.argv[1]), 1)"
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True)
    (note,) = notes(wrong_lines)
    assert "does not match" in note
