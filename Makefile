# Two commands do everything on a machine with Python 3.11 or newer, pip and make:
#   make serve    install into .venv and start the mock
#   make test     install into .venv and run the whole suite
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help serve test clean

help:
	@echo "make serve [ARGS='--port 9000']   install into $(VENV) and start the mock"
	@echo "make test  [ARGS='-k submit']     install into $(VENV) and run the whole suite"
	@echo "make clean                        remove what the two made"

$(VENV)/ready-serve: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-test: $(VENV)/ready-serve
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

serve: $(VENV)/ready-serve
	@$(BIN)/mockgateway serve $(ARGS)

test: $(VENV)/ready-test
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup --cov --cov-report term $(ARGS)

clean:
	rm -rf $(VENV) .nox .coverage*
