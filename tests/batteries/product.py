"""The four services as processes on SQLite, with authentication on, and a key that may do everything."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.drills.services import BRAIN, Service
from tests.drills.world import audit_keys
from tests.servers.processes import until

__all__ = ["Product", "product"]

_COMPILERS = Path(__file__).parents[2] / ".compilers"
_PEPPER = "p" * 32
# Nothing here is about how much a tenant may do.
_PLENTY = "1000000"


@dataclass(frozen=True, slots=True)
class Product:
    """The running services, and how to be let in."""

    services: Mapping[str, Service]
    key: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{self.services['gateway'].target}"

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def logs(self) -> str:
        """All that they have said so far."""
        return "".join(service.log for service in self.services.values())


@contextmanager
def product(folder: Path) -> Iterator[Product]:
    """Serves until the block ends."""
    audit = _service("audit", folder, database=folder / "audit.db", **audit_keys())
    brain = _service("brain", folder, folder=BRAIN)
    generator = _service(
        "generator",
        folder,
        database=folder / "builds.db",
        artifacts=folder / "artifacts",
        compilers=_COMPILERS,
        brain_target=brain.target,
        audit_target=audit.target,
        queue_limit=_PLENTY,
    )
    endless = ("key_per_second", "key_per_minute", "tenant_per_second", "tenant_per_minute", "builds_per_day")
    unlimited = dict.fromkeys((*endless, "requests_at_once", "streams_at_once", "failed_credentials_per_minute"), "0")
    at_keys = {"auth": "on", "database": str(folder / "gateway.db"), "key_pepper": _PEPPER}
    targets = {f"{each.name}_target": each.target for each in (generator, brain, audit)}
    gateway = _service("gateway", folder, **at_keys, **targets, **unlimited)
    services = {each.name: each for each in (audit, brain, generator, gateway)}
    with ExitStack() as running:
        for service in services.values():
            running.callback(service.kill)
            service.start()
        key = _key(folder, at_keys)
        running_product = Product(services, key)
        until(lambda: _is_ready(running_product.url), what="the gateway is ready, and so are the services behind it")
        yield running_product


def _is_ready(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    return False


def _service(name: str, home: Path, **settings: object) -> Service:
    # With the lines that say how each request ended.
    return Service(name, home, {"log_level": "INFO", **{key: str(value) for key, value in settings.items()}})


def _key(folder: Path, settings: Mapping[str, str]) -> str:
    scopes = ("builds:read", "builds:write", "audit:read", "usage:read", "admin")
    command = [sys.executable, "-m", "pcf_gateway", "keys", "create", *(f"--scope={scope}" for scope in scopes)]
    environment = {f"PCF_GATEWAY_{name.upper()}": value for name, value in settings.items()}
    made = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return made.stdout.split()[0]
