"""WARC files (ISO 28500): how they are read record by record, how their pages are read, and how a crawl writes one."""
