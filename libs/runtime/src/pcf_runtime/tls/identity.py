"""Who a service is to others: `spiffe://<trust domain>/<service>`, and `<service>.<trust domain>` as a DNS name.

The URI says who calls; it is what servers judge by. The DNS name says who answers, as gRPC's clients check no URI.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """A service of a trust domain."""

    trust_domain: str
    service: str

    @property
    def uri(self) -> str:
        return f"spiffe://{self.trust_domain}/{self.service}"

    @property
    def dns_name(self) -> str:
        return f"{self.service}.{self.trust_domain}"
