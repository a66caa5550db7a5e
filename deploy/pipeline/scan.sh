#!/usr/bin/env bash
# Looks the contents of every image up in the list of known vulnerabilities: high and critical ones that have a fix fail.
# Takes the SBOMs that `make sbom` wrote, so that what is scanned is what is published.
set -euo pipefail

folder=${SBOMS:-out/sbom}

command -v grype >/dev/null || {
  echo "grype is needed: https://github.com/anchore/grype#installation" >&2
  exit 1
}
shopt -s nullglob
found=("$folder"/*.json)
((${#found[@]})) || {
  echo "no SBOM in $folder: make sbom" >&2
  exit 1
}
failed=0
for sbom in "${found[@]}"; do
  echo "scanning $sbom"
  grype "sbom:$sbom" --fail-on high --only-fixed --quiet || failed=1
done
exit "$failed"
