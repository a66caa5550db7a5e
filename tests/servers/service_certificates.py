"""Certificates that services call each other with, as an authority of a cluster gives them out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

__all__ = ["Authority", "ServiceFiles"]

_LIFE = timedelta(days=2)
_DOMAIN = "pcf-builder"


@dataclass(frozen=True, slots=True)
class ServiceFiles:
    """What a service is told."""

    certificate: Path
    key: Path
    authority: Path

    @property
    def settings(self) -> dict[str, str]:
        return {
            "tls_certificate": str(self.certificate),
            "tls_key": str(self.key),
            "tls_authority": str(self.authority),
        }


class Authority:
    """Signs certificates; every instance is another authority, though all have one name."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PCF Builder test authority")])
        own = _begun(self._name, self._name, self._key.public_key(), life=_LIFE)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        # Without it, two authorities of one name are taken for one while the second replaces the first.
        own = own.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        self.pem = own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def write(
        self,
        folder: Path,
        service: str,
        *,
        domain: str = _DOMAIN,
        believed: bytes = b"",
        life: timedelta = _LIFE,
    ) -> ServiceFiles:
        """A new key and certificate for a service; it believes this authority unless told which."""
        folder.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, service)])
        names = [
            x509.UniformResourceIdentifier(f"spiffe://{domain}/{service}"),
            x509.DNSName(f"{service}.{domain}"),
        ]
        begun = _begun(subject, self._name, key.public_key(), life=life)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        told = begun.add_extension(x509.SubjectAlternativeName(names), critical=False)
        signed = told.add_extension(issuer, critical=False).sign(self._key, hashes.SHA256())
        files = ServiceFiles(folder / "tls.crt", folder / "tls.key", folder / "ca.crt")
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for path, content in (
            (files.key, secret),
            (files.authority, believed or self.pem),
            (files.certificate, signed.public_bytes(Encoding.PEM)),
        ):
            _replace(path, content)
        return files


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer,
        subject,
        key,
        x509.random_serial_number(),
        not_valid_before=now - _LIFE,
        not_valid_after=now + life,
    )


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    new.touch(mode=0o600)
    new.write_bytes(content)
    new.replace(path)
