#!/usr/bin/env bash
# Whether the images are signed by our own pipeline: nothing else is deployed.
set -euo pipefail

: "${IDENTITY:?say who must have signed: make verify-images IDENTITY=https://github.com/you/repository/.github/workflows/release.yml@refs/tags/v1.2.3}"
issuer=${ISSUER:-https://token.actions.githubusercontent.com}
list=${IMAGES:-out/images.txt}

command -v cosign >/dev/null || {
  echo "cosign is needed: https://docs.sigstore.dev/cosign/system_config/installation/" >&2
  exit 1
}
count=0
while read -r _ image; do
  cosign verify --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$issuer" "$image" >/dev/null
  cosign verify-attestation --type spdxjson --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$issuer" \
    "$image" >/dev/null
  echo "signed, with its SBOM: $image"
  count=$((count + 1))
done <"$list"
((count == 4)) || {
  echo "$list names $count images, not four" >&2
  exit 1
}
