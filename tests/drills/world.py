"""Everything a drill runs: a brain, an audit log, and generators that share their builds in one Postgres."""

import base64
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pcf_runtime.signed_note import Signer

from tests.drills.services import BRAIN, Service, migrate
from tests.servers.postgres import Postgres

__all__ = ["LEASE_S", "World", "audit_keys", "databases", "world"]

LEASE_S = 2.0
"""So long a killed instance keeps its builds from the others."""


@dataclass(frozen=True, slots=True)
class World:
    """The running services."""

    folder: Path
    builds_url: str
    brains: list[Service]
    audits: list[Service]
    generators: list[Service]

    @property
    def brain(self) -> Service:
        return self.brains[0]

    @property
    def audit(self) -> Service:
        return self.audits[0]

    @property
    def url_files(self) -> list[Path]:
        """Where the databases' URLs stand, if they stand in files."""
        return sorted(self.folder.glob("*.url"))

    @property
    def targets(self) -> list[str]:
        return [generator.target for generator in self.generators]

    @property
    def services(self) -> list[Service]:
        return [*self.brains, *self.audits, *self.generators]

    async def ready(self) -> None:
        for service in self.services:
            await service.ready()


@contextmanager
def world(
    builds_url: str,
    audit_url: str,
    *,
    generators: int = 2,
    others: int = 1,
    settings: Mapping[str, str] | None = None,
    common: Callable[[str], Mapping[str, str]] = lambda _: {},
    url_files: bool = False,
    keys: Mapping[str, str] | None = None,
    migrated: bool = False,
) -> Iterator[World]:
    """Migrate both databases and start everything; it all ends in the end.

    `others` is how many brains and audit logs there are; with more than one, `settings`, which are the generators',
    say where something balances between them. `common` gives a service's by its name. With `url_files` the services
    read their databases' URLs from files. `keys` are the audit log's, if it is not its first start; `migrated`
    databases stay as they are.
    """
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        keys = keys or audit_keys()
        builds, trail = (
            _database(url, folder / f"{name}.url" if url_files else None)
            for name, url in (("builds", builds_url), ("audit", audit_url))
        )
        brains = [Service("brain", folder, {"folder": str(BRAIN), **common("brain")}) for _ in range(others)]
        audits = [Service("audit", folder, {**trail, **keys, **common("audit")}) for _ in range(others)]
        shared = {
            **builds,
            "artifacts": str(folder / "artifacts"),
            "brain_target": brains[0].target,
            "audit_target": audits[0].target,
            "lease_s": str(LEASE_S),
            **common("generator"),
            **(settings or {}),
        }
        made = World(
            folder, builds_url, brains, audits, [Service("generator", folder, shared) for _ in range(generators)]
        )
        if not migrated:
            migrate("generator", builds_url, folder)
            migrate("audit", audit_url, folder)
        for service in made.services:
            stack.callback(service.kill)
            service.start()
        yield made


def databases(server: Postgres) -> tuple[str, str]:
    """URLs of two fresh databases: for the builds and for the audit log."""
    return server.url(server.create_database()), server.url(server.create_database())


def audit_keys() -> dict[str, str]:
    """What an audit log signs and seals with."""
    return {
        "signing_key": Signer.generate("drill.example/audit").text,
        "origin": "drill.example/audit",
        "master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _database(url: str, file: Path | None) -> dict[str, str]:
    if file is None:
        return {"database_url": url}
    file.write_text(url)
    return {"database_url_file": str(file)}
