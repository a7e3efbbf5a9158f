"""The second newspaper, in German: other markup, addresses that say nothing, dates in words, and data with faults.

``stories`` holds the content, ``templates`` the pages, ``feeds`` what machines read, ``press`` the addresses,
``expected`` the records that a perfect reader makes of it without having been told about the paper.
"""

from newscrawl.demo.german.stories import PUBLISHER, ZONE, GermanNewspaper, Story

__all__ = ["PUBLISHER", "ZONE", "GermanNewspaper", "Story"]
