# `make demo` shows the program, `make test` proves it. Every target first sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check bench docs lock messages

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PORT ?= 8000
ARGS ?=
READY := .venv/.ready
PO := $(wildcard src/chiso/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
# The checks ask Django, which wants a data folder: not the user's.
CHECKED := CHISO_DATA=.venv/checked $(BIN)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) messages ## the virtual environment .venv with the command .venv/bin/chiso
	@:

demo: setup ## the demo of Hạ Lang 2022 in ./var, served at http://localhost:8000 (PORT=…)
	@$(call packages,want,fonts-noto-core)
	@$(BIN)/chiso demo --scale ha-lang-2022
	@exec $(BIN)/chiso serve --port $(PORT)

serve: setup ## serve what ./var holds (PORT=…)
	@exec $(BIN)/chiso serve --port $(PORT)

test: setup ## all tests, on SQLite and on PostgreSQL (ARGS="tests/rounds -k late" for some)
	@$(call packages,need,poppler-utils chromium libreoffice-writer-nogui libreoffice-calc-nogui fonts-liberation2 fonts-noto-core)
	@exec $(BIN)/python -m tests.run $(ARGS)

check: setup ## format, lint, templates, types, import directions, migrations, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	find src -path '*/templates/*' -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(CHECKED)/mypy
	$(BIN)/lint-imports
	$(CHECKED)/chiso manage makemigrations --check --dry-run
	$(CHECKED)/chiso manage check --fail-level WARNING
	if $(CHECKED)/chiso manage help docs >/dev/null 2>&1; then $(CHECKED)/chiso manage docs --check; fi

bench: setup ## measure speed against the budgets
	@exec $(BIN)/python -m bench $(ARGS)

docs: setup ## write the generated documents again
	$(CHECKED)/chiso manage docs

lock: setup ## resolve requirements/*.in again (ARGS=--upgrade for newer versions)
	for name in base dev uv; do \
	  UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --generate-hashes --universal \
	    --python-version 3.11 $(ARGS) --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

messages: $(MO)

%.mo: %.po | $(READY)
	msgfmt --check-format --output-file=$@ $<

# uv comes by pip with its hash, the rest by uv, which is quicker. chiso itself: linked to src, built without network.
$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Cần Python 3.11 trở lên. (Python 3.11 or newer is needed.)" >&2; exit 1; }
	@$(call packages,need,python3-venv gettext)
	@echo 'Đang dựng môi trường .venv (setting up) …'
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# $(call packages,need|want,PACKAGES): install what is missing when we are root on Debian; otherwise name it, and
# stop (need) or go on (want). A package is there when what we use of it is there, wherever it came from.
define packages
missing=""; \
for package in $(2); do \
  case $$package in \
    python3-venv) $(PYTHON) -c 'import ensurepip, venv' ;; \
    gettext) command -v msgfmt ;; \
    poppler-utils) command -v pdftotext ;; \
    chromium) command -v chromium ;; \
    libreoffice-writer-nogui) test -e "$$(dirname "$$(readlink -f "$$(command -v soffice)")")/libswlo.so" ;; \
    libreoffice-calc-nogui) test -e "$$(dirname "$$(readlink -f "$$(command -v soffice)")")/libsclo.so" ;; \
    fonts-liberation2) $(call font,LiberationSerif-Regular) ;; \
    fonts-noto-core) $(call font,NotoSans-Regular) ;; \
  esac >/dev/null 2>&1 || missing="$$missing $$package"; \
done; \
if [ -z "$$missing" ]; then :; \
elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Đang cài các gói hệ thống (installing):$$missing"; \
  apt-get update -qq && \
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
else \
  echo "Thiếu các gói hệ thống:$$missing. Hãy cài: sudo apt-get install$$missing" >&2; \
  echo "(System packages are missing:$$missing. Install them: sudo apt-get install$$missing)" >&2; \
  [ $(1) = want ]; \
fi
endef
font = find -L /usr/share/fonts /usr/local/share/fonts "$$HOME/.local/share/fonts" "$$HOME/.fonts" -name '$(1).*' 2>/dev/null | grep -q .
