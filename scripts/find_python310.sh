#!/usr/bin/env bash
# Prints a Python 3.10 that works. A pyenv shim named python3.10 may exist and fail, so each candidate is tried.
works() { "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }
for candidate in "${ENGINE_PYTHON:-}" python3.10 "$HOME"/.pyenv/versions/3.10.*/bin/python; do
  if [ -n "$candidate" ] && works "$candidate"; then command -v "$candidate"; exit 0; fi
done
uv="${1:-uv}"
if "$uv" python install 3.10 >/dev/null 2>&1; then "$uv" python find 3.10 && exit 0; fi
echo "No Python 3.10 was found for the engine. Install it (for instance with pyenv or apt) or set ENGINE_PYTHON to it." >&2
exit 1
