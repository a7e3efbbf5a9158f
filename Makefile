# Python 3.11 or later and make are all it needs: every target sets up what it uses in .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SPIDER ?= demo
PORT   ?= 8971

.PHONY: crawl test check format lint types bench clean
.DEFAULT_GOAL := crawl

$(VENV)/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/browser.stamp: tests/browser.py $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browser
	@touch $@

crawl: $(VENV)/run.stamp  ## the main job: the bundled newspaper, or SPIDER=csmonitor ARGS="-a max_articles=5"
ifeq ($(SPIDER),demo)
	@$(BIN)/python -m newscrawl.demo --port $(PORT) -- $(BIN)/scrapy crawl demo -a url={url} $(ARGS)
else
	@$(BIN)/scrapy crawl $(SPIDER) $(ARGS)
endif

test: $(VENV)/browser.stamp  ## all tests
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: format lint types test  ## the whole check, the same at the desk and in CI

format: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp  ## what can be measured without other people's pages
	@$(BIN)/python -m benchmarks.crash --kills 20

clean:
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
