"""Who is called: the certificate to call with, and the one to insist on."""

from dataclasses import dataclass, replace

from pcf_runtime.tls.files import TlsFiles


@dataclass(frozen=True, slots=True)
class Callee:
    """Another service of the same trust domain."""

    files: TlsFiles
    """The caller's own."""
    service: str

    @property
    def dns_name(self) -> str:
        """What its certificate must be for, whatever address it answers at."""
        return replace(self.files.identity, service=self.service).dns_name
