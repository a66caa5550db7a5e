"""A folder of certificates as Kubernetes mounts a secret, and how it changes one: by moving a link."""

import ssl
from datetime import timedelta
from pathlib import Path

from tests.edge import shipped
from tests.servers.certificates import write_certificate

__all__ = ["Mounted"]


class Mounted:
    """The folder /etc/envoy/tls of the edge, somewhere else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.secret = folder.parent / "certificate.yaml"
        self._folder = folder
        self._pairs: list[Path] = []
        self.rotate()
        for name, there in (("tls.crt", "server.crt"), ("tls.key", "server.key")):
            (folder / name).symlink_to(f"..data/{there}")
        self._write_secret()

    def rotate(self, *, days: int = 90) -> None:
        """A new key and certificate, both at once."""
        pair = self._folder / f"..pair-{len(self._pairs)}"
        pair.mkdir()
        write_certificate(pair, life=timedelta(days=days))
        link = self._folder / "..data_tmp"
        link.symlink_to(pair.name)
        link.replace(self._folder / "..data")
        self._pairs.append(pair)

    def trusting(self) -> ssl.SSLContext:
        """Trusts the newest pair and no other."""
        return ssl.create_default_context(cafile=str(self._pairs[-1] / "server.crt"))

    def _write_secret(self) -> None:
        text = (shipped.FOLDER / "certificate.yaml").read_text()
        self.secret.write_text(text.replace("/etc/envoy/tls", str(self._folder)))
