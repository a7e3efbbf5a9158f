"""What pages say, shown on a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline, and what turns the direction of writing.
_MOVING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    r"""Return *text* without what would move a terminal's cursor, change its colours or turn its writing.

    >>> harmless("Up \x1b[2J and away")
    'Up �[2J and away'
    """
    return _MOVING.sub("\N{REPLACEMENT CHARACTER}", text)
