# `make run` and `make test` set up everything they need on a machine with Python 3.11+ and make.
# uv is used where it is there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
UV := $(shell command -v uv 2>/dev/null)

.PHONY: run test check bench picture schema lock clean

run: $(READY)
	@$(BIN)/condock $(FOLDER)

test: $(READY)
	$(BIN)/pytest --ignore=tests/engine --numprocesses=auto
	$(BIN)/pytest tests/engine

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What condock costs, as ratios to floors measured in the same run.
bench: $(READY)
	$(BIN)/python -m tests.bench

picture: $(READY)
	$(BIN)/python -m tests.looks.picture

schema: $(READY)
	$(BIN)/python -m tui.core.plan_schema > assets/condock.schema.json

# The locked development environment; made anew when the lock or the package's own settings change.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "condock needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12" >&2; exit 2; }
	@echo "Setting up $(VENV) ..."
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	@$(UV) pip sync --quiet --python $(BIN)/python requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	@touch $(READY)

# Needs uv: resolves for every platform and Python at once.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev --all-extras \
		--custom-compile-command "make lock" --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
