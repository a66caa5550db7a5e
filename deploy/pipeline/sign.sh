#!/usr/bin/env bash
# Signs the pushed images by digest and attaches their SBOMs, with the identity of whoever runs it: no key to keep.
set -euo pipefail

list=${IMAGES:-out/images.txt}
folder=${SBOMS:-out/sbom}

command -v cosign >/dev/null || {
  echo "cosign is needed: https://docs.sigstore.dev/cosign/system_config/installation/" >&2
  exit 1
}
while read -r service image; do
  cosign sign --yes "$image"
  cosign attest --yes --type spdxjson --predicate "$folder/$service.spdx.json" "$image"
done <"$list"
