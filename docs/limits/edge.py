"""What Envoy takes at the edge, from the file it runs with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

__all__ = ["edge_rows"]

_FILE: Final = Path(__file__).parents[2] / "deploy" / "envoy" / "edge.yaml"
_HTTP: Final = "envoy.filters.network.http_connection_manager"
_KIB: Final = 1024


def edge_rows() -> Iterator[tuple[str, str, str]]:
    """What is limited, by how much, and what a client sees."""
    file = yaml.safe_load(_FILE.read_text())
    http = _http(file)
    connections, streams = http["common_http_protocol_options"], http["http2_protocol_options"]
    filters = {each["name"]: each["typed_config"] for each in http["http_filters"]}
    everybody = filters["envoy.filters.http.local_ratelimit"]
    (address,) = everybody["descriptors"]
    yield "TLS", "1.2 and 1.3, AEAD ciphers only", "no handshake"
    headers = f"{connections['max_headers_count']}, {http['max_request_headers_kb']} KiB together"
    yield "headers of a request", f"{headers}, within {_s(http['request_headers_timeout'])}", "431, 408"
    body = filters["envoy.filters.http.buffer"]["max_request_bytes"] // _KIB
    yield "body", f"{body} KiB, within {_s(http['request_timeout'])}", "413, 408"
    odd = "names with underscores, escaped slashes, two hosts, tunnels, upgrades, HTTP/1.0"
    yield odd, "none", "400, 403, 405, 426"
    yield "requests of one address", _bucket(address), "429 with `Retry-After` and `X-RateLimit-*`"
    yield "requests of all", _bucket(everybody), "the same"
    least, quick = _adaptive(filters["envoy.filters.http.adaptive_concurrency"])
    kept = f"as many as keep half of them under {quick}, and {least} in any case"
    yield "requests at once, without event streams, downloads and the web page", kept, "503 with `Retry-After`"
    yield "streams of a connection", str(streams["max_concurrent_streams"]), "they wait"
    resets = file["layered_runtime"]["layers"][0]["static_layer"]["overload.premature_reset_total_stream_count"]
    yield "streams that are reset young", f"half of {resets} on a connection", "the connection is closed"
    silence = f"{_s(connections['idle_timeout'])}, {_s(http['stream_idle_timeout'])}"
    yield "silence: of a connection, of a stream", silence, "closed"
    pages, reading, writing = _timeouts(http)
    kinds = "the web page; any other GET, with event streams and downloads; anything else"
    yield kinds, f"{pages}, {reading}, {writing}", "504"
    heap, most = _overload(file)
    yield "connections of all", f"{most:,}", "refused"
    yield "heap", f"{heap} GiB; from 80 % on idle connections go, from 95 % on requests", "503"
    usual, pages = _gateway(file)
    yield "gateway: connections, waiting, at once", usual, "503"
    yield "the same of the web page alone", pages, "503"


def _http(file: Any) -> Any:
    (secure,) = [each for each in file["static_resources"]["listeners"] if each["name"] == "secure"]
    (manager,) = [each for each in secure["filter_chains"][0]["filters"] if each["name"] == _HTTP]
    return manager["typed_config"]


def _timeouts(http: Any) -> list[str]:
    """Of the pages, of what reads else, and of what does not; the file has one each."""
    routes = http["route_config"]["virtual_hosts"][0]["routes"]
    return list(dict.fromkeys(_s(each["route"]["timeout"]) for each in routes if "route" in each))


def _overload(file: Any) -> tuple[int, int]:
    monitors = [each["typed_config"] for each in file["overload_manager"]["resource_monitors"]]
    given = {name: value for monitor in monitors for name, value in monitor.items()}
    return given["max_heap_size_bytes"] // _KIB**3, given["max_active_downstream_connections"]


def _adaptive(typed: Any) -> tuple[int, str]:
    known = typed["gradient_controller_config"]["min_rtt_calc_params"]
    quick_s = float(known["fixed_value"].removesuffix("s")) * (1 + known["buffer"]["value"] / 100)
    return known["min_concurrency"], f"{quick_s * 1000:g} ms"


def _gateway(file: Any) -> tuple[str, str]:
    (gateway,) = [each for each in file["static_resources"]["clusters"] if each["name"] == "gateway"]
    usual, pages = gateway["circuit_breakers"]["thresholds"]
    share = usual["retry_budget"]["budget_percent"]["value"]
    return f"{_most(usual)}; retries {share} %", _most(pages)


def _most(threshold: Any) -> str:
    return ", ".join(f"{threshold[f'max_{what}']:,}" for what in ("connections", "pending_requests", "requests"))


def _bucket(limit: Any) -> str:
    bucket = limit["token_bucket"]
    return f"{bucket['tokens_per_fill']:,} a second, {bucket['max_tokens']:,} at once"


def _s(duration: str) -> str:
    return f"{duration.removesuffix('s')} s"
