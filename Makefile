# Set-up and the ordinary commands. Nothing is needed but make and Python 3.11 or 3.12.
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:

# One start of the product is many processes of the same sources: each would compile them again where this is set.
unexport PYTHONDONTWRITEBYTECODE

NO_NET := { echo "Không tải được các gói của Python. Hãy kiểm tra mạng (hoặc máy chủ gói của cơ quan trong cài đặt của pip) rồi chạy lại." >&2; exit 1; }

.PHONY: run test bench faults load lock messages audit check pictures venv runtime tools

run: runtime
	@sh .make/machine.sh run
	@exec $(VENV)/bin/tracker serve

test: tools
	@sh .make/machine.sh test
	@TRACKER_NO_SKIPS=$$(sh .make/machine.sh complete) $(PY) -m pytest -n 4 --dist loadfile $(ARGS)

bench: tools
	$(PY) -m tests.bench $(ARGS)

faults: tools
	$(PY) -m pytest tests/faults $(ARGS)

load: tools
	$(PY) -m tests.load $(ARGS)

# The pictures in help, taken from a served sample.
pictures: tools
	@mkdir -p tracker/web/static/help
	TAKE_PICTURES=1 $(PY) -m pytest -q tests/e2e/test_help.py -k a_picture

check: tools
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# make lock ARGS=--upgrade takes newer versions; without it only what pyproject.toml changed moves.
lock: venv
	$(PY) .make/lock.py $(ARGS)

# Asks the public lists of known flaws about every locked package; needs a line out, and fails where a package cannot be asked about.
audit: venv
	@test -x $(VENV)/audit/bin/pip-audit || { $(PY) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet pip-audit; } || $(NO_NET)
	@$(VENV)/audit/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r requirements.lock

# Brings tracker/messages/en into step with what templates and code say; the empty msgstr are then to be filled.
messages: tools
	$(PY) -m tests.english

venv:
	@sh .make/venv.sh $(VENV)

runtime: venv
	@$(MAKE) --no-print-directory $(VENV)/runtime.stamp

tools: runtime
	@$(MAKE) --no-print-directory $(VENV)/tools.stamp

# The runtime section ends where the test tools begin. Packages only: the project itself is put on the path by venv.sh.
$(VENV)/runtime.stamp: requirements.lock
	@echo "Đang cài các gói cần cho phần mềm..."
	@sed '/^# test tools$$/,$$d' requirements.lock > $(VENV)/runtime.lock
	@$(PIP) -r $(VENV)/runtime.lock || $(NO_NET)
	@touch $@

$(VENV)/tools.stamp: requirements.lock
	@echo "Đang cài các gói cần cho kiểm thử..."
	@$(PIP) -r requirements.lock || $(NO_NET)
	@touch $@
