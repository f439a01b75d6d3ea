# Needs make and Python 3.11 or later; everything else is made in .venv.

.DEFAULT_GOAL := help
.PHONY: help run test coverage check check-shipping constraints test-all test-engines bench bench-aws evaluate-categoriser demo-data screenshots clean
MAKEFLAGS += --no-print-directory

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
stamp = $(VENV)/$(1)-$(shell cat $(2) | cksum | cut -d' ' -f1)
RUN_STAMP := $(call stamp,run,requirements.txt constraints.txt)
DEV_STAMP := $(call stamp,dev,requirements.txt requirements-dev.txt constraints*.txt)
TRAIN_STAMP := $(call stamp,train,requirements*.txt constraints*.txt)
PYTEST := $(BIN)/pytest

# What is not Python's, or does not agree with our packages. The versions are in tools/, where Dependabot finds them.
pinned = $(shell sed -n 's/^$(1)==//p' tools/requirements.txt)
LIGHTHOUSE := .cache/lighthouse-$(shell sed -n 's/.*"lighthouse": "\(.*\)".*/\1/p' tools/package.json)
MINISTACK := .cache/ministack-$(call pinned,ministack)
ACTIONLINT := .cache/actionlint-$(shell sed -n 's|.*rhysd/actionlint v\([0-9.]*\).*|\1|p' tools/go.mod)
CFN_LINT := .cache/cfn-lint-$(call pinned,cfn-lint)
UV := .cache/uv-$(call pinned,uv)
alone = echo "Getting $(1) (once) …" && "$(PYTHON)" -m venv $(@D) && \
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(1)==$(call pinned,$(1)) $(2) && touch $@
DYNAMODB_LOCAL := .cache/dynamodb-local-$(shell sed -n 's|.*<version>\(.*[.].*\)</version>|\1|p' tools/pom.xml)

# How pages look does not depend on where their figures are kept.
SAME_PAGES := $(patsubst %,--ignore tests/browser/test_%.py,axe layout letters lighthouse notifications)

# Pages through API Gateway's events: who comes in and who does not, forms, files, cookies, bytes. In the older form, a few.
THROUGH := $(patsubst %,tests/web/test_%.py,access again api_access assets auth expenses files landing receipts register)
THROUGH_FIRST := $(patsubst %,tests/web/test_%.py,again assets landing receipts)

# What a person does, in other surroundings: the image's container, and behind nginx.
LIVED := $(patsubst %,tests/browser/test_%.py,first_month no_javascript)

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(RUN_STAMP) ## Start the planner on http://localhost:5000 (PORT=… HOST=… DATA_DIR=… DATABASE_URL=…)
	@$(BIN)/python -m scripts.run

test: $(DEV_STAMP) ## Run the tests that need nothing but this folder
	@$(PYTEST) -n auto -m "not browser and not slow and not aws" $(OPTIONS)

check: $(DEV_STAMP) ## Look at format, lint, types and templates
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet

check-shipping: $(DEV_STAMP) $(ACTIONLINT) $(CFN_LINT)/made ## Look at what is shipped: image, compose files, pipelines, scripts
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/shellcheck scripts/*.sh .ci/run
	@$(BIN)/yamllint --strict --config-file .yamllint.yml .yamllint.yml .github .ebextensions/*.config docker-compose*.yml
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(ACTIONLINT)/actionlint
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/python -m tests.shipping.platform_template >$(CFN_LINT)/template.json
	@$(CFN_LINT)/bin/cfn-lint --format parseable $(CFN_LINT)/template.json

constraints: $(UV)/made ## Write down the versions of what comes along with requirements*.txt (OPTIONS=--upgrade: the newest)
	@UV=$(UV)/bin/uv scripts/constraints.sh $(OPTIONS)

coverage: $(DEV_STAMP) ## Run the same tests, and fail where they reach too little of the code
	@$(PYTEST) -n auto -m "not browser and not slow and not aws" --cov --cov-report=term:skip-covered $(OPTIONS)

test-all: test test-engines ## Run every test: each store, Chromium, faults, fuzzing. A missing engine fails

test-engines: $(DEV_STAMP) $(LIGHTHOUSE) $(DYNAMODB_LOCAL)/made $(MINISTACK)/made
	@REQUIRE_ENGINES=1 $(PYTEST) -n auto -k "postgresql or dynamodb or ministack" tests/contract
	@REQUIRE_ENGINES=1 $(PYTEST) -n auto -m aws tests/aws --durations=12
	@REQUIRE_ENGINES=1 $(PYTEST) -n 2 -m "browser or slow" --ignore tests/browser/test_lighthouse.py --durations=12
	@REQUIRE_ENGINES=1 TEST_HOME=aws $(PYTEST) -n 2 tests/browser $(SAME_PAGES)
	@REQUIRE_ENGINES=1 TEST_HOME=lambda $(PYTEST) -n auto $(THROUGH)
	@REQUIRE_ENGINES=1 TEST_HOME=lambda-v1 $(PYTEST) -n auto $(THROUGH_FIRST)
	@REQUIRE_ENGINES=1 TEST_HOME=image $(PYTEST) -n 1 $(LIVED)
	@REQUIRE_ENGINES=1 TEST_HOME=nginx $(PYTEST) -n 1 $(LIVED)
	@REQUIRE_ENGINES=1 LIGHTHOUSE="$(CURDIR)/$(LIGHTHOUSE)/node_modules/.bin/lighthouse" $(PYTEST) tests/browser/test_lighthouse.py

bench: $(DEV_STAMP) ## Measure the speed goals beside a bare page on this machine
	@$(BIN)/python -m benchmarks

bench-aws: $(DEV_STAMP) $(DYNAMODB_LOCAL)/made ## Count requests, units and money of what people do on AWS
	@$(BIN)/python -m benchmarks.aws

evaluate-categoriser: $(TRAIN_STAMP) ## Measure how well expenses file themselves: make evaluate-categoriser FILES="labelled.csv …"
	@$(if $(FILES),,echo 'On which files? make evaluate-categoriser FILES="one.csv folder"'; exit 2;) $(BIN)/python -m scripts.evaluate_categoriser $(FILES)

demo-data: $(RUN_STAMP) ## Fill an account with three years of made-up expenses: make demo-data USER=anna
	@$(if $(findstring command,$(origin USER)),,echo "Whose account? make demo-data USER=name"; exit 2;) $(BIN)/python -m scripts.demo_data "$(USER)"

screenshots: $(DEV_STAMP) ## Take the pictures in docs/screenshots
	@$(BIN)/python -m scripts.take_screenshots
	@$(BIN)/python -m scripts.show_letters --docs

clean: ## Remove what was made, but never your data
	@rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed. Install it, then run make again."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(LIGHTHOUSE):
	@echo "Getting Lighthouse (once) …"
	@mkdir -p $@ && cp tools/package.json $@ && npm install --no-audit --no-fund --loglevel=error --prefix $@ || { rm -rf $@; exit 1; }

$(ACTIONLINT):
	@command -v go >/dev/null || { echo "Go 1.24 or later is needed for actionlint."; exit 1; }
	@echo "Getting actionlint (once) …"
	@cd tools && GOBIN="$(CURDIR)/$@" go install tool

$(CFN_LINT)/made: $(VENV)/made
	@$(call alone,cfn-lint)

$(UV)/made: $(VENV)/made
	@$(call alone,uv)

$(DYNAMODB_LOCAL)/made: tools/pom.xml
	@command -v mvn >/dev/null || { echo "Maven and Java 17 are needed for Amazon's DynamoDB engine."; exit 1; }
	@echo "Getting DynamoDB Local (once) …"
	@mvn -q -B -f $< org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
		-DoutputDirectory="$(CURDIR)/$(DYNAMODB_LOCAL)" -Dmdep.useBaseVersion=true
	@touch $@

# Functions that it runs find boto3 there, as they do in Lambda.
$(MINISTACK)/made: $(VENV)/made
	@$(call alone,ministack,boto3==1.43.106)

$(RUN_STAMP): $(VENV)/made
	@echo "Getting the packages the planner runs on (once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV_STAMP): $(VENV)/made
	@echo "Getting the packages for developing (once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(TRAIN_STAMP): $(VENV)/made
	@echo "Getting the packages for measuring the categoriser (once) …"
	@$(PIP) -r requirements-train.txt
	@touch $@
