"""Miniature newspapers on a loopback address: invented stories, real markup, real traps, and the truth about them.

``stories`` holds the content, ``era2010``, ``era2014`` and ``era2020`` the templates, ``press`` the addresses,
``server`` the HTTP, ``expected`` the records that a perfect reader makes of it. ``german`` is a second newspaper of
another make; ``papers`` tells the two apart.
"""

from newscrawl.demo.german.stories import GermanNewspaper
from newscrawl.demo.papers import truth
from newscrawl.demo.server import serve
from newscrawl.demo.stories import Newspaper

__all__ = ["GermanNewspaper", "Newspaper", "serve", "truth"]
