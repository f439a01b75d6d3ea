#!/usr/bin/env bash
# Make localhost/planner-base, which the Dockerfile builds on where no registry can be reached: the same Debian and Python as
# python:3.13-slim, from Debian's own packages. As root, with debootstrap and podman. Nothing happens if it is there.
#
#   scripts/local_base_image.sh && buildah build --build-arg BASE=localhost/planner-base --tag smart-budget-planner .
set -euo pipefail

image=localhost/planner-base
podman image exists "$image" && exit 0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv trixie "$folder/root" >"$folder/log" 2>&1 || {
  tail -n 20 "$folder/log" >&2
  exit 1
}
cp /etc/ssl/certs/ca-certificates.crt "$folder/root/etc/ssl/certs/" # the build trusts whom this machine trusts
ln -sf python3 "$folder/root/usr/bin/python"
rm -rf "$folder"/root/var/cache/apt "$folder"/root/var/lib/apt/lists
tar -C "$folder/root" -c . | podman import --quiet --change 'CMD ["python3"]' - "$image"
