# Credenza: make demo, make test. The environment is .venv, the command .venv/bin/credenza.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# What is run a second time, on a PostgreSQL server of its own (the first time, on SQLite).
ON_POSTGRESQL := tests/service tests/conformance/vc_api tests/browser

.PHONY: demo demo-recognition test serve bench lint lock clean

demo: $(VENV)/.runtime
	$(BIN)/python examples/demo.py

demo-recognition: $(VENV)/.service
	$(BIN)/python examples/demo_recognition.py

test: $(VENV)/.test $(VENV)/.system $(VENV)/.peers
	$(BIN)/python -m pytest -n 2
	scripts/with-postgresql $(BIN)/python -m pytest -n 2 $(ON_POSTGRESQL)

serve: $(VENV)/.service
	$(BIN)/credenza serve --demo

bench: $(VENV)/.test
	scripts/with-postgresql $(BIN)/python -m bench

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The exact versions and hashes of everything that is installed; without addresses, so that any mirror serves.
lock: $(VENV)/.test
	cd requirements && for name in runtime service test; do \
	  ../$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
	    --no-emit-find-links --no-header --strip-extras --no-annotate -o $$name.txt $$name.in; done

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Credenza needs Python 3.11 or later.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || { echo "Install it first: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.service: requirements/service.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/service.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.runtime

$(VENV)/.test: requirements/test.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.runtime $(VENV)/.service

# What some tests need of the system: PostgreSQL, a browser, a PKCS#11 token in software, PDF tools. Installed where we
# may, else named.
$(VENV)/.system: scripts/system-packages | $(VENV)/bin/python
	scripts/system-packages
	touch $@

# Other people's implementations in JavaScript, which some tests compare with; without npm those are skipped.
$(VENV)/.peers: tests/conformance/peers/package-lock.json | $(VENV)/bin/python
	if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund --prefix tests/conformance/peers \
	  || echo "npm could not install the JavaScript peers: the tests that compare with them are skipped."; fi
	touch $@

clean:
	rm -rf $(VENV) build
