"""A project whose spiders need no network: the settings that the commands are tried with."""

from newscrawl.settings import *  # noqa: F403 (what a Scrapy settings module is made of)

SPIDER_MODULES = ["tests.commands.spiders"]
DOWNLOADER_MIDDLEWARES = {}
EXTENSIONS = {"newscrawl.extensions.report.RunReport": 500}
