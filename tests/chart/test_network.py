"""The arrows of ARCHITECTURE.md, and no others, are open."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.chart import charts
from tests.chart.charts import Manifest, workloads

INSIDE = {
    ("edge", "gateway"),
    ("gateway", "generator"),
    ("gateway", "brain"),
    ("gateway", "audit"),
    ("generator", "brain"),
    ("generator", "audit"),
}
"""Who calls whom."""
_PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"}


def test_in_and_out_are_the_same_arrows():
    policies = list(_policies(charts.render("values-production.yaml")))

    into = {(caller, callee) for callee, policy in policies for caller in _peers(policy, "ingress", "from")}
    out = {(caller, callee) for caller, policy in policies for callee in _peers(policy, "egress", "to")}

    assert INSIDE == into == out


def test_nothing_is_open_that_no_policy_opens():
    everything = next(each for each in charts.render("values-production.yaml") if each["kind"] == "NetworkPolicy")

    assert {"app.kubernetes.io/name", "app.kubernetes.io/instance"} == everything["spec"]["podSelector"][
        "matchLabels"
    ].keys()
    assert ["Ingress", "Egress"] == everything["spec"]["policyTypes"]
    assert "ingress" not in everything["spec"]
    (names,) = everything["spec"]["egress"]
    assert {53} == {each["port"] for each in names["ports"]}


def test_every_pod_is_behind_them(installed: list[Manifest]):
    policies = [each["spec"]["podSelector"]["matchLabels"] for each in installed if each["kind"] == "NetworkPolicy"]
    for workload in workloads(installed):
        labels = (workload if workload["kind"] == "Pod" else workload["spec"]["template"])["metadata"]["labels"]
        assert not policies or [each for each in policies if each.items() <= labels.items()]


def test_only_the_front_is_open_to_everybody(installed: list[Manifest]):
    components = {_component(each) for each in installed if each["kind"] == "Deployment"}
    front = "edge" if "edge" in components else "gateway"

    for name, policy in _policies(installed):
        for rule in policy.get("ingress", ()):
            assert rule.get("from") or name == front
            assert rule["ports"]
        for rule in policy.get("egress", ()):
            assert rule["to"]


def test_whoever_goes_out_goes_to_one_port_and_not_around_at_home(installed: list[Manifest]):
    for name, policy in _policies(installed):
        for rule in policy.get("egress", ()):
            for peer in rule["to"]:
                if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0":
                    assert name in {"gateway", "generator", "brain", "audit"}
                    assert [{"port": 443}] == rule["ports"]
                    assert set(peer["ipBlock"]["except"]) >= _PRIVATE


def test_each_goes_only_where_it_has_business():
    went = {
        name: {rule["ports"][0]["port"] for rule in policy.get("egress", ()) if "ipBlock" in rule["to"][0]}
        for name, policy in _policies(charts.render("values-production.yaml"))
    }

    assert {
        "edge": set(),
        "gateway": {5432, 6379},
        "generator": {5432, 6379, 443},
        "brain": {6379, 443},
        "audit": {5432, 443},
        "migrate": {5432},
        "test": set(),
    } == went


def test_a_gateway_with_an_identity_provider_may_ask_it():
    values = {"gateway": {"settings": {"OIDC_JWKS_URL": "https://login.example.com/keys"}}}

    policy = dict(_policies(charts.render("values-production.yaml", values=values)))["gateway"]

    assert [{"port": 443}] in [rule["ports"] for rule in policy["egress"]]


def _policies(manifests: list[Manifest]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Those of one service, by its name."""
    for each in manifests:
        if each["kind"] == "NetworkPolicy":
            name = each["spec"]["podSelector"]["matchLabels"].get("app.kubernetes.io/component")
            if name:
                yield name, each["spec"]


def _peers(policy: Mapping[str, Any], way: str, key: str) -> Iterator[str]:
    for rule in policy.get(way, ()):
        if [{"port": "metrics"}] == rule.get("ports"):
            continue
        for peer in rule.get(key, ()):
            component = peer.get("podSelector", {}).get("matchLabels", {}).get("app.kubernetes.io/component")
            if component:
                yield component


def _component(manifest: Manifest) -> str:
    return str(manifest["metadata"]["labels"]["app.kubernetes.io/component"])
