"""Where in a checkout of the project a site's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg


class NoCheckoutError(Exception):
    """The command needs the project's files; the message says what to do."""


@dataclass(frozen=True)
class Project:
    """A checkout."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """Return the checkout around the working directory.

        Raises:
            NoCheckoutError: there is none.
        """
        found = closest_scrapy_cfg()
        project = cls(Path(found).parent if found else Path.cwd())
        if not project.spiders.is_dir():
            raise NoCheckoutError("run it in a checkout of the project: a site's files are written beside its code")
        return project

    @property
    def spiders(self) -> Path:
        """The folder of the declarations."""
        return self.root / "newscrawl" / "spiders"

    @property
    def fixtures(self) -> Path:
        """The folder of the saved pages."""
        return self.root / "tests" / "fixtures"

    def shown(self, path: Path) -> str:
        """Return *path* as a person in the checkout types it."""
        return str(path.relative_to(self.root))
