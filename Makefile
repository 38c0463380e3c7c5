# Everything a newcomer needs: make demo, make serve, make test. Needs Python >= 3.11 with venv, and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= 2

.PHONY: help setup demo serve test check lock bench clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)  ## make the virtual environment (done by the others when needed)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Genomlys needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Give another: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# A demo that is itself killed (137) is started again: nothing is lost, the verdicts are the same.
demo: $(READY)  ## run the main job end to end on the sandbox registers, then shut down
	@for attempt in 1 2 3; do \
		$(BIN)/genomlys demo && exit 0; status=$$?; \
		[ $$status -eq 137 ] || exit $$status; \
		echo "The demo was killed; starting it again."; \
	done; exit $$status

serve: $(READY)  ## the same, kept running with its API
	$(BIN)/genomlys serve

test: $(READY)  ## run all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

check: $(READY)  ## lint, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:  ## pin the newest versions that pyproject.toml allows, with hashes and without addresses
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --upgrade --quiet -o constraints.txt

bench: $(READY)  ## the long measurements (benchmarks/README.md)
	$(BIN)/python -m benchmarks.bulk_load --json
	$(BIN)/python -m benchmarks.verdict
	$(BIN)/python -m benchmarks.api_verdict
	$(BIN)/python -m benchmarks.names
	$(BIN)/python -m benchmarks.patterns
	$(BIN)/python -m benchmarks.resolve_ledger
	$(BIN)/genomlys bench graph --organisations 1600000 --json

clean:  ## remove the virtual environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
