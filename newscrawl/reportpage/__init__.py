"""The report as a page: what runs brought and what their articles are like, in one HTML file that needs no network.

`gather` reads segments and reports, `page` writes them down; `charts` draws, `diffs` compares, `markup` escapes.
"""
