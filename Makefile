# Two commands from a fresh clone, needing only Python >= 3.11 and make:
#   make demo   environment, models, samples analysed, dashboard on http://127.0.0.1:8000 (SERVE=0 stops before serving)
#   make test   environment, models, browser if missing, whole suite
# Both are idempotent, say what they do and ask nothing.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SERVE  ?= 1
TORCH  ?= 1
JOBS   ?= 2
STAMP  := $(VENV)/.installed-with-dev
PAGES  := $(VENV)/.installed-with-docs
BESIDE := $(VENV)/torch/.installed

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The tests start some hundred processes; without its bytecode each of them compiles voc anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test coverage lint format docs reference pictures bench eval figures browser mailbox clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"voc needs Python 3.11 or newer; {sys.executable} is {v.major}.{v.minor}. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@echo "==> creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python pyproject.toml constraints.txt
	@echo "==> installing voc and what it needs (about 600 MB the first time)"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: $(STAMP) ## Environment in .venv, models
	@echo "==> models"
	@$(BIN)/voc models pull

demo: setup ## Samples analysed, dashboard served (SERVE=0: do not serve)
	@$(BIN)/voc demo $(if $(filter 0,$(SERVE)),--no-serve,)

browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "==> installing Chromium from the system's packages (for the browser tests)"; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	else echo "Chromium is missing and cannot be installed without root: run 'sudo apt-get install chromium', then make test again."; exit 1; fi

mailbox:
	@if command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ]; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "==> installing Dovecot from the system's packages (for the tests of mailboxes)"; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends dovecot-imapd >/dev/null; \
	else echo "Dovecot is missing and cannot be installed without root: its tests of mailboxes are skipped and say so (sudo apt-get install dovecot-imapd)."; fi

# Beside the environment, not in it: voc runs without torch, and so do its tests but the ones of VOC_SENTIMENT_MODEL.
$(BESIDE): | $(STAMP)
	@echo "==> installing torch into $(VENV)/torch for the tests that run somebody else's model (TORCH=0: without)"
	@rm -rf $(VENV)/torch
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --target $(VENV)/torch torch
	@touch $@

test: setup browser mailbox $(if $(filter 0,$(TORCH)),,$(BESIDE)) lint ## The whole suite (ARGS="-m 'not slow'": the quick part)
	@echo "==> tests, $(JOBS) at a time (JOBS=0: one after the other)"
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope $(ARGS)

coverage: setup ## Lines and branches that the unit tier reaches (fails below the floor)
	@$(BIN)/python -m pytest tests/unit -m "not integration and not slow" --cov $(ARGS)

lint: $(STAMP) ## ruff, mypy and deptry
	@echo "==> style, types, dependencies"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy && $(BIN)/deptry voc api

format: $(STAMP) ## ruff, fixing
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

$(PAGES): $(STAMP)
	@echo "==> installing what builds the documentation"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

docs: $(PAGES) ## The documentation as a site, in site/ (any warning is an error)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

reference: $(STAMP) ## Commands, settings and the picture of the rooms anew, from the code
	@$(BIN)/python docs/generate/reference.py

pictures: setup browser ## Pictures of the documentation anew, from the served demonstration
	@$(BIN)/python tests/acceptance/pictures.py

eval: setup ## Accuracy tables (needs ../shared/data)
	@$(BIN)/voc eval

bench: setup ## Speed tables
	@$(BIN)/python -m benchmarks.call_pipeline
	@$(BIN)/python -m benchmarks.text_analysis

figures: setup ## Every table of docs/figures.md anew, into docs/figures
	@mkdir -p docs/figures
	@$(BIN)/voc eval speech > docs/figures/speech.md
	@$(BIN)/voc eval text > docs/figures/text.md
	@$(BIN)/voc eval pairs > docs/figures/pairs.md
	@$(BIN)/voc eval reading > docs/figures/reading.md
	@$(BIN)/voc eval topics > docs/figures/topics.md
	@$(BIN)/voc eval themes > docs/figures/themes.md
	@$(BIN)/voc eval insights > docs/figures/insights.md
	@$(BIN)/python -m benchmarks.emergence > docs/figures/emergence.md
	@$(BIN)/python -m benchmarks.review_power > docs/figures/review_power.md
	@$(BIN)/voc eval search > docs/figures/search.md
	@$(BIN)/voc eval linking > docs/figures/linking.md
	@$(BIN)/python benchmarks/linking_latency.py --sizes 10000 1000000 > docs/figures/linking_latency.md
	@$(BIN)/python -m benchmarks.call_pipeline > docs/figures/call_speed.md
	@$(BIN)/python -m benchmarks.text_analysis > docs/figures/text_speed.md
	@$(BIN)/python -m benchmarks.sources_day > docs/figures/sources_day.md
	@echo "==> docs/figures is fresh; bring the tables into docs/figures.md (a test compares them)"

clean: ## Remove the environment and the demonstration's data
	@rm -rf $(VENV) .voc site
