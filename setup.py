"""The Scrapyd egg: what pyproject.toml cannot say is the entry point that scrapyd-deploy reads settings from."""

from setuptools import setup

setup(entry_points={"scrapy": ["settings = newscrawl.settings"]})
