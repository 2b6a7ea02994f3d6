#!/usr/bin/env bash
# Extracts the Dutch texts to locales/messages.pot and updates every catalogue; changed texts become fuzzy.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/app/bin:$PATH"
pybabel -q extract -F locales/babel.cfg --no-wrap --sort-by-file --add-comments= --omit-header -o locales/messages.pot data
python scripts/update_catalogues.py
