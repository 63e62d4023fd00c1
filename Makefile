# Every target sets itself up from nothing: a virtual environment from the lock file, then this project, editable.
#   make demo    deploy a real tuning job on this machine, offline        make test   what CI runs
#   make lint    style, types and the direction of imports                make bench  ratios, each against a floor of the same run

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all lint format bench lock clean

VENV   := .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10; do \
             $$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
STAMP  := $(VENV)/.installed
BIN    := $(VENV)/bin
WORKERS ?= 2

help:
	@sed -n 's/^#   //p' Makefile

setup: $(STAMP)

# The venv has pip in any case: Pulumi asks it for the packages of a program. The hash check covers every package of the lock file; the project itself comes last and brings nothing along.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two)"
	@if command -v uv >/dev/null 2>&1; then \
	  test -x $(BIN)/python || uv venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV); \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; \
	fi
	@touch $@

demo: $(STAMP)
	@$(BIN)/python -m sagemaker_sandbox.demo

test: lint
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

test-all: lint
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(STAMP)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "ruff: ok"
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-timings 2>&1 | tail -n 3

format: $(STAMP)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

bench: $(STAMP)
	@$(BIN)/python -m bench

# The lock file holds for Python 3.10 to 3.13 on every platform; uv is needed only here.
lock:
	uv pip compile --quiet --universal --python-version 3.10 --no-emit-index-url --no-annotate --no-header \
	  --all-extras --group dev --generate-hashes pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .sandbox
