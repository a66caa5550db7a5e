#!/usr/bin/env bash
# Brings an environment back to the revision that deploy.sh found there. Databases stay as they are: migrations go
# forward only, and each version reads what the next one leaves.
set -euo pipefail

: "${ENVIRONMENT:?say where: make rollback ENVIRONMENT=staging}"
release=${RELEASE:-pcf-builder}
namespace=${NAMESPACE:-pcf-builder}
before=${BEFORE:-out/before-$ENVIRONMENT.txt}

revision=${REVISION:-$(cat "$before" 2>/dev/null || true)}
[[ $revision =~ ^[0-9]+$ ]] || {
  echo "which revision was there before is not known: make rollback ENVIRONMENT=$ENVIRONMENT REVISION=…, from helm history $release" >&2
  exit 1
}
((revision > 0)) || {
  echo "nothing was there before: there is nothing to go back to" >&2
  exit 1
}
helm rollback "$release" "$revision" --namespace "$namespace" --wait --wait-for-jobs --timeout "${TIMEOUT:-10m}"
