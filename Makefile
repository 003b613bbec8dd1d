# Two commands are enough: `make run` serves the site, `make test` proves it. `make help` has the rest.

PYTHON ?= python3
PORT ?= 8000
CHROMIUM ?= chromium-headless-shell

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
BIOME := node_modules/.bin/biome
SUDO := $(if $(shell command -v sudo),sudo)
APT := $(SUDO) apt-get -qq -o=Dpkg::Use-Pty=0
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

# Compiled modules are kept even where the environment says otherwise: it halves the start of each run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-app test-quick test-fast lint types check format bench bench-search screenshots accessibility guide-pictures docs messages browser servers semantic clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: $(VENV)/runtime ## Serve the site with its real content on http://127.0.0.1:8000 (PORT=8001: elsewhere)
	@$(PY) tools/preflight.py --port $(PORT)
	@$(MANAGE) site_prepare
	@$(MANAGE) runserver --skip-checks 127.0.0.1:$(PORT)

test: check browser servers ## Run everything: linters, types and all tests, in a browser too
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

test-app: $(VENV)/development ## Run the tests of one app: make test-app APP=press
	@$(PY) -m pytest -q tests/$(APP)

test-quick: $(VENV)/development ## Run what is quick: architecture, translations, documents, units (two minutes)
	@$(PY) -m pytest -q -m "(unit or architecture) and not loaded"

test-fast: $(VENV)/development ## Run all tests but those in a browser
	@$(PY) -m pytest -m "not browser"

check: lint types ## Run linters and types

lint: $(VENV)/development $(BIOME) ## Check the style of code, templates, scripts and styles
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint templates --lint --quiet
	@$(BIOME) lint --error-on-warnings --log-level=error

types: $(VENV)/development ## Check types
	@$(PY) -m mypy .

format: $(VENV)/development ## Put the code in its usual form
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(VENV)/development ## Measure pages per second and, in short, the search, into docs/benchmarks/
	@$(PY) -m benchmarks

bench-search: servers ## Measure the search at 1,000 to 100,000 cases, on both engines and beside others (40 minutes)
	@$(PY) -m benchmarks.search

screenshots: $(VENV)/development browser ## Take pictures of every page type in both languages, into var/screenshots/
	@$(PY) -m tools.screenshots

accessibility: browser ## Check one page of each kind and write the results that the site publishes (10 minutes)
	@mkdir -p var && rm -f var/accessibility.jsonl
	@ACCESSIBILITY_RECORD=$(CURDIR)/var/accessibility.jsonl $(PY) -m pytest -q tests/browser/test_every_page.py \
	  tests/browser/test_plain_japanese.py
	@$(PY) -m tools.accessibility var/accessibility.jsonl

guide-pictures: $(VENV)/development browser ## Take the pictures of the guides anew, in both languages, into docs/images/guides/
	@$(PY) -m tools.guides

semantic: $(VENV)/runtime ## Install the optional search by meaning (about 110 MB), and rebuild the search index with it
	@$(PIP) -r requirements-semantic.txt
	@$(MANAGE) site_prepare
	@$(MANAGE) search_rebuild

docs: $(VENV)/development ## Write the references that are made from the code
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) sheets_reference > docs/reference/sheets.md
	@$(MANAGE) case_template_reference > docs/reference/case-template.md
	@$(MANAGE) permissions_document

messages: $(VENV)/development ## Add new texts of the interface to locale/ for translation
	@command -v xgettext >/dev/null || { $(APT) update && $(APT) install -y gettext; }
	@$(MANAGE) messages_collect
	@$(MANAGE) messages_compile

clean: ## Remove the virtual environment and caches; var/ with database and uploads stays
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis var/tests var/elasticsearch-*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The two installs. Their files say when: a changed list of requirements installs again.
$(VENV)/runtime: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) tools/preflight.py --free 1500 $(if $(filter run,$(MAKECMDGOALS)),--port $(PORT))
	@echo "Installing what the site runs on into $(VENV) (once, about 500 MB) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.txt || { echo "The packages could not be installed: see the line above."; exit 1; }
	@touch $@

$(VENV)/development: requirements-dev.txt requirements-semantic.txt $(VENV)/runtime
	@echo "Installing what tests need into $(VENV) (once) ..."
	@$(PIP) -r requirements-dev.txt || { echo "The packages could not be installed: see the line above."; exit 1; }
	@$(PIP) -r requirements-semantic.txt || echo "Search by meaning could not be installed here: its tests will be skipped."
	@touch $@

$(BIOME): package.json
	@command -v npm >/dev/null || { command -v apt-get >/dev/null && $(APT) update && $(APT) install -y --no-install-recommends npm; } \
	  || { echo "Linting scripts and styles needs Node with npm: please install it."; exit 1; }
	@npm install --silent --no-fund --no-audit --no-package-lock
	@touch $@

# Browser tests drive the system's own Chromium, with a font that has Japanese: the shell without
# windows, which computes half, or whatever CHROMIUM=chromium names.
browser: $(VENV)/development
	@if command -v $(CHROMIUM) >/dev/null && fc-list :lang=ja | grep -q . ; then exit 0 ; fi ; \
	if ! command -v apt-get >/dev/null ; then \
	  echo "Browser tests need Chromium and a Japanese font: please install both." ; exit 0 ; fi ; \
	echo "Installing Chromium and Japanese fonts ..." ; \
	$(APT) update && $(APT) install -y --no-install-recommends $(CHROMIUM) fontconfig fonts-noto-cjk

# Tests start servers of their own: Elasticsearch, which is Java and comes by Maven, PostgreSQL, Redis and nginx.
# Another one collects the texts of the interface with gettext's tools.
servers: $(VENV)/development
	@if command -v javac >/dev/null && command -v mvn >/dev/null && command -v msguniq >/dev/null \
	  && command -v redis-server >/dev/null && command -v nginx >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ; then exit 0 ; fi ; \
	if ! command -v apt-get >/dev/null ; then \
	  echo "Tests need a JDK 17 or newer, Maven, PostgreSQL, Redis, nginx and gettext: please install them." ; exit 0 ; fi ; \
	echo "Installing Java, Maven, PostgreSQL, Redis, nginx and gettext ..." ; \
	$(APT) update && $(APT) install -y --no-install-recommends \
	  $$(command -v javac >/dev/null || echo openjdk-17-jdk-headless) \
	  $$(command -v mvn >/dev/null || echo maven) postgresql gettext redis-server nginx-light
