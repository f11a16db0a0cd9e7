# The two commands are `make demo` and `make test`; `make check` and `make test` are what CI runs.
# Everything happens in .venv and var/ of this directory. PYTHON=… chooses the Python to build on.

PY = .venv/bin/python
WORKERS = 2
PYTEST = $(PY) -m pytest
# Settings like those of a production machine: `check --deploy` must have nothing to say about them.
PRODUCTION = env DATABASE_URL=postgres://portal@127.0.0.1:1/portal REDIS_URL=redis://127.0.0.1:1/0 \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	FIELD_KEYS=b25seS1mb3ItbWFrZS1jaGVjay0wMTIzNDU2Nzg5YWI= \
	ALLOWED_HOSTS=portal.example PUBLIC_URL=https://portal.example DEBUG= DEMO= PLAIN_HTTP=

# Each check is one target; add its name here.
CHECKS = check-style check-format check-rooms check-types check-deploy check-migrations check-docs check-api

.PHONY: demo test test-broker check $(CHECKS) bench faults lock clean environment help
.NOTPARALLEL:

help:
	@echo "make demo         the portal with demo data, until Ctrl-C"
	@echo "make test         every test, the browser ones included"
	@echo "make check        style, rooms, types, settings, migrations, generated documents"
	@echo "make test-broker  the tests that need a RabbitMQ of yours (RABBITMQ_URL)"
	@echo "make bench        medians among many matters and many applications, each beside its floor (SCALE=city: 1,000,000; ARGS=--keep: measure again, --report FILE)"
	@echo "make faults       sixteen blows on a hall with 1,000 bundle applications in flight, 10,000 races (STORM=…, RACES=…, REPORT=file)"
	@echo "make lock         write constraints.txt after a change of requirements"
	@echo "make clean        delete .venv and var/"

environment:
	@sh scripts/bootstrap

demo: environment
	@exec $(PY) manage.py demo $(ARGS)

test: environment
	@sh scripts/test -n $(WORKERS) $(ARGS)

test-broker: environment
	@test -n "$$RABBITMQ_URL" || { echo "Set RABBITMQ_URL to a RabbitMQ server, a virtual host just for this, e.g. amqp://guest:guest@localhost/test"; exit 1; }
	@$(PYTEST) tests/broker $(ARGS)

check: environment
	@$(MAKE) --no-print-directory $(CHECKS)

check-style:
	$(PY) -m ruff check .

check-format:
	$(PY) -m ruff format --check .

check-rooms:
	@$(PY) -c "import sys; from importlinter.cli import lint_imports_command; sys.path.insert(0, '.'); lint_imports_command()"

check-types:
	@$(PRODUCTION) $(PY) -m mypy

check-deploy:
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

check-migrations:
	$(PY) manage.py makemigrations --check --dry-run

check-docs:
	@$(PRODUCTION) $(PY) manage.py state_diagram --check
	@$(PRODUCTION) $(PY) manage.py clocks_reference --check
	@$(PRODUCTION) $(PY) manage.py catalogue_sheets --check
	@$(PRODUCTION) $(PY) manage.py checks_reference --check

check-api:
	@$(PRODUCTION) $(PY) manage.py api_schema --check

# Seven minutes and 5 GB under var/bench, with SCALE=city twenty and 30 GB; fails where a limit is broken.
bench: environment
	@$(PY) -m portal.bench $(ARGS)

# What CI runs with less in flight, at full size (half an hour); REPORT=docs/reference/faults.md keeps the tables.
faults: export STORM ?= 1000
faults: export SILENCE ?= 60
faults: export RACES ?= 10000
faults: export REPORT ?=
faults: environment
	@if [ -n "$$REPORT" ]; then $(PY) -m tests.faults.report; fi
	@$(PYTEST) -s -q tests/faults tests/integration/test_back_office_races.py::test_many_races_of_the_last_two_steps $(ARGS)

lock: environment
	@sh scripts/lock $(ARGS)

clean:
	@if [ -x $(PY) ]; then $(PY) -m portal.engines forget; fi
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
