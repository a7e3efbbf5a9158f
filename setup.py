"""What scrapyd-deploy runs to make the egg; everything stands in pyproject.toml."""

from setuptools import setup

setup()
