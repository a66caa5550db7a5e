"""Each profile holds what it should, and gives nothing more rights than it needs."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pcf_audit.settings import AuditSettings
from pcf_brain.settings import BrainSettings
from pcf_gateway.settings import GatewaySettings
from pcf_generator.settings import GeneratorSettings

from tests.compose.composing import ROOT, configuration

SETTINGS = {"gateway": GatewaySettings, "generator": GeneratorSettings, "brain": BrainSettings, "audit": AuditSettings}
ONCE = {
    "migrate-gateway",
    "migrate-generator",
    "migrate-audit",
    "own-artifacts",
    "buckets",
    "brain-sync",
    "postgres-synchronous",
}
_AS_ROOT = {"own-artifacts", "brain-sync"}
"""They prepare volumes, which begin as root's."""


def test_the_light_one_is_the_product_with_its_stores():
    services = configuration({})["services"].keys()

    assert {"edge", *SETTINGS, "postgres", "redis"} == services - ONCE
    assert {"migrate-gateway", "migrate-generator", "migrate-audit", "own-artifacts"} == services & ONCE


def test_the_full_one_has_every_box(full: Mapping[str, str]):
    services = configuration(full)["services"].keys()

    beside = {"postgres-standby", "redis-replica", "redis-sentinel", "s3", "prometheus", "alertmanager", "grafana"}
    assert {"edge", *SETTINGS, "postgres", "redis", "node-exporter", *beside} == services - ONCE
    assert services >= ONCE


def test_nothing_is_root_or_has_rights(stack: Mapping[str, Any]):
    for name, service in stack.items():
        assert service["read_only"], name
        assert ["ALL"] == service["cap_drop"], name
        assert ["no-new-privileges:true"] == service["security_opt"], name
        assert not service["user"].startswith("0") or name in _AS_ROOT, name
        assert set(service.get("cap_add", ())) <= ({"CHOWN"} if name == "own-artifacts" else set())
        assert not {"privileged", "pid", "ipc", "network_mode", "devices"} & service.keys()


def test_everything_has_limits_and_says_whether_it_is_well(stack: Mapping[str, Any]):
    for name, service in stack.items():
        limits = service["deploy"]["resources"]["limits"] if "mem_limit" not in service else service
        assert limits.get("mem_limit") or limits.get("memory"), name
        assert service.get("cpus") or limits.get("cpus"), name
        # Ours say so by their images; Envoy's has nothing to ask with.
        assert "healthcheck" in service or name in {*SETTINGS, *ONCE, "edge"}, name


def test_only_this_machine_reaches_it(stack: Mapping[str, Any]):
    published = {name: service["ports"] for name, service in stack.items() if "ports" in service}

    assert published.keys() <= {"edge", "grafana"}
    assert {"127.0.0.1"} == {port["host_ip"] for ports in published.values() for port in ports}


def test_only_who_must_reaches_the_world(full: Mapping[str, str]):
    told = configuration(full)

    assert told["networks"]["inside"]["internal"]
    outside = {name for name, service in told["services"].items() if "outside" in service["networks"]}
    assert {"edge", "generator", "alertmanager", "grafana"} == outside


def test_no_image_moves(stack: Mapping[str, Any]):
    for name, service in stack.items():
        assert re.search(r":(local|[\w.-]*\d+\.\d+[\w.-]*)$", service["image"]), name


def test_what_is_started_waits_for_what_it_needs(stack: Mapping[str, Any]):
    conditions = {
        name: {on: how["condition"] for on, how in service.get("depends_on", {}).items()}
        for name, service in stack.items()
    }

    for name in ("gateway", "generator", "audit"):
        assert "service_completed_successfully" == conditions[name][f"migrate-{name}"]
        assert "service_healthy" == conditions[f"migrate-{name}"]["postgres"]
    assert {"service_healthy"} == {conditions["gateway"][name] for name in ("generator", "brain", "audit", "redis")}
    assert "service_healthy" == conditions["edge"]["gateway"]


def test_every_variable_is_a_setting(stack: Mapping[str, Any]):
    for name, settings in SETTINGS.items():
        prefix = f"PCF_{name.upper()}_"
        kinds = ("", "_FILE")
        known = {f"{prefix}{field.upper()}{kind}" for field in settings.model_fields for kind in kinds}
        assert stack[name]["environment"].keys() - {"PCF_ENV", "AWS_SHARED_CREDENTIALS_FILE"} <= known


def test_no_service_refuses_to_start(stack: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch):
    for name, settings in SETTINGS.items():
        mounted = {each["target"]: each["source"] for each in stack[name]["volumes"]}
        with monkeypatch.context() as process:
            for variable, value in stack[name]["environment"].items():
                process.setenv(variable, value.replace("/run/secrets", mounted["/run/secrets"]))
            process.setenv("PCF_GENERATOR_COMPILERS", str(ROOT))
            assert [] == list(settings().problems()), name


def test_what_is_mounted_is_there(stack: Mapping[str, Any], secrets: Path):
    assert secrets.is_dir()
    for source in _mounted(stack):
        assert Path(source).exists(), source


def test_each_container_sees_only_its_own_secrets(stack: Mapping[str, Any]):
    seen: dict[str, set[str]] = {}
    for name, service in stack.items():
        for each in service.get("volumes", ()):
            if each["target"] == "/run/secrets" and name not in ONCE:
                seen.setdefault(each["source"].rsplit("/", 1)[1], set()).add(name)

    alike = {"postgres": {"postgres", "postgres-standby"}, "redis": {"redis", "redis-replica", "redis-sentinel"}}
    for folder, names in seen.items():
        assert names <= alike.get(folder, {folder})


def _mounted(stack: Mapping[str, Any]) -> Iterator[str]:
    for service in stack.values():
        yield from (each["source"] for each in service.get("volumes", ()) if each["type"] == "bind")
