"""A draft saves typing, and never passes for a reviewed expectation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cases import FIXTURES, Case
from tests.draft import main
from tests.test_saved_pages import test_a_person_has_reviewed_it as check_review


def _saved(tmp_path: Path, case: str) -> tuple[Path, str]:
    """Copy the page of *case* into a folder of its own, without what is known about it; return that and its address."""
    folder = tmp_path / "csmonitor" / "new"
    folder.mkdir(parents=True)
    shutil.copy(FIXTURES / "csmonitor" / case / "page.html", folder)
    return folder, Case(FIXTURES / "csmonitor" / case).meta["url"]


@pytest.mark.parametrize(
    ("case", "kind"),
    [("2013-ui-author", "article"), ("listing-2012-older-blog-page", "listing"), ("refused-login", "refused")],
)
def test_the_draft_is_what_is_read_and_counts_as_unreviewed(tmp_path: Path, case: str, kind: str) -> None:
    folder, url = _saved(tmp_path, case)
    assert main([str(folder), "--url", url, "--type", kind]) == 0
    drafted, reviewed = Case(folder), Case(FIXTURES / "csmonitor" / case)
    assert drafted.meta["type"] == kind
    for name in ("headline", "authors", "body", "older", "refusal"):
        assert drafted.expected.get(name) == reviewed.expected.get(name)
    with pytest.raises(AssertionError, match="written by a program: compare"):
        check_review(drafted)


def test_what_is_known_is_kept_and_reviewed_again(tmp_path: Path) -> None:
    folder, url = _saved(tmp_path, "2013-ui-author")
    meta = {"about": "a case", "url": url, "now": "2013-01-25T00:00:00+00:00", "type": "article", "reviewed": True}
    (folder / "meta.json").write_text(json.dumps(meta))
    assert main([str(folder)]) == 0
    assert Case(folder).meta == meta | {"reviewed": False}


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "has no page.html: save the page there first" in capsys.readouterr().err
    folder, _ = _saved(tmp_path, "2013-ui-author")
    assert main([str(folder)]) == 2
    assert "names no url: give the page's address with --url" in capsys.readouterr().err
    assert not (folder / "meta.json").exists()
