"""Manifests that scale or request otherwise than the model says are told."""

from copy import deepcopy
from typing import Any

import pytest
from capacity.chart import differences, quantity

AUTOSCALER: dict[str, Any] = {
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "gateway"},
    "spec": {
        "minReplicas": 2,
        "maxReplicas": 10,
        "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}},
            {"type": "Resource", "resource": {"name": "memory", "target": {"averageUtilization": 80}}},
            {"type": "Pods", "pods": {"metric": {"name": "rate"}, "target": {"averageValue": "100"}}},
        ],
        "behavior": {
            "scaleDown": {
                "stabilizationWindowSeconds": 300,
                "policies": [
                    {"type": "Pods", "value": 1, "periodSeconds": 60},
                    {"type": "Percent", "value": 25, "periodSeconds": 60},
                ],
            }
        },
    },
}
CONTAINER: dict[str, Any] = {"name": "gateway", "resources": {"requests": {"cpu": "500m", "memory": "256Mi"}}}
DEPLOYMENT: dict[str, Any] = {
    "kind": "Deployment",
    "metadata": {"name": "gateway"},
    "spec": {"template": {"spec": {"containers": [CONTAINER, {"name": "beside"}]}}},
}


def _scaling(**spec: Any) -> list[str]:
    manifest = deepcopy(AUTOSCALER)
    manifest["spec"] |= spec
    return differences([manifest, DEPLOYMENT])


def test_a_chart_that_does_as_the_model_does():
    assert [] == differences([AUTOSCALER, None, DEPLOYMENT, {"kind": "Service", "metadata": {"name": "gateway"}}])
    assert [] == _scaling(minReplicas=3)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"minReplicas": 1}, "gateway: 1 to 10 pods"),
        ({"maxReplicas": 20}, "gateway: 2 to 20 pods"),
        ({"metrics": AUTOSCALER["spec"]["metrics"][:1]}, "gateway: targets {'cpu': 0.7}"),
        ({"behavior": {}}, "gateway: scales down by"),
    ],
)
def test_an_autoscaler_that_differs(spec: dict[str, Any], told: str):
    (found,) = _scaling(**spec)

    assert found.startswith(told)


def test_another_number_of_requests():
    other = {"type": "Pods", "pods": {"metric": {"name": "rate"}, "target": {"averageValue": 200}}}

    assert ["gateway: [200.0] requests a second"] == _scaling(metrics=[*AUTOSCALER["spec"]["metrics"][:2], other])


def test_a_pod_that_requests_something_else():
    manifest = deepcopy(DEPLOYMENT)
    manifest["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "1"

    (found,) = differences([AUTOSCALER, manifest])

    assert found.startswith("gateway: gateway requests 1 cores and 268 MB")


def test_a_chart_without_an_autoscaler():
    assert ["there is no HorizontalPodAutoscaler"] == differences([DEPLOYMENT])


@pytest.mark.parametrize(("text", "value"), [("250m", 0.25), (2, 2.0), ("1Gi", 2**30), ("1.5G", 1.5e9)])
def test_quantities(text: str, value: float):
    assert value == quantity(text)


def test_no_quantity():
    with pytest.raises(ValueError, match="is no quantity"):
        quantity("much")
