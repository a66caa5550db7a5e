"""Settings of the gateway: PCF_GATEWAY_*."""

from typing import Annotated, Final, Literal

from pcf_runtime.settings import Port, Seconds, ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_ADDRESSES: Final = ("127.0.0.1", "localhost", "::1")


class GatewaySettings(ServiceSettings):
    """What the gateway can be told."""

    model_config = SettingsConfigDict(env_prefix="PCF_GATEWAY_")

    port: Port = 3000
    """Port of the REST surface and the web page."""
    metrics_port: Port = 9300
    """Port of /metrics for monitoring; the REST port has it too."""
    generator_target: str = "127.0.0.1:50051"
    """Where the generator listens, as a gRPC target."""
    brain_target: str = "127.0.0.1:50052"
    """Where the brain listens, as a gRPC target."""
    audit_target: str = "127.0.0.1:50053"
    """Where the audit service listens, as a gRPC target."""
    auth: Literal["off"] = "off"
    """Whether callers must say who they are. Off is for development, and then only on loopback."""
    allowed_hosts: tuple[str, ...] = _LOOPBACK
    """Names that requests may be addressed to while auth is off; keeps other sites' pages out."""
    body_limit_bytes: Annotated[int, Field(ge=1024)] = 64 * 1024
    """The largest request body that is read."""
    request_timeout_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    """How long a request may take whose client says nothing (X-Request-Timeout)."""
    longest_request_timeout_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 120.0
    """The most that a client can ask for."""
    stream_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600.0
    """How long an event stream or a download may go on; event streams are resumed by themselves."""
    heartbeat_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 15.0
    """After how much silence an event stream sends a comment, so that no proxy closes it."""
    keep_alive_s: Seconds = 75.0
    """How long an idle connection is kept; more than the load balancer keeps its own."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.auth == "off" and self.environment != "development":
            found.append(
                f"{self._name('auth')} is off, which only PCF_ENV=development allows; PCF_ENV is {self.environment}."
            )
        if self.auth == "off" and self.host not in _LOOPBACK_ADDRESSES:
            found.append(
                f"{self._name('host')} is {self.host}, but while {self._name('auth')} is off "
                "the gateway listens on loopback only (127.0.0.1)."
            )
        if self.request_timeout_s > self.longest_request_timeout_s:
            found.append(f"{self._name('request_timeout_s')} is more than {self._name('longest_request_timeout_s')}.")
        return found
