"""Renders the chart with the real Helm."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pcf_runtime.signed_note import Signer

__all__ = [
    "CHART",
    "ENVIRONMENTS",
    "OPTIONS",
    "OWN",
    "Manifest",
    "RefusedError",
    "containers",
    "render",
    "run",
    "workloads",
]

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/pcf-builder"
HELM = ROOT / ".tools/programs"
Manifest = Mapping[str, Any]

OWN: Mapping[str, Any] = {"brain": {"releaseKey": Signer("pcf-builder.brain", bytes(32)).verifier.text}}
"""What every installation must say for itself: whose signature its releases bear."""

ENVIRONMENTS: Mapping[str, Sequence[str]] = {
    "development": ["values-development.yaml"],
    "staging": ["values-staging.yaml"],
    "production": ["values-production.yaml"],
    "region 2": ["values-production.yaml", "values-region-2.yaml"],
}

_SECRET = {"name": "redis-password"}
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "edge": {"edge": {"enabled": False}},
    "mTLS": {"tls": {"enabled": False}},
    "cert-manager": {"tls": {"certManager": {"enabled": False}}},
    "an issuer of one's own": {"tls": {"certManager": {"enabled": True, "issuer": {"name": "own"}}}},
    "no certificate of the edge": {"edge": {"certificate": {"issuer": {"name": ""}}}},
    "balancer": {"balancer": {"enabled": False}},
    "autoscaler": {"autoscaling": {"by": "none"}},
    "KEDA": {"autoscaling": {"by": "keda"}},
    "KEDA of one service": {"generator": {"autoscaling": {"by": "keda", "max": 20}}},
    "requests": {"autoscaling": {"requests": 0}},
    "disruption": {"disruption": {"enabled": False}},
    "migrate": {"migrate": {"enabled": False}},
    "external secrets": {"externalSecrets": {"enabled": False}},
    "network": {"network": {"enabled": False}},
    "who comes from where": {"network": {"from": [{"namespaceSelector": {"matchLabels": {"team": "edge"}}}]}},
    "identity": {"network": {"identity": [{"ipBlock": {"cidr": "169.254.170.23/32"}}]}},
    "ingress": {"ingress": {"enabled": True, "host": "pcf.example.com"}},
    "ingress without an edge": {"ingress": {"enabled": True, "host": "pcf.example.com"}, "edge": {"enabled": False}},
    "Gateway API": {"gatewayApi": {"enabled": True, "parents": [{"name": "public"}], "hosts": ["pcf.example.com"]}},
    "Gateway API without an edge": {
        "gatewayApi": {"enabled": True, "parents": [{"name": "public"}], "hosts": ["pcf.example.com"]},
        "edge": {"enabled": False},
    },
    "proxies in front": {"edge": {"trustedHops": 2}},
    "target groups": {"edge": {"targetGroups": ["arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/pcf/1"]}},
    "monitors": {"monitoring": {"monitors": False, "rules": False, "dashboards": False}},
    "traces": {"monitoring": {"traces": {"endpoint": "http://collector:4317", "to": [{"podSelector": {}}]}}},
    "the brain from a bucket": {"brain": {"source": "bucket"}},
    "the brain from its image": {"brain": {"source": "image"}},
    "the brain on one volume": {"brain": {"volume": {"claim": "brain", "storageClass": "efs", "size": "1Gi"}}},
    "PostgreSQL": {"postgres": {"enabled": True}},
    "PostgreSQL with backups": {
        "postgres": {"enabled": True, "backup": {"destination": "s3://backups", "secretName": "backups"}}
    },
    "PostgreSQL alone": {"postgres": {"enabled": True, "instances": 1, "storageClass": "fast"}},
    "Redis": {"redis": {"enabled": True, "passwordSecret": _SECRET}},
    "Redis in its own namespace": {"redis": {"enabled": True, "namespace": "cache", "passwordSecret": _SECRET}},
    "roles of AWS": {
        "serviceAccounts": {"annotations": {"brain": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/b"}}}
    },
    "tenants and models": {
        "gateway": {"tenants": {"contoso": {"key_per_second": 400}}},
        "generator": {
            "tenants": {"contoso": {"share": 2}},
            "models": {"models": [{"provider": "openai", "model": "gpt-5", "key_file": "/run/secrets/models/openai"}]},
        },
    },
    "digests": {"gateway": {"image": {"digest": f"sha256:{'a' * 64}"}}},
    "names": {"fullnameOverride": "controls", "trustDomain": "controls.example.com"},
    "pull secrets": {"image": {"pullSecrets": [{"name": "registry"}]}, "pods": {"priorityClassName": "high"}},
    "placement": {"pods": {"nodeSelector": {"pool": "pcf"}, "tolerations": [{"key": "pcf", "operator": "Exists"}]}},
}
"""Each option turned from what production has: on if it is off there, off if it is on."""


class RefusedError(Exception):
    """Helm rendered nothing; why, in its words."""


def run(*arguments: str, program: str = "helm") -> str:
    """What a command of Helm prints; RefusedError if it fails."""
    # Nothing of the person's own: neither plugins nor repositories.
    alone = {"PATH": os.environ["PATH"], "HOME": str(HELM), "HELM_CONFIG_HOME": str(HELM), "HELM_CACHE_HOME": str(HELM)}
    line = [str(HELM / program), *arguments]
    said = subprocess.run(line, cwd=CHART, capture_output=True, text=True, check=False, timeout=60, env=alone)
    if said.returncode:
        raise RefusedError(said.stderr)
    return said.stdout


def render(*files: str, values: Mapping[str, Any] | None = None, program: str = "helm") -> list[Manifest]:
    """What is installed with these values, those of files first."""
    return _render(files, json.dumps([OWN, values or {}]), program)


@cache
def _render(files: Sequence[str], told: str, program: str) -> list[Manifest]:
    arguments = [each for file in files for each in ("--values", file)]
    for values in json.loads(told):
        arguments += [f"--set-json={key}={json.dumps(value)}" for key, value in _leaves(values)]
    text = run("template", "it", ".", "--namespace", "pcf", *arguments, program=program)
    return [each for each in yaml.load_all(text, yaml.CSafeLoader) if each]


def _leaves(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Each value by its path: `--set-json` replaces whole maps otherwise."""
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        path = prefix + key.replace(".", r"\.")
        found += _leaves(value, f"{path}.") if isinstance(value, dict) else [(path, value)]
    return found


def workloads(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Whatever has pods."""
    return [each for each in manifests if each["kind"] in {"Deployment", "Job", "Pod"}]


def containers(workload: Manifest) -> list[Manifest]:
    """All containers of its pods, also those that run before or beside."""
    spec = workload["spec"] if workload["kind"] == "Pod" else workload["spec"]["template"]["spec"]
    return [*spec.get("initContainers", ()), *spec["containers"]]
