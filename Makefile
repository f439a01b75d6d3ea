# Needs make and Python 3.11 or later; everything else is made in .venv.

.DEFAULT_GOAL := help
.PHONY: help run test coverage check check-shipping test-all test-engines bench bench-aws evaluate-categoriser demo-data screenshots clean
MAKEFLAGS += --no-print-directory

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUN_STAMP := $(VENV)/run-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEV_STAMP := $(VENV)/dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
TRAIN_STAMP := $(VENV)/train-$(shell cat requirements*.txt | cksum | cut -d' ' -f1)
PYTEST := $(BIN)/pytest
LIGHTHOUSE := .cache/lighthouse-12.8.2
MINISTACK := .cache/ministack-1.5.33
ACTIONLINT := .cache/actionlint-1.7.8
CFN_LINT := .cache/cfn-lint-1.58.0
DYNAMODB_LOCAL := .cache/dynamodb-local-2.6.1

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

coverage: $(DEV_STAMP) ## Run the same tests, and fail where they reach too little of the code
	@$(PYTEST) -n auto -m "not browser and not slow and not aws" --cov --cov-report=term:skip-covered $(OPTIONS)

test-all: test test-engines ## Run every test: each store, Chromium, faults, fuzzing. A missing engine fails

test-engines: $(DEV_STAMP) $(LIGHTHOUSE) $(DYNAMODB_LOCAL)/made $(MINISTACK)/made
	@REQUIRE_ENGINES=1 $(PYTEST) -n auto -k "postgresql or dynamodb or ministack" tests/contract
	@REQUIRE_ENGINES=1 $(PYTEST) -n auto -m aws tests/aws tests/contract --durations=12
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
	@npm install --no-save --no-audit --no-fund --loglevel=error --prefix $@ lighthouse@$(subst .cache/lighthouse-,,$@)

$(ACTIONLINT):
	@command -v go >/dev/null || { echo "Go 1.24 or later is needed for actionlint."; exit 1; }
	@echo "Getting actionlint (once) …"
	@GOBIN="$(CURDIR)/$@" go install github.com/rhysd/actionlint/cmd/actionlint@v$(subst .cache/actionlint-,,$@)

# Apart from everything else: it brings much that nothing else here needs.
$(CFN_LINT)/made: $(VENV)/made
	@echo "Getting cfn-lint (once) …"
	@"$(PYTHON)" -m venv $(CFN_LINT)
	@$(CFN_LINT)/bin/python -m pip install --quiet --disable-pip-version-check cfn-lint==$(subst .cache/cfn-lint-,,$(CFN_LINT))
	@touch $@

$(DYNAMODB_LOCAL)/made: tests/aws/dynamodb_local.pom.xml
	@command -v mvn >/dev/null || { echo "Maven and Java 17 are needed for Amazon's DynamoDB engine."; exit 1; }
	@echo "Getting DynamoDB Local (once) …"
	@mvn -q -B -f $< org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
		-DoutputDirectory="$(CURDIR)/$(DYNAMODB_LOCAL)" -Dmdep.useBaseVersion=true
	@touch $@

# Apart from everything else: it wants a botocore of its own. Functions that it runs find boto3 there, as they do in Lambda.
$(MINISTACK)/made: $(VENV)/made
	@echo "Getting MiniStack (once) …"
	@"$(PYTHON)" -m venv $(MINISTACK)
	@$(MINISTACK)/bin/python -m pip install --quiet --disable-pip-version-check \
		ministack==$(subst .cache/ministack-,,$(MINISTACK)) boto3==1.43.106
	@touch $@

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
