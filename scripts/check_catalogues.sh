#!/usr/bin/env bash
# Fails when locales/messages.pot is older than the Dutch texts.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/app/bin:$PATH"
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
pybabel -q extract -F locales/babel.cfg --no-wrap --sort-by-file --add-comments= --omit-header -o "$fresh" data
if ! cmp -s "$fresh" locales/messages.pot; then
  echo "locales/messages.pot is older than the Dutch texts. Bring it up to date with: make words" >&2
  exit 1
fi
