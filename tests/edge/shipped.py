"""The shipped configurations, with ports, endpoints and folders of this machine in place of those of a cluster."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.servers.ports import free_port

__all__ = ["FOLDER", "all_of", "at_ports", "load", "secret", "to_endpoints", "with_secrets"]

FOLDER = Path(__file__).parents[2] / "deploy/envoy"
_MOUNTS = re.compile(r"/etc/envoy/(?:tls|service)\b")


def load(name: str) -> dict[str, Any]:
    """A configuration; what an anchor names is one object, wherever it is used."""
    document: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return document


def at_ports(configuration: Mapping[str, Any], ports: Mapping[str, int]) -> None:
    """Listeners, by their names, and `admin` at these ports of 127.0.0.1; a listener that is not named, at any."""
    places = {each["name"]: each["address"] for each in configuration["static_resources"]["listeners"]}
    places["admin"] = configuration["admin"]["address"]
    for name, place in places.items():
        place["socket_address"].update(address="127.0.0.1", port_value=ports.get(name) or free_port())
    for cluster in configuration["static_resources"]["clusters"]:
        if cluster["name"] == "own":
            cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": [_endpoint(ports["admin"])]}]


def to_endpoints(configuration: Mapping[str, Any], endpoints: Mapping[str, Sequence[int]]) -> None:
    """Clusters, by their names, with instances at these ports of 127.0.0.1."""
    for cluster in configuration["static_resources"]["clusters"]:
        if cluster["name"] not in endpoints:
            continue
        found = [_endpoint(port) for port in endpoints[cluster["name"]]]
        cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": found}]


def secret(name: str, folder: Path, *, mounted: Path) -> None:
    """A shipped secret, written into a folder, whose files are mounted here."""
    text = (FOLDER / name).read_text()
    (folder / name).write_text(_MOUNTS.sub(str(mounted), text))


def with_secrets(configuration: Mapping[str, Any], folder: Path) -> None:
    """They are read from this folder."""
    for source in all_of(configuration, "path_config_source"):
        source["path"] = str(folder / Path(source["path"]).name)


def all_of(tree: Any, key: str) -> Iterator[Any]:
    """Every value under this key, wherever it stands."""
    if isinstance(tree, dict):
        if key in tree:
            yield tree[key]
        tree = list(tree.values())
    if isinstance(tree, list):
        for each in tree:
            yield from all_of(each, key)


def _endpoint(port: int) -> dict[str, Any]:
    return {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}}}
