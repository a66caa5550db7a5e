"""Settings of a service that calls others: its targets are the fields that end with `_target`."""

from typing import TYPE_CHECKING

from pcf_runtime.addresses import is_loopback_target
from pcf_runtime.settings import ServiceSettings

if TYPE_CHECKING:
    from pcf_runtime.tls.callee import Callee
    from pcf_runtime.tls.files import TlsFiles


class CallingSettings(ServiceSettings):
    """What every service can be told that calls others."""

    tls_targets: bool = True
    """Whether the other services are called with the certificate, if there is one; off where a proxy on loopback does
    it."""

    def callee(self, service: str, files: "TlsFiles | None") -> "Callee | None":
        """How to call a service, for `open_channel`; None is in clear."""
        if files is None or not self.tls_targets:
            return None
        from pcf_runtime.tls.callee import Callee  # noqa: PLC0415 - brings cryptography

        return Callee(files, service)

    def problems(self) -> list[str]:
        found = super().problems()
        if self.environment != "production" or (self.has_certificate and self.tls_targets):
            return found
        exposed = [name for name in type(self).model_fields if name.endswith("_target")]
        return found + [
            f"{self._name(name)} is not on loopback and is called without TLS, which production does not allow: "
            f"set {self._name('tls_certificate')}."
            for name in exposed
            if not is_loopback_target(getattr(self, name))
        ]
