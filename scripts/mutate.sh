#!/usr/bin/env bash
# Breaks the rules in thousands of small ways and counts which of them the cases notice. Takes an hour on one core.
# Usage: scripts/mutate.sh [file of actions/eligibility …]   (none: all). mutmut comes from PyPI, for this run alone.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/data" "$work/tests/rules"
cp -r actions "$work/"
cp -r data/law data/rights data/municipalities "$work/data/"
cp tests/__init__.py "$work/tests/"
cp -r tests/rules/*.yml tests/rules/recorded tests/rules/cases.py tests/rules/test_cases.py "$work/tests/rules/"
{
  printf '[mutmut]\nsource_paths =\n'
  printf '    actions/eligibility/%s\n' "${@:-}"
  printf 'pytest_add_cli_args_test_selection = tests\nalso_copy =\n    actions\n    data\n    tests\n'
} > "$work/setup.cfg"
uv="$PWD/.venv/uv/bin/uv"
cd "$work"
"$uv" run -q --no-project --python 3.11 --with mutmut==3.8.1 --with pytest --with pydantic --with pyyaml \
  mutmut run --max-children 2 | tr '\r' '\n' | tail -2
