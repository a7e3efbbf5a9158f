"""newscrawl: news sites to clean, deduplicated JSON lines, on Scrapy."""

__version__ = "0.1.0"
