# Byline's commands. `make` alone lists them.
#
# Everything is installed from the locks into .venv and node_modules, once for each change of a lock: the stamps below
# say what is there. PORT= and DATA= and the other settings of config.py may stand on the command line.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
VENDOR := inbox/static/vendor
CATALOGUES := $(wildcard inbox/locale/*/LC_MESSAGES/*.po)
PIP := $(PY) -m pip --disable-pip-version-check install --require-hashes --no-deps
# npm comes with a Python package; what it installs comes from package-lock.json alone.
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm
WORKERS ?= 2

# What the browser gets of other people's work: these files and no others.
VENDORED := \
	node_modules/htmx.org/dist/htmx.min.js \
	node_modules/socket.io-client/dist/socket.io.esm.min.js \
	node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 \
	node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2

.PHONY: help run setup setup-dev browser test test-peers check bench screens lock
.DELETE_ON_ERROR:

help:
	@echo "make run                 start Byline with a demo organisation (PORT=, DATA=)"
	@echo "make test                all tests, browser tests included"
	@echo "make test-peers          tests against bigger real servers"
	@echo "make check               format, lint, types, import contracts, catalogues, migrations"
	@echo "make bench NAME SIZE=n   one measurement; the last line is JSON"
	@echo "make screens             screenshots of the pages into shots/"
	@echo "make lock                write the locks anew after a change of requirements*.in or package.json"

# ── set-up ──────────────────────────────────────────────────────────────────────────────────────────────────────────
setup: $(STAMPS)/runtime $(STAMPS)/vendor $(STAMPS)/catalogues

setup-dev: setup $(STAMPS)/dev

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Byline needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@echo "── making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock | $(STAMPS)/venv
	@echo "── installing what Byline runs on"
	@$(PIP) -r requirements.lock
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@echo "── installing what the tests and checks need"
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(STAMPS)/node: package-lock.json .npmrc $(STAMPS)/runtime
	@echo "── installing the browser's parts"
	@$(NPM) ci --no-progress --loglevel=error
	@touch $@

$(STAMPS)/vendor: $(STAMPS)/node Makefile
	@mkdir -p $(VENDOR)
	@cp $(VENDORED) $(VENDOR)/
	@touch $@

$(STAMPS)/catalogues: $(CATALOGUES) $(STAMPS)/runtime
	@for po in $(CATALOGUES); do \
		language=$${po#inbox/locale/}; \
		$(PY) -m babel.messages.frontend -q compile -l $${language%%/*} -i $$po -o $${po%.po}.mo || exit 1; \
	done
	@touch $@

browser: setup-dev
	@$(PY) -m tests.chromium

# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────
run: setup
	@exec $(PY) -m inbox.embedded.tied inbox serve

test: setup-dev browser
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup -m "not peers" $(ARGS)

test-peers: setup-dev
	$(PY) -m pytest -m peers tests/peers $(ARGS)

check: setup-dev
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PY) -m tests.checks.catalogues
	$(PY) -m tests.checks.migrations

# The words behind `bench` are the measurement's name, not targets.
ifeq (bench,$(firstword $(MAKECMDGOALS)))
NAME := $(wordlist 2,99,$(MAKECMDGOALS))
.PHONY: $(NAME)
$(NAME):
	@:
endif
bench: setup-dev
	@$(PY) -m tests.bench $(NAME) $(if $(SIZE),--size $(SIZE))

screens: browser
	@$(PY) -m tests.screens

LOCK := $(VENV)/bin/pip-compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe
lock: setup-dev
	$(LOCK) -o requirements.lock requirements.in
	$(LOCK) -o requirements-dev.lock requirements-dev.in
	$(LOCK) -o requirements-scaled.lock requirements-scaled.in
	$(NPM) install --package-lock-only
