# Everything a developer does with this project. `make` alone lists it.

PYTHON ?= python3

VENV := .venv
EMULATOR_VENV := .local/ministack-venv
PEERS_VENV := .local/peers-venv
BIN := $(VENV)/bin
STAGE ?= dev
ARCH ?=
STACK ?= cam-tasks-$(STAGE)
PIP_FLAGS := --quiet --quiet --disable-pip-version-check --no-input
# The one that Debian has takes twice as long to choose versions.
PIP := pip>=26,<27

# Stamps hold the time of the last installation; a changed list of requirements is newer, hence installed again.
INSTALLED := $(VENV)/.installed
EMULATOR_INSTALLED := $(EMULATOR_VENV)/.installed
PEERS_INSTALLED := $(PEERS_VENV)/.installed

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # each of a dozen processes would compile all that it imports, at every start

.PHONY: help run test walks faults hostile bench bench-small ratios check package package-test pins screenshots audit deploy migrate doctor key format clean install

help: ## Show this list
	@echo "cam-tasks: asynchronous tasks for cloud asset management"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "Settings of \`make run\`, for example \`make run PORT=9001 WORKERS=2\`:"
	@echo "  PORT               of the API (8001); the other ports follow it (8002 to 8008), or are set one by one:"
	@echo "                     MONGODB_PORT EMULATOR_PORT AWS_CLOUD_PORT ALIYUN_CLOUD_PORT TENCENT_CLOUD_PORT HUAWEI_CLOUD_PORT"
	@echo "                     VOLCANO_CLOUD_PORT"
	@echo "  LOCAL_DIR          where data, logs and process ids are kept (.local)"
	@echo "  WORKERS            worker processes (4): one for each lane, the others for the normal one; lane by lane:"
	@echo "                     WORKERS_HIGH WORKERS_NORMAL WORKERS_LOW"
	@echo "  BATCH_SIZE         messages that a worker takes at once (10)"
	@echo "  FUNCTION_TIMEOUT   seconds that one invocation may take (900)"
	@echo "  CLOUD_LATENCY_MS   time that the fake Aliyun cloud takes to answer (50)"
	@echo "  CLOUD_CHANGES_SECONDS"
	@echo "                     how often servers of the fake Aliyun cloud stop and start by themselves (0: never)"
	@echo "  CAM_MONGODB_URI    a MongoDB to use in place of the embedded store"
	@echo "  CAM_AWS=real       use the AWS that your credentials lead to; needs CAM_QUEUE_HIGH_URL,"
	@echo "                     CAM_QUEUE_NORMAL_URL and CAM_QUEUE_LOW_URL"
	@echo "  PYTHON             the interpreter to make the virtual environments with (python3)"

run: install ## Run the whole service on this machine, until Ctrl-C
	@exec $(BIN)/python -m infra.local

test: install ## Run the tests, three side by side: those of whole stacks wait, and leave two cores to the others
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --ignore tests/e2e/walks \
		tests/e2e tests/integration tests/cli tests/api tests/unit

walks: install ## Walk through the console in a browser, and through a first day with `cam` (needs Chromium)
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/e2e/walks

faults: install ## Kill, freeze, cut off and overload the service, and count what is lost (about 20 minutes)
	@$(BIN)/python -m pytest tests/faults

bench: install $(PEERS_INSTALLED) ## Measure what the service costs, beside other task queues too: a table with bounds and verdicts
	@$(BIN)/python -m bench

bench-small: install $(PEERS_INSTALLED) ## The same in small, for pipelines: fails when a ratio has got worse
	@$(BIN)/python -m bench --small

ratios: install ## Of the small sizes those that need nothing else installed: for pipelines, as bench-small is
	@$(BIN)/python -m bench --small --only overhead --only submit --only families

hostile: install ## Secrets looked for wherever they could be told, thousands of made-up requests, rubbish, load (about 7 minutes)
	@$(BIN)/python -m pytest -n 3 --dist worksteal tests/hostile --ignore tests/hostile/test_load.py
	@$(BIN)/python -m pytest tests/hostile/test_load.py -s

check: install ## Format, lint, types, import layers and tests: what has to pass
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

package: install ## Make what is deployed, in build/STAGE: make package STAGE=prod [ARCH=x86_64]
	@$(BIN)/python -m infra.package $(STAGE) $(ARCH)

package-test: install ## Build the package and test it: contents, template, every function run from the zip
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/package

deploy: package ## Deploy a stage with the AWS CLI: make deploy STAGE=prod BUCKET=name (docs/deployment.md)
	@[ -n "$(BUCKET)" ] || { echo "name the bucket that holds the code of what you deploy: make deploy BUCKET=..." >&2; exit 1; }
	@aws cloudformation package --template-file build/$(STAGE)/template.json --use-json \
	  --s3-bucket $(BUCKET) --s3-prefix $(STACK) --output-template-file build/$(STAGE)/deployable.json >/dev/null
	@aws cloudformation deploy --template-file build/$(STAGE)/deployable.json --stack-name $(STACK) \
	  --s3-bucket $(BUCKET) --s3-prefix $(STACK) --no-fail-on-empty-changeset \
	  --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND
	@aws cloudformation describe-stacks --stack-name $(STACK) --query 'Stacks[0].Outputs' --output table

migrate: install ## Make the store of a stage what this code needs, indexes too: make migrate STAGE=prod [DRY_RUN=1]
	@$(BIN)/python -m infra.migrations $(STAGE) $(if $(DRY_RUN),--dry-run)

doctor: install ## Look for mistakes in a stage, its store and its stack: make doctor STAGE=dev [OPTIONS="--stack --json"]
	@$(BIN)/python -m infra.doctor $(STAGE) $(OPTIONS)

key: install ## Make an API key, shown once: make key STAGE=prod ROLE=admin NAME=... [TENANT=default] [DAYS=90]; STAGE=local too
	@[ -n "$(ROLE)" ] && [ -n "$(NAME)" ] || { echo "say whose it is and what it may do: make key STAGE=$(STAGE) ROLE=admin NAME=..." >&2; exit 1; }
	@$(BIN)/python -m infra.keys $(STAGE) --role "$(ROLE)" --name "$(NAME)" $(if $(TENANT),--tenant "$(TENANT)") $(if $(DAYS),--days "$(DAYS)")

screenshots: install ## Walk through the console and `cam`, and keep the pictures in docs/images and the text in docs/walk.md
	@mkdir -p docs/images
	@SCREENSHOTS=docs/images TRANSCRIPTS=docs $(BIN)/python -m pytest tests/e2e/walks

pins: install ## Choose the versions that ship anew, and write them and their hashes down
	@$(BIN)/python -m infra.package.pins

audit: install ## Look for known vulnerabilities in what ships; out of reach of the advisories it fails: [UNREACHABLE=passes]
	@$(BIN)/python -m infra.package.audit $(if $(filter passes,$(UNREACHABLE)),--unreachable-passes)

format: install ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

clean: ## Remove .local (data and logs of `make run`), caches and the virtual environments
	rm -rf .local $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@$(MAKE) --silent --no-print-directory --jobs 2 $(INSTALLED) $(EMULATOR_INSTALLED)

# pip would compile what it installs on one core, and sympy, of which nothing here is imported, is a quarter of that.
define fill
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install $(PIP_FLAGS) --upgrade "$(PIP)"
	@$(1)/bin/python -m pip install $(PIP_FLAGS) --no-compile -r $(2)
	@$(1)/bin/python -m compileall -q -j 0 -x /sympy/ $(1)/lib
endef

$(INSTALLED): requirements.txt requirements-shipped.txt requirements-dev.txt requirements-schemas.txt
	@echo "installing the service and its tools into $(VENV) (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=..." >&2; exit 1; }
	$(call fill,$(VENV),requirements-dev.txt)
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-compile -r requirements-schemas.txt
	@touch $@

$(EMULATOR_INSTALLED): requirements-emulator.txt
	@echo "installing the AWS emulator into $(EMULATOR_VENV) (once)"
	$(call fill,$(EMULATOR_VENV),requirements-emulator.txt)
	@touch $@

$(PEERS_INSTALLED): requirements-peers.txt
	@echo "installing the task queues to compare with into $(PEERS_VENV) (once)"
	$(call fill,$(PEERS_VENV),requirements-peers.txt)
	@touch $@
