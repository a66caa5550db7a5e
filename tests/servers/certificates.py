"""A certificate for 127.0.0.1 and localhost, signed by itself: it is its own authority."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

__all__ = ["Certificate", "write_certificate"]

_LIFE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The two files; clients trust the first."""

    certificate: Path
    key: Path


def write_certificate(folder: Path, *, life: timedelta = _LIFE) -> Certificate:
    """Makes a new key and certificate in the folder; it ends after its life."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    # A name of its own: who trusts several would look for this one under the name of another.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"PCF Builder test server {serial:x}")])
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - _LIFE)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / "server.crt", folder / "server.key")
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    files.key.touch(mode=0o600)
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
