# Two commands: `make run` and `make test`. Everything else is beside them in `make help`.
.DEFAULT_GOAL := help
.PHONY: help setup run test check lint rooms engine night soak down clean

# The first Python of the machine that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for candidate in python3.11 python3.12 python3.13 python3; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$candidate && break; done)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif
BIN := .venv/bin
DATE ?= 2018-06-30
KILLS ?= 20

export PYTHONSAFEPATH := 1
# Without bytecode every start of Airflow costs two seconds more.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything into the checkout (.venv, .jars), locked
	@$(PYTHON) taian/setup.py

run: ## Set up, make the sample city, run the night, leave the pages open until Ctrl-C
	@$(PYTHON) taian/setup.py --ports
	@exec $(BIN)/taian demo --date $(DATE)

test: ## Set up, check the code, pass every test
	@$(PYTHON) taian/setup.py --tests
	@$(MAKE) --no-print-directory check

check: ## What CI runs: format, lint, types, import arrows, tests
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target night lint engine rooms

rooms: ## The tests of every room that need no engine
	@$(BIN)/pytest --ignore=tests/night -m "not spark"

engine: ## The tests of every room that share one Spark session
	@$(BIN)/pytest --ignore=tests/night -m spark

night: ## The tests of one night of the whole platform
	@$(BIN)/pytest tests/night

lint: ## The checks without the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

soak: ## Kill processes of running nights at random (KILLS=20) and compare the tables
	@$(PYTHON) taian/setup.py
	@$(BIN)/python tests/night/soak.py --kills $(KILLS)

down: ## Stop the platform
	@$(BIN)/taian down

clean: ## Stop the platform and remove what `make setup` installed (var/ with the data stays)
	@if [ -x $(BIN)/taian ]; then $(BIN)/taian down; fi
	@rm -rf .venv .jars
