# Every target sets up what it needs in .venv, with a Python 3.11 or later and its pip.
# Another Python: make PYTHON=python3.13 VENV=.venv-3.13 …

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
LOWEST := $(VENV)-lowest
COMPILED := $(VENV)-compiled
INSTALLED := $(VENV)-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Or each of the processes that tests start would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-lowest compiled check-compiled wheel check-wheel check fuzz mutants lock format snapshots shots bench clean

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

demo: $(RUN)  ## install, and run the topology of the README
	@echo '$$ kn-sim run topologies/quickstart.yaml'
	@$(BIN)/kn-sim run topologies/quickstart.yaml
	@echo
	@echo 'Next:'
	@echo '  $(BIN)/kn-sim explain topologies/quickstart.yaml --send type=order.asked'
	@echo '  $(BIN)/kn-sim timetable topologies/orders.yaml'
	@echo '  $(BIN)/kn-sim run topologies/orders.yaml'
	@echo 'and then docs/tutorial.md.'

test: $(DEV)  ## run all tests but those that compare drawings of whole screens
	$(BIN)/python -m pytest -q -n auto -m "not drawn and not by_the_clock" --hypothesis-profile=few

test-lowest: $(BIN)/uv  ## run them with the lowest releases that pyproject.toml allows
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	$(BIN)/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --group test --editable .
	$(LOWEST)/bin/python -m pytest -q -n auto -m "not drawn"

compiled: $(DEV)  ## build a wheel in dist/ whose kernel is compiled, with a C compiler
	rm -f dist/kn_sim-*-cp*.whl
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=true $(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# In a checkout of its own, in which what the wheel installs stands in the place of the
# sources: nothing finds those, whatever it is run by and from where.
check-compiled: compiled $(BIN)/uv  ## install it, and run the tests with it
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(COMPILED)
	$(BIN)/uv pip install --quiet --python $(COMPILED)/bin/python --require-hashes --requirements requirements.lock
	$(BIN)/uv pip install --quiet --python $(COMPILED)/bin/python --no-deps dist/kn_sim-*-cp*.whl
	mkdir $(COMPILED)/checkout
	tar -c --exclude=__pycache__ --exclude=./simulator --exclude='./.venv*' --exclude='./$(VENV)*' --exclude=./.git --exclude='./.*_cache' . | tar -x -C $(COMPILED)/checkout
	cd $(COMPILED)/checkout && ln -s ../lib/python3.*/site-packages/simulator simulator
	cd $(COMPILED)/checkout && KN_SIM_COMPILED=1 KN_SIM_SHARED_DATA=$${KN_SIM_SHARED_DATA:-$(abspath ../shared/data)} \
		../bin/python -m pytest -q -n auto -m "not drawn"

wheel: $(DEV) $(BIN)/uv  ## build the sdist, and of it the wheel, in dist/
	rm -f dist/kn_sim-*.tar.gz dist/kn_sim-*-py3-none-any.whl
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist

# With what it asks for alone, in the releases and with the hashes of the lock.
check-wheel: wheel  ## install the wheel in an environment of its own, and try it
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(INSTALLED)
	$(BIN)/uv pip install --quiet --python $(INSTALLED)/bin/python --constraints requirements.lock dist/kn_sim-*-py3-none-any.whl pytest
	$(BIN)/uv pip check --quiet --python $(INSTALLED)/bin/python
	KN_SIM_INSTALLED=$(abspath $(INSTALLED)) $(BIN)/python -m pytest -q tests/test_wheel.py

# No cache: two configurations share the times of files in it, so the second would not
# see a change that the first has seen.
check: $(DEV)  ## all that a change must pass: format, lint, types, layers, tests with coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache pyproject.toml .importlinter-types.toml
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n auto
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python -m tests.house

# What is pinned stays as it is where it can; without the file, the newest releases are taken.
lock: $(BIN)/uv  ## pin what is needed to develop, with hashes, in requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' --group dev --output-file requirements.lock pyproject.toml

format: $(DEV)  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

N ?= 5000
SEED ?= 0

fuzz: $(DEV)  ## mangle N=5000 inputs by SEED=0, looking for stack traces, hangs and much memory
	$(BIN)/python -m tests.fuzz -n $(N) --seed $(SEED)

JOBS ?= 2

# Overlays are left out: they are part of a topology only.
ALONE = $(filter-out %/duplicate-delivery %/two-deployers,$(wildcard topologies/cdevents/*))
mutants: $(DEV)  ## change our topologies in small ways, JOBS=2 at a time, and see which our tests do not notice
	$(BIN)/python -m simulator mutate --jobs $(JOBS) --each $(wildcard topologies/*.yaml) \
	    $(filter-out %/shipyard.yaml,$(wildcard topologies/serving-events/*.yaml)) topologies/knative $(ALONE) \
	    -- $(BIN)/python -m pytest -q tests/test_topologies.py tests/test_near_misses.py tests/test_cdevents.py
	$(BIN)/python -m simulator mutate examples/13_tests.yaml -- kn-sim test examples/13_tests.yaml

snapshots: $(DEV)  ## take what the terminal UI looks like now as what it should look like
	$(BIN)/python -m pytest -q tests/tui/test_snapshots.py::test_scenes_look_as_they_did --snapshot-update

shots: $(DEV)  ## make the pictures of the terminal UI in the docs, and the page of keys
	$(BIN)/python -m tests.tui.shots
	$(BIN)/python -m tests.tui.key_page

# With a Python 3.12 or later, simloom is measured beside it: make bench SIMLOOM=python3.12
bench: $(DEV)  ## measure the speed
	$(BIN)/python -m benchmarks $(if $(SIMLOOM),--simloom $(SIMLOOM))

clean:  ## remove what the targets made
	rm -rf $(VENV) $(LOWEST) $(COMPILED) $(INSTALLED) .coverage .coverage.* .fuzz .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist

# The stamps are older than these files when there may be something new to install.
$(RUN): pyproject.toml | $(BIN)/pip
	$(PIP) install --quiet --editable .
	@touch $@

$(DEV): pyproject.toml requirements.lock | $(BIN)/pip
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --editable .
	@touch $@ $(RUN)

$(BIN)/uv: | $(BIN)/pip
	$(PIP) install --quiet 'uv >= 0.13'

# Where the venv module comes without its pip, as in Debian's python3, pip itself helps.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.version_info >= (3, 11) or sys.exit("kn-sim needs Python 3.11 or later; $(PYTHON) is " + v + ". Name another: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
