"""One crawl by several workers, on one machine or many, through Redis or Valkey.

``server`` is the connection, ``frontier`` what is yet to be fetched and who fetches it, ``requests`` how a request
travels, ``scheduler`` Scrapy's side of both, ``pace`` how often a site is asked by all workers together. Nothing here
is imported by a run without ``NEWSCRAWL_REDIS_URL``.
"""
