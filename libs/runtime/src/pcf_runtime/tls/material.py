"""A certificate, its key and the authorities that are believed: read from files, and judged before they are used."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from pcf_runtime.tls.identity import Identity

__all__ = ["BadTlsFilesError", "Material", "read_material"]


class BadTlsFilesError(Exception):
    """The files cannot be used; the message says why and repeats nothing of them."""


@dataclass(frozen=True, slots=True)
class Material:
    """PEM, as gRPC takes it."""

    chain: bytes
    key: bytes
    authority: bytes
    ends_at: float
    """When the certificate ends, in seconds since 1970."""

    def __repr__(self) -> str:
        return f"Material(ends_at={self.ends_at})"  # a key is seen nowhere


def read_material(certificate: Path, key: Path, authority: Path, *, identity: Identity) -> Material:
    """What the three files hold. BadTlsFilesError if they do not fit together or are not this identity's."""
    chain, secret, believed = (_read(path) for path in (certificate, key, authority))
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
        x509.load_pem_x509_certificates(believed)
        own = load_pem_private_key(secret, password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # Not its own words: they may hold parts of what was read.
        raise BadTlsFilesError("the certificate, the key or the authority is no PEM that can be read") from error
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if leaf.public_key().public_bytes(*form) != own.public_bytes(*form):
        raise BadTlsFilesError("the key is not the certificate's")
    _judge_names(leaf, identity)
    return Material(chain, secret, believed, leaf.not_valid_after_utc.timestamp())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadTlsFilesError(f"{path} cannot be read ({error.strerror})") from error


def _judge_names(leaf: x509.Certificate, identity: Identity) -> None:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError) as error:
        raise BadTlsFilesError("the certificate has no alternative names") from error
    for wanted, found in (
        (identity.uri, names.get_values_for_type(x509.UniformResourceIdentifier)),
        (identity.dns_name, names.get_values_for_type(x509.DNSName)),
    ):
        if wanted not in found:
            raise BadTlsFilesError(f"the certificate is not for {wanted}")
