"""Write a saved page's ``expected.json`` as the project reads it today, for a person to correct.

    python -m tests.draft tests/fixtures/<spider>/<case> [--url URL] [--type article|listing|refused]

The folder holds ``page.html``. The draft counts as unreviewed, and its tests fail until someone has compared it with
the page and says so in ``meta.json``.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.scaffold.cases import TYPES, draft


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence when it could not."""
    parser = argparse.ArgumentParser(prog="python -m tests.draft", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="the page's address, where meta.json does not name it")
    parser.add_argument("--type", choices=TYPES, dest="kind")
    options = parser.parse_args(arguments)
    try:
        draft(options.folder.resolve(), options.url, options.kind, now=datetime.now(UTC))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    spider = options.folder.resolve().parent.name
    print(f"Wrote {options.folder / 'expected.json'}. Compare it with the page: scrapy review {spider}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
