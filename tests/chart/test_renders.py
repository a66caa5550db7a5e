"""What comes out is what Kubernetes takes, with either Helm, in every way."""

import json
from collections import Counter
from functools import cache

import kubernetes_validate
import pytest
import yaml

from tests.chart import charts
from tests.chart.charts import Manifest

UNKNOWN = {
    "cert-manager.io",
    "elbv2.k8s.aws",
    "external-secrets.io",
    "gateway.networking.k8s.io",
    "keda.sh",
    "monitoring.coreos.com",
    "postgresql.cnpg.io",
    "redis.redis.opstreelabs.in",
}
"""Groups that Kubernetes' own schemas do not know."""


@cache
def _validate(manifest: str, version: str) -> None:
    """Once, for most is the same in every way."""
    kubernetes_validate.validate(json.loads(manifest), version, strict=True)


@pytest.mark.parametrize("version", ["1.30", "1.34", "1.37"])
def test_it_is_what_kubernetes_takes(version: str, installed: list[Manifest]):
    known = [each for each in installed if each["apiVersion"].split("/")[0] not in UNKNOWN]

    for each in known:
        _validate(json.dumps(each), version)

    assert known


def test_every_name_is_there_once(installed: list[Manifest]):
    names = Counter((each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in installed)

    assert {1} == set(names.values())
    assert not [name for _, _, name in names if len(name) > 63]


@pytest.mark.parametrize("environment", charts.ENVIRONMENTS)
def test_the_helm_before_renders_the_same(environment: str):
    files = charts.ENVIRONMENTS[environment]

    assert charts.render(*files) == charts.render(*files, program="helm3")


@pytest.mark.parametrize("program", ["helm", "helm3"])
@pytest.mark.parametrize("environment", charts.ENVIRONMENTS)
def test_it_lints(environment: str, program: str):
    files = [each for file in charts.ENVIRONMENTS[environment] for each in ("--values", file)]
    own = ["--set", f"brain.releaseKey={charts.OWN['brain']['releaseKey']}"]

    assert "0 chart(s) failed" in charts.run("lint", "--strict", ".", *files, *own, program=program)


def test_the_package_has_the_files_of_envoy_and_monitoring(tmp_path):
    charts.run("package", ".", "--destination", str(tmp_path))
    (package,) = tmp_path.glob("*.tgz")

    rendered = charts.run(
        "template", "it", str(package), "--values", "values-development.yaml", "--set", "edge.enabled=true"
    )

    assert "envoy.filters.http.adaptive_concurrency" in rendered


@pytest.mark.parametrize(
    ("environment", "bounds"), [("staging", (2, 4)), ("production", (3, 10)), ("region 2", (2, 10))]
)
def test_each_service_scales_within_the_bounds_of_its_environment(environment: str, bounds: tuple[int, int]):
    scalers = [
        each["spec"]
        for each in charts.render(*charts.ENVIRONMENTS[environment])
        if each["kind"] == "HorizontalPodAutoscaler"
    ]

    assert [bounds] * 5 == [(each["minReplicas"], each["maxReplicas"]) for each in scalers]


def test_development_runs_one_of_each():
    deployments = [each for each in charts.render("values-development.yaml") if each["kind"] == "Deployment"]

    assert [1] * 4 == [each["spec"]["replicas"] for each in deployments]


def test_whoever_scales_is_alone_in_it(installed: list[Manifest]):
    """A deployment whose pods an autoscaler counts says no number: each upgrade would go back to it."""
    scaled = {
        each["spec"]["scaleTargetRef"]["name"]
        for each in installed
        if each["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}
    }
    counted = {
        each["metadata"]["name"] for each in installed if each["kind"] == "Deployment" and "replicas" in each["spec"]
    }

    assert not scaled & counted


def test_a_service_alone_is_alone():
    alone = charts.render(
        "values-production.yaml",
        values={other: {"enabled": False} for other in ("edge", "gateway", "generator", "audit")},
    )

    assert {"brain"} == {
        each["metadata"]["labels"]["app.kubernetes.io/component"] for each in alone if each["kind"] == "Deployment"
    }


@pytest.mark.parametrize("name", ["on", "no", "true", "null"])
def test_a_name_that_looks_like_something_else_stays_a_name(name: str):
    values = {
        "fullnameOverride": name,
        "gateway": {"secrets": {"name": name}},
        "generator": {"modelSecret": name},
        "pods": {"priorityClassName": name},
        "ingress": {"enabled": True, "host": name, "className": name},
    }

    for each in charts.render("values-production.yaml", values=values):
        if "." not in each["apiVersion"].split("/")[0]:
            _validate(json.dumps(each), "1.34")
        assert isinstance(each["metadata"]["name"], str)


@pytest.mark.parametrize("release", ["123", "0x1f"])
def test_a_release_that_no_service_could_be_named_after_is_refused(release: str):
    with pytest.raises(charts.RefusedError, match="begins with a letter: set fullnameOverride"):
        charts.run("template", release, ".", "--values", "values-development.yaml")

    named = charts.run("template", release, ".", "--values", "values-development.yaml", "--set", "fullnameOverride=pcf")
    labels = {each["metadata"]["labels"]["app.kubernetes.io/instance"] for each in yaml.safe_load_all(named) if each}
    assert {release} == labels


def test_an_address_that_ends_in_a_colon_stays_an_argument():
    values = {"brain": {"bucketUrl": "s3://bucket:", "fallbackBucketUrl": "s3://other:"}}

    (brain,) = (
        each
        for each in charts.render("values-production.yaml", values=values)
        if each["kind"] == "Deployment" and each["metadata"]["name"].endswith("-brain")
    )
    fill = charts.containers(brain)[0]["args"]
    assert ["--from=s3://bucket:", "--fallback=s3://other:"] == fill[1:3]
