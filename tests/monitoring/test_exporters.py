"""What dashboards and alerts read of others' programs, asked of the real ones."""

import re
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.monitoring.programs import program
from tests.monitoring.queries import expressions, selectors
from tests.servers.ports import free_port
from tests.servers.processes import Process
from tests.servers.programs import envoy

HTTP = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def exported(url, *command, log):
    """The names of a program's series."""
    answers = []

    def ready():
        with suppress(URLError, OSError), urlopen(url, timeout=5) as answer:
            answers.append(answer.read().decode())
        return bool(answers)

    running = Process(*command, log=log)
    running.wait_until(ready, within_s=20)
    running.stop()
    return set(re.findall(r"^(\w+)[{ ]", answers[-1], re.MULTILINE))


def asked(prefix):
    return {each.name for _, query in expressions() for each in selectors(query) if each.name.startswith(prefix)}


def test_the_node_exporter_has_all_that_is_asked_of_it(tmp_path):
    address = f"127.0.0.1:{free_port()}"
    command = (program("prometheus-node-exporter"), f"--web.listen-address={address}")
    assert asked("node_") - exported(f"http://{address}/metrics", *command, log=tmp_path / "log") == set()
    assert len(asked("node_")) > 8


def test_envoy_has_all_that_is_asked_of_it(tmp_path):
    port = free_port(also=1)
    path = tmp_path / "envoy.yaml"
    path.write_text(yaml.safe_dump(proxy(admin=port, listener=port + 1)))
    command = (envoy(), "-c", path, "--concurrency", "1", "-l", "error", "--use-dynamic-base-id")
    url = f"http://127.0.0.1:{port}/stats/prometheus"
    assert asked("envoy_") - exported(url, *command, log=tmp_path / "log") == set()
    assert len(asked("envoy_")) > 3


def proxy(*, admin, listener):
    """As little as makes every kind of series."""
    manager = {"@type": HTTP, "stat_prefix": "edge", "route_config": {"virtual_hosts": []}}
    filters = [{"name": "http", "typed_config": manager}]
    return {
        "admin": {"address": at(admin)},
        "static_resources": {
            "listeners": [{"name": "edge", "address": at(listener), "filter_chains": [{"filters": filters}]}],
            "clusters": [{"name": "brain", "type": "STATIC", "load_assignment": {"cluster_name": "brain"}}],
        },
    }


def at(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
