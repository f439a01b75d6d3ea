#!/usr/bin/env bash
# Write down the versions of what comes along with the packages that requirements*.txt name, for every Python and system they
# are for: constraints.txt for what runs, constraints-dev.txt for what develops. `make constraints` runs this.
#
#   scripts/constraints.sh              what is there stays, as far as it fits
#   scripts/constraints.sh --upgrade    the newest that fits
#
# UV is the program that finds them, uv unless told otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

# write FILE, but for what the FILES name already: what is wanted comes from stdin
pin() {
  local file=$1 named=()
  shift
  while read -r name; do named+=(--no-emit-package "$name"); done < <(
    sed -n 's/^\([A-Za-z0-9._-]*\).*==.*/\1/p' "$@"
  )
  "${UV:-uv}" pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line \
    --output-file "$file" ${options[@]+"${options[@]}"} "${named[@]}" - >/dev/null
  {
    echo "# Made by \`make constraints\`: what comes along with what requirements*.txt name, and why."
    sed '/^# The following packages were excluded/,$d' "$file" | sed '/^$/d'
  } >"$file.new"
  mv "$file.new" "$file"
}

options=("$@")
grep -v '^-' requirements.txt | pin constraints.txt requirements.txt
options+=(--constraints constraints.txt)
cat requirements.txt requirements-dev.txt requirements-train.txt | grep -v '^-' |
  pin constraints-dev.txt requirements.txt requirements-dev.txt requirements-train.txt constraints.txt
