"""Whatever is told that the schema takes, what comes out is valid."""

from typing import Any

import kubernetes_validate
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chart import charts

_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?", fullmatch=True)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40)
_QUANTITIES = st.tuples(st.integers(1, 4000), st.sampled_from(["m", "Mi", "Gi", ""])).map(
    lambda each: f"{each[0]}{each[1]}"
)
_RESOURCES = st.fixed_dictionaries(
    {kind: st.fixed_dictionaries({"cpu": _QUANTITIES, "memory": _QUANTITIES}) for kind in ("requests", "limits")}
)
_SERVICE = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "replicas": st.integers(1, 100),
        "resources": _RESOURCES,
        "autoscaling": st.fixed_dictionaries({"by": st.sampled_from(["hpa", "keda", "none"])}),
        "settings": st.dictionaries(
            st.from_regex(r"[A-Z][A-Z0-9_]{1,12}", fullmatch=True).filter(lambda name: not name.startswith("PCF_")),
            st.one_of(_TEXTS, st.integers(-(10**9), 10**9), st.booleans(), st.floats(0, 1e6, allow_nan=False)),
            max_size=3,
        ),
        "nodeSelector": st.dictionaries(_NAMES, _NAMES, max_size=2),
    },
)
_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "fullnameOverride": _NAMES,
        "environment": st.sampled_from(["development", "staging", "production"]),
        "trustDomain": _NAMES,
        "gateway": _SERVICE,
        "generator": _SERVICE,
        "brain": _SERVICE,
        "audit": _SERVICE,
        "edge": st.fixed_dictionaries({}, optional={"enabled": st.booleans(), "trustedHops": st.integers(0, 10)}),
        "tls": st.fixed_dictionaries({"enabled": st.booleans()}),
        "balancer": st.fixed_dictionaries({"enabled": st.booleans()}),
        "network": st.fixed_dictionaries({"enabled": st.booleans()}),
        "migrate": st.fixed_dictionaries({"enabled": st.booleans()}),
        "pods": st.fixed_dictionaries({"annotations": st.dictionaries(_NAMES, _TEXTS, max_size=2)}),
    },
)

_UNWATCHED = {"rules": False, "dashboards": False}
"""Ten thousand lines that are always the same."""


@settings(max_examples=60, deadline=None, print_blob=True)
@given(_VALUES)
def test_whatever_is_told_comes_out_valid_and_as_told(values: dict[str, Any]):
    manifests = charts.render("values-production.yaml", values={**values, "monitoring": _UNWATCHED})

    for each in manifests:
        if not each["apiVersion"].split("/")[0].count("."):
            kubernetes_validate.validate(dict(each), "1.34", strict=True)
    for name in ("gateway", "generator", "brain", "audit"):
        told = values.get(name, {})
        environment = _environment(manifests, name)
        assert (environment is not None) == told.get("enabled", True)
        for setting, value in told.get("settings", {}).items() if environment else ():
            if isinstance(value, str):
                assert value == environment[f"PCF_{name.upper()}_{setting}"]


def _environment(manifests: list[charts.Manifest], name: str) -> dict[str, str] | None:
    for each in manifests:
        if each["kind"] == "Deployment":
            for container in charts.containers(each):
                if container["name"] == name:
                    return {variable["name"]: variable["value"] for variable in container["env"]}
    return None
