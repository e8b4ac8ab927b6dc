# The commands of a checkout; `make help` lists them. Set-up is part of each and costs nothing when nothing changed.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
BIN := .venv/bin
READY := .venv/.set-up
# `make run PORT=8001` where 8000 is taken.
PORT := 8000
# `make test ARGS="-k deal"` runs some of the tests.
ARGS :=
# `make soak ROUNDS=20` kills less often.
ROUNDS := 200
# `make test-real DATA=DIR`: DIR holds collateral/ with its catalog.csv, and deals/.
DATA :=
# `make bench ASSETS=50000` measures a larger library, DATA=DIR uploads of the files in DIR/files.
ASSETS := 10000
export PYTHON
# Our own modules are compiled once too, so that a start takes a moment.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-real soak bench check screenshots setup check-style check-types check-floors check-templates

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /    make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

run: export CONTENTLIB_DATA ?= $(CURDIR)/var
run: $(READY) ## set up, fill a demo library on first use, serve it on http://127.0.0.1:8000 (Ctrl-C stops)
	@test -e "$$CONTENTLIB_DATA/.demo" || { $(BIN)/contentlib demo && touch "$$CONTENTLIB_DATA/.demo"; }
	@trap : INT TERM; $(BIN)/contentlib serve --port $(PORT)

test: $(READY) ## every check and every test, in a real browser too
	@.ci/set-up chromium
	@# The checks keep one core busy for half a minute: they run beside the tests, and what they say comes last.
	@said=$$(mktemp); $(MAKE) check >$$said 2>&1 & checks=$$!; \
	$(BIN)/pytest -n auto $(ARGS); tests=$$?; \
	wait $$checks || tests=1; cat $$said; rm -f $$said; exit $$tests

test-real: $(READY) ## the tests of foreign files over whole folders: DATA=DIR
	@test -d "$(DATA)" || { echo "Name the folder that holds collateral/ and deals/: make test-real DATA=DIR"; exit 2; }
	@TEST_REAL_DATA="$(abspath $(DATA))" $(BIN)/pytest -s tests/real $(ARGS)

soak: $(READY) ## kill servers and commands many times over, and print what was lost: ROUNDS=200
	@SOAK_ROUNDS=$(ROUNDS) $(BIN)/pytest -s tests/soak $(ARGS)
	@# What a quick run asks of files on SQLite alone.
	@SOAK_ROUNDS=$(ROUNDS) $(BIN)/pytest -n auto -m files tests/integration/services tests/web

bench: $(READY) ## search, documents and uploads beside other programs, and what they cost: ASSETS=10000, DATA=DIR
	@.ci/set-up chromium
	@.uv/bin/uv sync --quiet --locked --inexact --group bench --extra semantic
	@BENCH_ASSETS=$(ASSETS) TEST_REAL_DATA="$(if $(DATA),$(abspath $(DATA)))" $(BIN)/pytest -s tests/benchmarks $(ARGS)

check: $(READY) ## style, types, floors, templates
	@$(MAKE) --jobs --keep-going --output-sync=target check-style check-types check-floors check-templates

check-style:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

check-types:
	@$(BIN)/mypy --no-error-summary

check-floors:
	@$(BIN)/lint-imports --no-logo

check-templates:
	@$(BIN)/djlint templates --lint --quiet

screenshots: $(READY) ## take the pictures of the README anew
	@.ci/set-up chromium
	@$(BIN)/python -m tests.journeys.screenshots

setup: $(READY) ## only set up: system libraries and .venv/
	@:

$(READY): uv.lock pyproject.toml .ci/set-up
	@.ci/set-up
