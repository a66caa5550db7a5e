#!/usr/bin/env bash
# Lists up what is in the images that `make images` built: out/sbom/<service>.spdx.json. ENGINE is docker or podman, SYFT the program.
set -euo pipefail
folder=${SBOMS:-out/sbom}
engine=${ENGINE:-docker}
syft=${SYFT:-syft}

mkdir -p "$folder"
archive=$(mktemp -d)
trap 'rm -rf "$archive"' EXIT
for service in gateway generator brain audit; do
  "$engine" save --output "$archive/$service.tar" "pcf-$service"
  SYFT_CHECK_FOR_APP_UPDATE=false "$syft" scan --quiet --source-name "pcf-$service" \
    --output "spdx-json=$folder/$service.spdx.json" "docker-archive:$archive/$service.tar"
  rm "$archive/$service.tar"
  echo "$folder/$service.spdx.json"
done
