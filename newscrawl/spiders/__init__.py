"""One spider a file: a name and a `Site`."""
