# Every target sets up what it needs in .venv, once; only python3 (3.11 or newer), make and git have to be there.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help explain test test-deep test-all test-newest conformance check lint mypy pyright format docs bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

explain: $(VENV)/cli.stamp ## explain the manifests under docs/examples
	@$(BIN)/kubecontainers explain docs/examples

test: $(VENV)/test.stamp ## run all tests, those beside the modules with branch coverage
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --ignore tests/conformance --ignore tests/properties
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile tests/properties
	$(BIN)/python -m pytest --numprocesses auto tests/conformance

test-deep: $(VENV)/test.stamp ## run the properties on many more examples
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest --numprocesses auto tests/properties

conformance: $(VENV)/test.stamp ## compare every recorded answer
	$(BIN)/python -m pytest --numprocesses auto tests/conformance

test-all: $(VENV)/matrix.stamp ## run the tests on every CPython from 3.11 up that is here
	$(BIN)/python -m nox --session tests

test-newest: $(VENV)/matrix.stamp ## run the tests on the newest CPython that is here
	$(BIN)/python -m nox --session tests_newest

check: $(VENV)/check.stamp $(VENV)/docs.stamp ## format, lint, types, layers, documentation
	@$(MAKE) --jobs 2 --keep-going lint mypy pyright docs

lint: $(VENV)/check.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports

mypy pyright: $(VENV)/check.stamp
	$(BIN)/$@

format: $(VENV)/check.stamp ## format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: $(VENV)/docs.stamp ## build the documentation into docs/_build/html
	$(BIN)/python tests/conformance/table.py --check docs/conformance.md
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

bench: $(VENV)/bench.stamp ## measure against peers
	$(BIN)/python -m tests.benchmarks

clean: ## remove everything that make made
	rm -rf $(VENV) .nox docs/_build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/pip.stamp:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/cli.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --editable '.[cli]'
	@touch $@

$(VENV)/test.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --group test --editable '.[cli,testing]'
	@touch $@

$(VENV)/check.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --group check --group matrix --editable '.[cli,testing]'
	@touch $@

$(VENV)/docs.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --group docs --editable '.[cli,testing]'
	@touch $@

$(VENV)/bench.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --group bench --editable '.[cli]'
	@touch $@

$(VENV)/matrix.stamp: pyproject.toml | $(VENV)/pip.stamp
	$(PIP) install --group matrix
	@touch $@
