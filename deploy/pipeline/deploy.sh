#!/usr/bin/env bash
# Brings an environment to the pushed images, by digest. What it had before is written down for rollback.sh.
# An upgrade that does not become ready is taken back by Helm itself.
set -euo pipefail

: "${ENVIRONMENT:?say where: make deploy ENVIRONMENT=staging}"
release=${RELEASE:-pcf-builder}
namespace=${NAMESPACE:-pcf-builder}
chart=${CHART:-deploy/helm/pcf-builder}
list=${IMAGES:-out/images.txt}
before=${BEFORE:-out/before-$ENVIRONMENT.txt}

values=$chart/values-$ENVIRONMENT.yaml
[[ -f $values ]] || {
  echo "no such environment: $values is missing" >&2
  exit 1
}
told=(--values "$values")
# Names of one's own, out of the repository: hosts, buckets, whose signature releases bear.
if [[ -n ${OWN_VALUES:-} ]]; then
  VALUES=out/own.yaml
  mkdir -p out && printf '%s\n' "$OWN_VALUES" >"$VALUES"
fi
[[ -z ${VALUES:-} ]] || told+=(--values "$VALUES")
images=()
while read -r service image; do
  images+=(--set-string "$service.image.repository=${image%@*}" --set-string "$service.image.digest=${image##*@}")
done <"$list"
((${#images[@]} == 16)) || {
  echo "$list does not name four images: make push" >&2
  exit 1
}

mkdir -p "$(dirname "$before")"
# 0: nothing was there. A cluster that does not answer fails at the upgrade.
{ helm history "$release" --namespace "$namespace" --max 100 --output json 2>/dev/null || true; } |
  python3 -c '
import json, sys
told = json.loads(sys.stdin.read() or "[]")
print(max((each["revision"] for each in told if each["status"] == "deployed"), default=0))
' >"$before"
echo "revision before: $(cat "$before")"

# Helm 4 calls --atomic --rollback-on-failure, and takes both.
helm upgrade "$release" "$chart" --install --atomic --wait --wait-for-jobs --timeout "${TIMEOUT:-10m}" \
  --namespace "$namespace" --create-namespace --history-max 20 "${told[@]}" "${images[@]}"
