#!/usr/bin/env bash
# The browser tests need a real Chromium. Installs Debian's where that is possible; says so where it is not.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "setting up: Chromium (one minute)"
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq chromium fonts-noto-core >/dev/null 2>&1 && exit 0
fi
echo "Chromium was not found and cannot be installed here; the browser tests will be skipped." >&2
exit 0
