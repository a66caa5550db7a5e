"""Folders of certificates as Kubernetes mounts secrets, and how it changes one: by moving a link."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from tests.edge import shipped
from tests.servers.certificates import write_certificate
from tests.servers.service_certificates import Authority, ServiceFiles

__all__ = ["EdgeCertificate", "Mounted", "ServiceCertificate"]


class Mounted:
    """A folder whose files change all at once."""

    def __init__(self, folder: Path, write: Callable[[Path], object]) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._count = 0
        self.put(write)
        for file in self.newest.iterdir():
            (folder / file.name).symlink_to(f"..data/{file.name}")

    @property
    def newest(self) -> Path:
        return (self._folder / "..data").resolve()

    def put(self, write: Callable[[Path], object]) -> None:
        """Other files of the same names, which `write` makes in a folder."""
        version = self._folder / f"..version-{self._count}"
        self._count += 1
        version.mkdir()
        write(version)
        link = self._folder / "..data_tmp"
        link.symlink_to(version.name)
        link.replace(self._folder / "..data")


class EdgeCertificate:
    """The edge's /etc/envoy/tls, somewhere else."""

    def __init__(self, folder: Path) -> None:
        self._mounted = Mounted(folder, _write_pair)
        self.secrets = folder.parent
        shipped.secret("certificate.yaml", self.secrets, mounted=folder)

    def rotate(self, *, days: int = 90) -> None:
        """A new key and certificate, both at once."""
        self._mounted.put(lambda folder: _write_pair(folder, days=days))

    def trusting(self) -> ssl.SSLContext:
        """Trusts the newest pair and no other."""
        return ssl.create_default_context(cafile=self.authority)

    @property
    def authority(self) -> str:
        """A file with the newest pair's certificate, which is its own authority."""
        return str(self._mounted.newest / "tls.crt")


class ServiceCertificate:
    """A service's /etc/envoy/service, somewhere else: for its instances, and for the proxy beside them."""

    def __init__(self, folder: Path, authority: Authority, service: str) -> None:
        self._write = lambda version: authority.write(version, service)
        self._mounted = Mounted(folder, self._write)
        self.secrets = folder
        for name in ("service.yaml", "authority.yaml"):
            shipped.secret(name, folder, mounted=folder)
        self.files = ServiceFiles(folder / "tls.crt", folder / "tls.key", folder / "ca.crt")

    @property
    def newest(self) -> x509.Certificate:
        """What is to be shown from now on."""
        return x509.load_pem_x509_certificate(self.files.certificate.read_bytes())

    def rotate(self) -> None:
        """A new key and certificate of the same authority, both at once."""
        self._mounted.put(self._write)


def _write_pair(folder: Path, *, days: int = 90) -> None:
    pair = write_certificate(folder, life=timedelta(days=days))
    pair.certificate.rename(folder / "tls.crt")
    pair.key.rename(folder / "tls.key")
