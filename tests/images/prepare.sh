#!/bin/sh
# Makes what the images are built on, where no registry is reached: docker.io/library/python:3.11-slim out of Debian's packages.
# Needs root, debootstrap and podman; run by `make test-images` when the real one cannot be pulled.
set -eu
base=docker.io/library/python:3.11-slim
podman image exists "$base" && exit 0
timeout 120 podman pull --quiet "$base" >/dev/null 2>&1 && exit 0
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates bookworm "$root" >"$root.log" 2>&1 ||
  { tail -n 5 "$root.log"; exit 1; }
rm -f "$root.log" "$root"/usr/lib/python3.*/EXTERNALLY-MANAGED
# Whom this machine trusts, the build does: its index may be a mirror.
cp /etc/ssl/certs/ca-certificates.crt "$root"/etc/ssl/certs/
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
tar -C "$root" -c . | podman import --quiet \
  -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
  -c 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
  -c 'CMD ["python3"]' - "$base" >/dev/null
