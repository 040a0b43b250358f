# `make run` and `make test` set up everything they need on a machine with Python 3.11+ and make.
# uv is fetched where it is not there, and pip does it all where it cannot be.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
UV := $(shell command -v uv 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The uv of the lock, by its hashes. It does not read pip's settings: its index, and the machine's own certificates.
FETCH_UV = sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock >$(VENV)/uv.txt && $(PIP) install --quiet --requirement $(VENV)/uv.txt
PIPS_INDEX = $$($(PIP) config get global.index-url 2>/dev/null || echo https://pypi.org/simple)
FETCHED_UV = UV_SYSTEM_CERTS=1 UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$(PIPS_INDEX)}}" $(BIN)/uv pip
PACKAGES = $(shell grep -c '^[a-z].*==' requirements-dev.lock)
# More than there are cores: tests wait for what they have started.
WORKERS = $(shell $(BIN)/python -c 'import os; print(2 * (os.cpu_count() or 1))')
# What pip says, in a line for every ten packages; its exit code is that of what it ended with.
TELL = /^(Collecting|Processing) / && ++n % 10 == 0 { print "    " n " of them are here"; fflush() } \
	/^Installing collected/ { print "    all are here, and are put in place"; fflush() } \
	/^exit [0-9]+$$/ { code = $$2 } END { exit code }

# Some hundred processes that the tests start would each compile everything where this is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check monkey bench pictures schema lock clean

run: $(READY)
	@$(BIN)/condock $(FOLDER)

test: $(READY)
	$(BIN)/pytest --ignore=tests/engine --numprocesses=$(WORKERS) --dist=worksteal
	$(BIN)/pytest tests/engine --numprocesses=3 --dist=loadfile --no-loadscope-reorder

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ten thousand actions by each of some seeds, as the tests do a thousand: make monkey SEEDS="1 2 3"
SEEDS ?= 1 2 3
monkey: $(READY)
	CONDOCK_MONKEY_SEEDS="$(SEEDS)" CONDOCK_MONKEY_ACTIONS=10000 $(BIN)/pytest -q tests/flows/test_monkey.py

# What condock costs, as ratios to floors measured in the same run.
bench: $(READY)
	$(BIN)/python -m tests.bench

pictures: $(READY)
	$(BIN)/python -m tests.looks.pictures

schema: $(READY)
	$(BIN)/python -m tui.core.plan_schema > assets/condock.schema.json

# The locked development environment; made anew when the lock or the package's own settings change.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "condock needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12" >&2; exit 2; }
	@echo "Setting up condock in $(VENV), once."
	@echo "1/3 a Python environment of its own ..."
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	@echo "2/3 its $(PACKAGES) packages, with uv ..."
	@$(UV) pip sync --quiet --python $(BIN)/python requirements-dev.lock
	@echo "3/3 condock itself ..."
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	@$(PYTHON) -m venv $(VENV)
	@echo "2/3 its $(PACKAGES) packages: in seconds with uv, or in about two minutes with pip where uv cannot be had ..."
	@{ $(FETCH_UV) && $(FETCHED_UV) sync --quiet --python $(BIN)/python requirements-dev.lock; } 2>$(VENV)/uv.log || \
		{ $(PIP) install --progress-bar off --requirement requirements-dev.lock; echo "exit $$?"; } | awk '$(TELL)'
	@echo "3/3 condock itself ..."
	@$(FETCHED_UV) install --quiet --python $(BIN)/python --no-deps --editable . 2>>$(VENV)/uv.log || \
		$(PIP) install --quiet --no-deps --editable .
endif
	@touch $(READY)
	@echo "Ready."

# Needs uv: resolves for every platform and Python at once.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev --all-extras \
		--custom-compile-command "make lock" --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
