#!/usr/bin/env bash
# Pushes the images that `make images` built and writes down their digests: only by digest are they signed and deployed.
set -euo pipefail

: "${REGISTRY:?say where to push: make push REGISTRY=ghcr.io/you VERSION=1.2.3}"
: "${VERSION:?say which version: make push REGISTRY=ghcr.io/you VERSION=1.2.3}"
engine=${ENGINE:-docker}
list=${IMAGES:-out/images.txt}

mkdir -p "$(dirname "$list")"
: >"$list.new"
for service in gateway generator brain audit; do
  # Registries want small letters, owners of repositories may have others.
  image=${REGISTRY,,}/pcf-$service
  "$engine" tag "pcf-$service" "$image:$VERSION"
  "$engine" push "$image:$VERSION"
  # What the registry has, not what this machine thinks.
  pushed=$("$engine" image inspect --format '{{index .RepoDigests 0}}' "$image:$VERSION")
  digest=${pushed##*@}
  [[ $digest == sha256:* ]] || {
    echo "$image:$VERSION has no digest after the push: $pushed" >&2
    exit 1
  }
  echo "$service $image@$digest" >>"$list.new"
done
# Whole or not at all.
mv "$list.new" "$list"
cat "$list"
