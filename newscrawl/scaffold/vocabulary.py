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
# "bookmark*", r"redaktion\w*" and "*erklarung", r"\w*agentur" stand for what begins and ends so.
_BEGINNING = re.compile(r"([^\W\d_]{4,})(?:\\w)?\*")
_END = re.compile(r"(?:\\w|\s)\*([^\W\d_]{4,})")
_STEM, _INFLECTION = 5, 4
"""Letters of what a pattern can name of a word, and of what may follow it."""


@cache
def vocabulary() -> frozenset[str]:
    """Return the words in the reading's own tables and patterns, folded.

    They are taken from there, not listed again: whatever the reading learns is known here.

    >>> {"korrektur", "subscribe", "oktober", "correspondents", "impressum"} <= vocabulary()
    True
    """
    return frozenset(fold(word) for text in _texts() for word in _LETTERS.findall(_ESCAPE.sub(" ", text)))


@cache
def _beginnings() -> tuple[str, ...]:
    return tuple({fold(stem) for text in _texts() for stem in _BEGINNING.findall(text)})


@cache
def _ends() -> tuple[str, ...]:
    return tuple({fold(stem) for text in _texts() for stem in _END.findall(text)})


@cache
def _texts() -> tuple[str, ...]:
    package = resources.files("newscrawl")
    sources = (package.joinpath(f"{name.replace('.', '/')}.py").read_text("utf-8") for name in _MODULES)
    return tuple(text for source in sources for text in _literals(source))


def _literals(source: str) -> Iterator[str]:
    """Yield the texts in a module, its docstrings left out."""
    tree = ast.parse(source)
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield node.value


@cache
def is_known(word: str) -> bool:
    """Say whether the reading may know *word*: as it is, with other endings, or by a beginning or end it looks for.

    >>> is_known("Redakteurinnen"), is_known("Nachrichtenagentur"), is_known("Wetterballon")
    (True, True, False)
    """
    folded = fold(word)
    known = vocabulary()
    if folded in known or folded.startswith(_beginnings()) or folded.endswith(_ends()):
        return True
    return any(folded[:at] in known for at in range(max(_STEM, len(folded) - _INFLECTION), len(folded)))
