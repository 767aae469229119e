# Everything runs in .venv, which `make setup` makes from package registries alone.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMP := $(VENV)/.setup-done
# The interpreter for .venv; empty: the first that is new enough, those with pinned wheels first.
PYTHON ?=
CANDIDATES := $(PYTHON) python3.11 python3.12 python3.13 python3 python /usr/bin/python3.11 /usr/bin/python3
WORKERS ?= 2
# How long `make fuzz` runs, and where its seeds begin.
TIME ?= 1800
SEED ?= 0
# Further arguments for pytest.
ARGS ?=

PYTEST = $(PY) -m pytest
# worksteal keeps neighbours, which share fixtures, on one worker; loadgroup does not group
# with pytest 9.2 (pytest-xdist issue 1386).
PARALLEL = -n $(WORKERS) --dist worksteal

# Several threads in each of several workers are slower by far.
export OMP_NUM_THREADS ?= 1
export TF_CPP_MIN_LOG_LEVEL ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup demo quick test test-all browser gallery check format golden docs bench fuzz clean distclean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP)  ## make .venv, with the frameworks and all tools

$(STAMP): pyproject.toml constraints.txt
	@set -eu; \
	if ! $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	  found=; \
	  for python in $(CANDIDATES); do \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	    then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "setup needs Python 3.11 or newer with venv; name it: make setup PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	  fi; \
	  echo "making $(VENV) with $$found ($$("$$found" -V))"; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	$(PY) -m pip install --quiet -c constraints.txt hatchling editables
	$(PY) -m pip install --quiet -c constraints.txt --no-build-isolation -e ".[dev]"
	# Their requirements would replace a CPU build of torch by the one for CUDA.
	$(PY) -m pip install --quiet -c constraints.txt --no-deps torchvision timm
	@touch $@

demo: setup  ## compile, draw and cost ResNet-50; train LeNet on digits
	@mkdir -p build
	$(BIN)/archdsl compile resnet --net ResNet50 --target torch -o build/resnet50.py
	$(BIN)/archdsl diagram resnet --net ResNet50 -o build/resnet50.svg
	$(BIN)/archdsl cost resnet --net ResNet50
	$(PY) examples/lenet_digits.py

quick: setup  ## the fast tests
	$(PYTEST) $(PARALLEL) -m "not slow and not parity and not packaging" $(ARGS)

# In CI a browser that is missing is installed, since the tests that need one may not be skipped.
ifneq ($(filter-out 0 false,$(CI)),)
test test-all: browser
endif

test: setup  ## all tests but those of big networks
	$(PYTEST) $(PARALLEL) -m "not slow" --durations=25 $(ARGS)

test-all: setup  ## all tests; what the parity tests measure goes to docs/parity.md
	$(PYTEST) $(PARALLEL) --durations=25 --timeout=7200 --parity-record build/parity.jsonl $(ARGS) || status=$$?; \
	$(PY) -m tests.support.parity build/parity.jsonl; exit $${status:-0}

browser:  ## install Debian's chromium, for the tests of pages, where there is no browser
	@for name in chromium chromium-browser google-chrome; do \
	  command -v $$name >/dev/null && exit 0; \
	done; \
	root=; [ "$$(id -u)" -eq 0 ] || root=sudo; \
	$$root apt-get update -q && $$root apt-get install -y -q --no-install-recommends chromium

gallery: setup  ## draw all shipped networks into docs/gallery
	$(PY) docs/gallery.py

check: setup  ## ruff, its formatter, mypy, the layout of the specs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/archdsl fmt --check specs

format: setup  ## let ruff put right what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: setup  ## rewrite the golden files
	$(PYTEST) $(PARALLEL) --update-golden -m golden --timeout=1800 $(ARGS)

docs: setup  ## write the generated parts of the documentation
	$(PY) docs/generate.py

bench: setup  ## the benchmarks
	$(PY) benchmarks/bench.py $(ARGS)

fuzz: setup  ## random and mutated programs for TIME seconds (1800), from seed SEED
	$(PY) -m tests.fuzz.long $(TIME) $(SEED)

clean:  ## remove what was built and cached, not .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find archdsl tests examples benchmarks -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean  ## remove .venv too
	rm -rf $(VENV)
