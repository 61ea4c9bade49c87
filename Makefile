# Engraft. The two commands that matter: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
TEST_POSTGRES ?= postgres://postgres@127.0.0.1:5432/engraft_test
WORKERS ?= 2
DEBIAN := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core chromium-headless-shell gettext poppler-utils

# The tests start a hundred processes: compiled modules are kept, also where the environment says otherwise.
test-sqlite test-postgres: export PYTHONDONTWRITEBYTECODE =

.PHONY: run setup test test-sqlite test-postgres check bench drill shots demo lock format help

help:  ## show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

setup: .setup-done  ## virtual environment, locked packages, system libraries, Chromium for the tests

.setup-done: requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Engraft needs Python 3.11 to 3.13; set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@sh bin/system-packages $(DEBIAN)
	@touch .setup-done

run: setup  ## start in the browser, web and worker in this terminal; EMPTY=1 without the demonstration, PORT=8000
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py make_key --if-missing
	@$(BIN)/python manage.py compilemessages --verbosity 0 2>/dev/null || true
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(if $(EMPTY),true,$(BIN)/python manage.py demo --if-empty $(DEMO))
	@$(BIN)/python manage.py serve --port $(PORT)

test: setup test-sqlite test-postgres  ## the whole suite, on SQLite and on PostgreSQL

test-sqlite:
	@echo "== Tests on SQLite"
	DATABASE_URL= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 12

test-postgres:
	@echo "== Tests on PostgreSQL ($(TEST_POSTGRES))"
	DATABASE_URL=$(TEST_POSTGRES) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 12
	@echo "== Both ran: SQLite and PostgreSQL"

check: setup  ## lint, import contracts, types, migrations, deployment, size budget
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py check --fail-level WARNING
	ENGRAFT_PRODUCTION=1 ENGRAFT_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		ENGRAFT_URL=https://engraft.example ENGRAFT_HOSTS=engraft.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m benchmarks.size

bench: setup  ## pages against the bare page, PDF, redline, sealing: figures in one run, on both databases
	$(BIN)/python -m benchmarks.run

drill: setup  ## kill -9 under load, then look for what was lost
	$(BIN)/python -m benchmarks.drill

shots: setup  ## pictures of the main pages from a real journey, into shots/
	$(BIN)/python -m benchmarks.shots

demo: setup  ## fill an empty installation with the demonstration programme
	$(BIN)/python manage.py demo

format: setup  ## put the code into its form
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

lock:  ## compile the hash-pinned requirement files anew
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock
