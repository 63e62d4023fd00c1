# Every target sets itself up from nothing: a virtual environment from the lock file, then this project, editable.
#   make demo    deploy a real tuning job on this machine, offline        make test   what CI runs
#   make lint    style, types and the direction of imports                make bench  ratios, each against a floor of the same run

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all lint format bench lock clean

VENV   := .venv
CLIENTS := .venv-clients
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10; do \
             $$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
STAMP  := $(VENV)/.installed
BIN    := $(VENV)/bin
WORKERS ?= 2

# A stack is many short processes: without bytecode, to read Pulumi's packages takes most of the time of each.
export PYTHONDONTWRITEBYTECODE :=

help:
	@sed -n 's/^#   //p' Makefile

setup: $(STAMP)

# Make a virtual environment $(1) with what the lock file $(2) says; the hash check covers every package of it.
# It has pip in any case: Pulumi asks it for the packages of a program.
define environment
@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
@echo "Setting up $(1) (once; a minute or two)"
@if command -v uv >/dev/null 2>&1; then \
  test -x $(1)/bin/python || uv venv --quiet --seed --python "$$(command -v $(PYTHON))" $(1); \
  uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes -r $(2); \
else \
  $(PYTHON) -m venv $(1) && \
  $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2); \
fi
endef

# The project itself comes last and brings nothing along.
$(STAMP): requirements.lock pyproject.toml
	$(call environment,$(VENV),requirements.lock)
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; fi
	@touch $@

# The SageMaker SDKs that the tests run against the sandbox do not go together with Pulumi's packages.
$(CLIENTS)/.installed: tests/clients/requirements.lock
	$(call environment,$(CLIENTS),$<)
	@touch $@

demo: $(STAMP)
	@$(BIN)/python -m sagemaker_sandbox.demo

test: lint $(CLIENTS)/.installed
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

test-all: lint $(CLIENTS)/.installed
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(STAMP)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "ruff: ok"
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(STAMP)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

bench: $(STAMP)
	@$(BIN)/python -m bench

# The lock file holds for Python 3.10 to 3.13 on every platform; uv is needed only here.
lock:
	uv pip compile --quiet --universal --python-version 3.10 --no-emit-index-url --no-annotate --no-header \
	  --all-extras --group dev --generate-hashes pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.10 --no-emit-index-url --no-annotate --no-header \
	  --generate-hashes tests/clients/requirements.in -o tests/clients/requirements.lock

clean:
	rm -rf $(VENV) $(CLIENTS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .sandbox
