"""What may not be in a cluster is not in the chart, whatever is turned."""

import re

from tests.chart.charts import Manifest, containers, workloads

_SECRET = re.compile(r"PEPPER$|PASSWORD|(DATA|CACHE|SIGNING|MASTER)_KEY$|(DATABASE|REDIS)_URL$")


def test_no_container_has_rights_that_it_does_not_need(installed: list[Manifest]):
    for workload in workloads(installed):
        for container in containers(workload):
            security = container["securityContext"]
            assert security["runAsNonRoot"], container["name"]
            assert security["readOnlyRootFilesystem"], container["name"]
            assert not security["allowPrivilegeEscalation"]
            assert {"drop": ["ALL"]} == security["capabilities"]


def test_no_pod_is_root_or_of_the_host(installed: list[Manifest]):
    for workload in workloads(installed):
        spec = _pod(workload)
        security = spec["securityContext"]
        assert security["runAsUser"] == security["runAsGroup"] == 65532
        assert {"type": "RuntimeDefault"} == security["seccompProfile"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        assert not [volume for volume in spec["volumes"] if "hostPath" in volume]


def test_no_pod_has_a_token_of_the_cluster(installed: list[Manifest]):
    for workload in workloads(installed):
        assert _pod(workload)["automountServiceAccountToken"] is False
        assert _pod(workload)["serviceAccountName"] != "default"
    accounts = [each for each in installed if each["kind"] == "ServiceAccount"]
    assert [False] * len(accounts) == [each["automountServiceAccountToken"] for each in accounts]
    assert not [each for each in installed if "Role" in each["kind"]]


def test_every_container_says_what_it_takes_at_most(installed: list[Manifest]):
    for workload in workloads(installed):
        for container in containers(workload):
            for kind in ("requests", "limits"):
                assert {"cpu", "memory"} <= container["resources"][kind].keys(), container["name"]


def test_only_tmp_can_be_written_and_has_a_limit(installed: list[Manifest]):
    for workload in workloads(installed):
        empty = [volume for volume in _pod(workload)["volumes"] if "emptyDir" in volume]
        assert empty or workload["metadata"]["name"].endswith("-edge")
        assert all("sizeLimit" in volume["emptyDir"] for volume in empty)
        for container in containers(workload):
            mounts = container["volumeMounts"]
            written = {mount["mountPath"] for mount in mounts if not mount.get("readOnly")}
            allowed = {"/tmp", "/ai-brain"} if container["name"] in {"fill", "follow"} else {"/tmp"}  # noqa: S108
            assert written <= allowed, container["name"]


def test_whatever_serves_is_probed_and_leaves_in_order(installed: list[Manifest]):
    for workload in workloads(installed):
        if workload["kind"] != "Deployment":
            continue
        spec = _pod(workload)
        for container in spec["containers"]:
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
            (hook,) = container["lifecycle"]["preStop"].items()
            waits = hook[1]["seconds"] if hook[0] == "sleep" else 15
            assert waits < spec["terminationGracePeriodSeconds"]
        for container in spec.get("initContainers", ()):
            assert container["name"] != "balancer" or {"startupProbe", "livenessProbe"} <= container.keys()


def test_no_image_moves(installed: list[Manifest]):
    for workload in workloads(installed):
        for container in containers(workload):
            tag = container["image"].rsplit("/", 1)[1]
            assert re.search(r"(:[\w.-]*\d[\w.-]*|@sha256:[0-9a-f]{64})$", tag), container["image"]
            assert "latest" not in tag


def test_no_secret_is_in_what_is_rendered(installed: list[Manifest]):
    assert not [each for each in installed if each["kind"] == "Secret"]
    for workload in workloads(installed):
        for container in containers(workload):
            names = [variable["name"] for variable in container.get("env", ())]
            assert not [name for name in names if _SECRET.search(name)]


def test_pods_are_spread_and_replaced_without_a_gap(installed: list[Manifest]):
    for workload in installed:
        if workload["kind"] == "Deployment":
            keys = {each["topologyKey"] for each in _pod(workload)["topologySpreadConstraints"]}
            assert {"topology.kubernetes.io/zone", "kubernetes.io/hostname"} == keys
            assert {"maxSurge": 1, "maxUnavailable": 0} == workload["spec"]["strategy"]["rollingUpdate"]


def _pod(workload: Manifest) -> Manifest:
    spec: Manifest = workload["spec"] if workload["kind"] == "Pod" else workload["spec"]["template"]["spec"]
    return spec
