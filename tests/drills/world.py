"""Everything a drill runs: a brain, an audit log, and generators that share their builds in one Postgres."""

import base64
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pcf_runtime.signed_note import Signer

from tests.drills.services import BRAIN, Service, migrate
from tests.servers.postgres import Postgres

__all__ = ["LEASE_S", "World", "databases", "world"]

LEASE_S = 2.0
"""So long a killed instance keeps its builds from the others."""


@dataclass(frozen=True, slots=True)
class World:
    """The running services."""

    folder: Path
    brain: Service
    audit: Service
    generators: list[Service]

    @property
    def targets(self) -> list[str]:
        return [generator.target for generator in self.generators]

    @property
    def services(self) -> list[Service]:
        return [self.brain, self.audit, *self.generators]

    async def ready(self) -> None:
        for service in self.services:
            await service.ready()


@contextmanager
def world(
    builds_url: str, audit_url: str, *, generators: int = 2, settings: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Migrate both databases and start everything, with `settings` for the generators; it all ends in the end."""
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        brain = Service("brain", folder, {"folder": str(BRAIN)})
        audit = Service("audit", folder, {"database_url": audit_url, **_keys()})
        shared = {
            "database_url": builds_url,
            "artifacts": str(folder / "artifacts"),
            "brain_target": brain.target,
            "audit_target": audit.target,
            "lease_s": str(LEASE_S),
            **(settings or {}),
        }
        made = World(folder, brain, audit, [Service("generator", folder, shared) for _ in range(generators)])
        migrate("generator", builds_url, folder)
        migrate("audit", audit_url, folder)
        for service in made.services:
            stack.callback(service.kill)
            service.start()
        yield made


def databases(server: Postgres) -> tuple[str, str]:
    """URLs of two fresh databases: for the builds and for the audit log."""
    return server.url(server.create_database()), server.url(server.create_database())


def _keys() -> dict[str, str]:
    """What an audit log signs and seals with."""
    return {
        "signing_key": Signer.generate("drill.example/audit").text,
        "origin": "drill.example/audit",
        "master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
