# Everything one does with this project; `make` alone explains itself.
PYTHON ?= python3
PY := .venv/bin/python
UV_VERSION := 0.13.9
LOCK_OPTIONS := --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check bench simulate docs lock scheduler demo clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  PORT=5001 and DATABASE_URL=postgresql+psycopg://user@host/name go before or behind `make run`.\n'

setup: ## make .venv and the front-end files (nothing to do: no time)
	@$(PYTHON) tools/prepare.py run

dev:
	@$(PYTHON) tools/prepare.py dev

run: setup ## start everything with demo data: web server and scheduler; Ctrl-C stops both
	@$(PY) tools/run.py

test: dev ## everything: checks, then all tests (ARGS="-k lamp" chooses)
	@$(PY) tools/system_packages.py
	@$(MAKE) --no-print-directory check
	@$(PY) -m pytest -q -n 2 --dist worksteal $(ARGS)

check: dev ## style, types, import rules, and whether the drawn documents are fresh
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) -m flask lifecycle check
	$(PY) -m flask lifecycle draw --check

bench: dev ## measure on PostgreSQL against a bare page; results in docs/performance.md
	$(PY) -m bench $(ARGS)

simulate: dev ## a year with kills, outages and a standstill on PostgreSQL; figures in docs/reliability.md
	$(PY) -m simulate $(ARGS)

docs: setup ## draw docs/lifecycle.md anew from the tables
	$(PY) -m flask lifecycle draw

lock: setup ## pin anew what requirements*.in ask for
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(PY) -m uv pip compile $(LOCK_OPTIONS) requirements.in -o requirements.txt
	$(PY) -m uv pip compile $(LOCK_OPTIONS) requirements-chat.in -o requirements-chat.txt
	$(PY) -m uv pip compile $(LOCK_OPTIONS) requirements-dev.in -o requirements-dev.txt

scheduler: setup ## one more scheduler process; any number may run
	$(PY) -m flask scheduler

demo: setup ## fill an empty database with the demo district
	$(PY) -m flask db upgrade
	$(PY) -m flask demo load

clean: ## remove caches and results; keeps .venv and instance/
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results node_modules
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
