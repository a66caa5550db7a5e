"""A wrong value is refused before anything is installed, and the message says where it stands."""

from typing import Any

import pytest

from tests.chart import charts

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"enviroment": "production"}, "enviroment"),
    ({"environment": "prod"}, "environment"),
    ({"logLevel": "verbose"}, "logLevel"),
    ({"gateway": {"replica": 2}}, "replica"),
    ({"gateway": {"replicas": 0}}, "gateway.replicas"),
    ({"gateway": {"replicas": "two"}}, "gateway.replicas"),
    ({"gateway": {"image": {"tag": "latest"}}}, "gateway.image.tag"),
    ({"gateway": {"image": {"digest": "sha256:1234"}}}, "gateway.image.digest"),
    ({"gateway": {"image": {"repository": "ghcr.io/x/gateway:1.0"}}}, "gateway.image.repository"),
    ({"gateway": {"resources": {"limits": {"memory": None}}}}, "memory"),
    ({"gateway": {"resources": {"limits": {"cpu": "1", "memory": "lots"}}}}, "memory"),
    ({"gateway": {"settings": {"PCF_GATEWAY_AUTH": "on"}}}, "PCF_GATEWAY_AUTH"),
    ({"gateway": {"settings": {"auth": "on"}}}, "auth"),
    ({"gateway": {"settings": {"AUTH": {"mode": "on"}}}}, "gateway.settings.AUTH"),
    ({"gateway": {"secrets": {"keys": ["database-url"]}}}, "gateway.secrets.keys.0"),
    ({"autoscaling": {"by": "vpa"}}, "autoscaling.by"),
    ({"autoscaling": {"cpu": 170}}, "autoscaling.cpu"),
    ({"autoscaling": {"prometheus": "prometheus:9090"}}, "autoscaling.prometheus"),
    ({"disruption": {"maxUnavailable": 0}}, "disruption.maxUnavailable"),
    ({"edge": {"service": {"type": "ExternalName"}}}, "edge.service.type"),
    ({"edge": {"trustedHops": -1}}, "edge.trustedHops"),
    ({"edge": {"targetGroups": ["pcf"]}}, "edge.targetGroups.0"),
    ({"edge": {"certificate": {"hosts": ["https://pcf.example.com"]}}}, "edge.certificate.hosts.0"),
    ({"brain": {"source": "git"}}, "brain.source"),
    ({"brain": {"bucketUrl": "https://bucket"}}, "brain.bucketUrl"),
    ({"trustDomain": "spiffe://pcf"}, "trustDomain"),
    ({"network": {"postgres": {"port": 99999, "to": []}}}, "network.postgres.port"),
    ({"network": {"from": ["10.0.0.0/8"]}}, "network.from.0"),
    ({"monitoring": {"traces": {"sample": 10}}}, "monitoring.traces.sample"),
    ({"externalSecrets": {"refreshInterval": "hourly"}}, "externalSecrets.refreshInterval"),
    ({"tls": {"certManager": {"duration": "90d"}}}, "tls.certManager.duration"),
    ({"pods": {"tmpSize": "256 MB"}}, "pods.tmpSize"),
    ({"pods": {"spread": "zones"}}, "pods.spread"),
]

MISSING: list[tuple[dict[str, Any], str]] = [
    ({"brain": {"bucketUrl": ""}}, "brain.bucketUrl is needed"),
    ({"brain": {"source": "bucket", "bucketUrl": ""}}, "brain.bucketUrl is needed"),
    ({"brain": {"releaseKey": ""}}, "brain.releaseKey is needed"),
    ({"ingress": {"enabled": True}}, "ingress.host is needed"),
    ({"gatewayApi": {"enabled": True, "hosts": ["a.example.com"]}}, "gatewayApi.parents is needed"),
    ({"gatewayApi": {"enabled": True, "parents": [{"name": "public"}]}}, "gatewayApi.hosts is needed"),
    ({"externalSecrets": {"store": {"name": ""}}}, "externalSecrets.store.name is needed"),
    ({"edge": {"certificate": {"hosts": []}}}, "edge.certificate.hosts is needed"),
    ({"redis": {"enabled": True}}, "redis.passwordSecret.name is needed"),
    ({"autoscaling": {"min": 5, "max": 3}}, "more at least (5) than at most (3)"),
    (
        {
            "gateway": {"enabled": False},
            "edge": {"enabled": False},
            "ingress": {"enabled": True, "host": "a.example.com"},
        },
        "needs the edge or the gateway",
    ),
]


@pytest.mark.parametrize(("values", "told"), WRONG, ids=lambda each: each if isinstance(each, str) else "")
def test_a_wrong_value_is_refused(values: dict[str, Any], told: str):
    with pytest.raises(charts.RefusedError) as refused:
        charts.render("values-production.yaml", values=values)

    assert "don't meet the specifications of the schema" in str(refused.value)
    assert told.replace(".", "/") in str(refused.value).replace(".", "/")


@pytest.mark.parametrize(("values", "told"), MISSING, ids=lambda each: each if isinstance(each, str) else "")
def test_what_is_missing_is_named(values: dict[str, Any], told: str):
    with pytest.raises(charts.RefusedError) as refused:
        charts.render("values-production.yaml", values=values)

    assert told in str(refused.value)


def test_an_old_cluster_is_refused():
    with pytest.raises(charts.RefusedError, match=r"requires kubeVersion: >=1\.30"):
        charts.run("template", "it", ".", "--values", "values-development.yaml", "--kube-version", "1.28.0")
