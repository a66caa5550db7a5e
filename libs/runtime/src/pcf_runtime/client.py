"""Channels to other services: lazily connected, balanced, with deadlines, retries and typed errors."""

from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import grpc

from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.outgoing import client_interceptors

if TYPE_CHECKING:
    from pcf_runtime.tls.callee import Callee

_KEEPALIVE: Final = (
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 0),
)
_RECONNECT: Final = (
    # Services start in any order: a peer that comes up later is found within seconds, not twenty.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 3_000),
)
_FILE: Final = "grpc_service_config.json"


def open_channel(
    target: str,
    *,
    service_config: str,
    default_timeout_s: float = 10.0,
    domain_metrics: RpcMetrics | None = None,
    tls: "Callee | None" = None,
) -> grpc.aio.Channel:
    """A channel that raises ServiceError, never AioRpcError. Connects with the first call.

    A call's timeout is its own `timeout=`, else `default_timeout_s`, and never more than the deadline of
    the request being served leaves; streams too, so a long watch states its own. The service config holds
    balancing, health and retries, but no timeouts: they would fire 1-2 s early (grpc/grpc #34547).
    With `tls` both sides present certificates, and new ones are taken as their files change.
    Who stops reading a stream before its end cancels it, `call.cancel()`: dropping it is not enough.
    """
    options = (
        ("grpc.service_config", service_config),
        ("grpc.enable_retries", 1),
        # Every channel its own connections: shared ones would outlive the channel that closes them.
        ("grpc.use_local_subchannel_pool", 1),
        # Services of one system are not reached through the proxy that leads out of it.
        ("grpc.enable_http_proxy", 0),
        *_KEEPALIVE,
        *_RECONNECT,
    )
    interceptors = client_interceptors(default_timeout_s=default_timeout_s, metrics=domain_metrics)
    if tls is None:
        return grpc.aio.insecure_channel(target, options=options, interceptors=interceptors)
    return _secure_channel(target, tls, options=options, interceptors=interceptors)


def _secure_channel(target: str, tls: "Callee", **how: Any) -> grpc.aio.Channel:
    from pcf_runtime.tls.channel import FollowingChannel  # noqa: PLC0415 - brings cryptography
    from pcf_runtime.tls.credentials import client_credentials  # noqa: PLC0415 - likewise

    # Who answers must be the service meant, whichever of its addresses was called.
    options = (*how.pop("options"), ("grpc.ssl_target_name_override", tls.dns_name))
    return FollowingChannel(
        tls.files,
        lambda material: grpc.aio.secure_channel(target, client_credentials(material), options=options, **how),
    )


def service_config(package: str) -> str:
    """The service config beside the contract, by its package, `pcf.audit.v1`."""
    return resources.files(package).joinpath(_FILE).read_text(encoding="utf-8")
