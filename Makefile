# make run · make demo · make test · make check · make bench · make train · make clean — each does its own set-up and can be repeated.
.DELETE_ON_ERROR:
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
UV := $(VENV)/uv/bin/uv
APP := $(VENV)/app/bin
ENGINE := $(VENV)/engine/bin/python
RUN_APP := PYTHONPATH=. $(APP)/python

.PHONY: setup run demo test test-fast check bench bench-nlu train clean lock words

setup: $(VENV)/app/.ready $(VENV)/engine/.ready

$(UV):
	@$(PYTHON) -c 'import sys; raise SystemExit("Python 3.11 or newer is needed; set PYTHON to it." if sys.version_info < (3, 11) else 0)'
	@echo "setting up: the installer (10 s)"
	@$(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install -q --disable-pip-version-check 'uv==0.13.9' 2>/dev/null

$(VENV)/app/.ready: requirements/dev.txt pyproject.toml | $(UV)
	@echo "setting up: gateway and actions (half a minute)"
	@$(UV) venv -q --allow-existing --python "$$(command -v $(PYTHON))" $(VENV)/app
	@$(UV) pip sync -q --python $(APP)/python --require-hashes --compile-bytecode requirements/dev.txt
	@$(UV) pip install -q --python $(APP)/python --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/engine/.ready: requirements/engine.txt scripts/find_python310.sh | $(UV)
	@echo "setting up: the engine (one to three minutes, 1.8 GB)"
	@python310=$$(scripts/find_python310.sh $(UV)) && $(UV) venv -q --allow-existing --python "$$python310" $(VENV)/engine
	@$(UV) pip sync -q --python $(ENGINE) --require-hashes --compile-bytecode requirements/engine.txt
	@touch $@

train: setup
	@PYTHONPATH=. $(ENGINE) bot/train.py --out .models

run: train
	@exec env $(RUN_APP) -m channels.cli run

demo: train
	@exec env $(RUN_APP) -m channels.cli demo

test: train
	@scripts/ensure_chromium.sh
	@$(RUN_APP) -m pytest -n 2 --dist worksteal -m "not rasa and not browser"
	@$(RUN_APP) -m pytest -n 2 --dist loadfile -m "browser and not rasa"
	@$(RUN_APP) -m pytest -m rasa

test-fast: $(VENV)/app/.ready
	@$(RUN_APP) -m pytest -n 2 --dist worksteal -m "not rasa and not browser and not postgres and not slow" --hypothesis-profile=fast

check: $(VENV)/app/.ready
	@$(APP)/ruff check . && $(APP)/ruff format --check .
	@$(APP)/mypy
	@PYTHONPATH=. $(APP)/lint-imports
	@$(RUN_APP) -m channels.cli check
	@$(RUN_APP) scripts/check_reading.py
	@scripts/check_catalogues.sh

bench: train
	@$(RUN_APP) bench/run.py

# An hour and more: Rasa's default pipeline learns slowly. Without it: make bench-nlu ONLY=ours,n-grams,vector
bench-nlu: train
	@$(RUN_APP) bench/nlu.py $(if $(ONLY),--only $(ONLY)) $(if $(EPOCHS),--epochs $(EPOCHS))

# For people who change the words: a fresh template, and every catalogue brought up to it.
words: $(VENV)/app/.ready
	@scripts/update_catalogues.sh

# For people who change what we depend on. No index address and no path may stand in a lock file.
lock: | $(UV)
	@cd requirements && ../$(UV) pip compile -q --no-header --no-annotate --universal --python-version 3.11 --generate-hashes app.in -o app.txt
	@cd requirements && ../$(UV) pip compile -q --no-header --no-annotate --universal --python-version 3.11 --generate-hashes dev.in -o dev.txt
	@cd requirements && ../$(UV) pip compile -q --no-header --no-annotate --python "$$(../scripts/find_python310.sh)" --generate-hashes --override engine-overrides.txt engine.in -o engine.txt

clean:
	@rm -rf $(VENV) .models .run .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
