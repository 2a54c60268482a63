# Two commands are all it takes on a fresh machine with Python 3.11: `make run` and `make test`.
# Everything goes into .venv, from the versions in constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
SERVE ?= 1
QUESTION ?= 武隆区建会补助多少

export GRADIO_ANALYTICS_ENABLED = False
export HF_HUB_OFFLINE = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test lint types unit browser bench models clean

run: $(VENV)/.run  ## build the sample index, answer a question, serve the chat page
	$(BIN)/wenju build
	$(BIN)/wenju ask "$(QUESTION)"
	@if [ "$(SERVE)" != 0 ]; then $(BIN)/wenju serve; fi

test: lint types unit  ## what CI checks, without browser and bench

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.test
	$(BIN)/mypy

unit: $(VENV)/.test
	$(BIN)/pytest tests/unit tests/integration

browser: $(VENV)/.test  ## needs Debian's chromium and chromium-driver
	$(BIN)/pytest tests/browser

bench: $(VENV)/.test  ## speed and quality, JSON on standard output
	$(BIN)/python -m tests.bench

models: $(VENV)/.models  ## what sentence-transformers models and language models need

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[serve,evaluate]'
	@touch $@

$(VENV)/.models: $(VENV)/.run
	$(PIP) --editable '.[serve,evaluate,models,llm]'
	@touch $@

$(VENV)/.test: $(VENV)/.models
	$(PIP) --group dev
	@touch $@

clean:
	rm -rf $(VENV) .wenju
