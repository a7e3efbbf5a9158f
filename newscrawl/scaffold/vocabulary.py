"""The words that the reading of a page knows: those of the interface, of dates, bylines and file names, no story's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from newscrawl.link_words import fold

_MODULES = """
    bylines dates link_model link_places link_words links processors texts urls extract.body_features extract.body_rules
    extract.body_words extract.jsonld extract.markup extract.meta extract.names extract.pictures extract.refusal
    extract.robots extract.text
""".split()
_ESCAPE = re.compile(r"\\[a-zA-Z]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# The reading knows many words by how they begin or end; what is shorter says nothing.
_BEGINNING, _END = 5, 6


@cache
def vocabulary() -> frozenset[str]:
    """Return the words in the reading's own tables and patterns, folded.

    They are taken from there, not listed again: whatever the reading learns is known here.

    >>> {"korrektur", "subscribe", "oktober", "correspondents", "impressum"} <= vocabulary()
    True
    """
    return frozenset(fold(word) for text in _texts() for word in _LETTERS.findall(_ESCAPE.sub(" ", text)))


def _texts() -> Iterator[str]:
    package = resources.files("newscrawl")
    for name in _MODULES:
        source = package.joinpath(f"{name.replace('.', '/')}.py").read_text("utf-8")
        tree = ast.parse(source)
        prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
                yield node.value


@cache
def is_known(word: str) -> bool:
    """Say whether the reading may know *word*: the word itself, its beginning or its end.

    >>> is_known("Redakteurinnen"), is_known("Nachrichtenagentur"), is_known("waterworks")
    (True, True, False)
    """
    folded = fold(word)
    known = vocabulary()
    beginnings = (folded[:at] for at in range(_BEGINNING, len(folded)))
    ends = (folded[at:] for at in range(1, len(folded) - _END + 1))
    return folded in known or any(part in known for part in (*beginnings, *ends))
