"""All four services in one process: real gRPC over loopback, one event loop.

Started in the order in which they need one another, and left in the opposite one: the gateway finishes its
requests, the generator hands its builds back and delivers what is left for the audit log, and only then the
audit log closes.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from pcf_audit import bootstrap as audit
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError
from pcf_audit.settings import AuditSettings
from pcf_brain import bootstrap as brain
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.loader import load as load_release
from pcf_brain.settings import BrainSettings
from pcf_gateway import bootstrap as gateway
from pcf_gateway.settings import GatewaySettings
from pcf_generator import bootstrap as generator
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.settings import ConfigurationError, ServiceSettings, read
from pcf_runtime.starting import CannotStartError

from pcf_cli.data_folder import held
from pcf_cli.exits import Refused

__all__ = ["DevelopmentServer", "Places", "brain_problems", "running"]

_HOST: Final = "127.0.0.1"
_NOTHING: Final[Mapping[str, object]] = {}
_Settings = TypeVar("_Settings", bound=ServiceSettings)


@dataclass(frozen=True, slots=True)
class Places:
    """What a server is told: its port (0 takes any), its data, its brain."""

    port: int
    data: Path
    brain: Path
    own: bool = False
    """Whether it serves this process alone, which has no key: it asks for none, whatever the environment says."""


@dataclass(frozen=True, slots=True)
class DevelopmentServer:
    """A running server."""

    port: int
    data: Path

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    async def waiting_for(self) -> Mapping[str, str]:
        """What it is not ready for, and why; nothing when it is ready."""
        # Spoken by hand: an HTTP client would cost `serve` a tenth of its start.
        reader, writer = await asyncio.open_connection(_HOST, self.port)
        try:
            writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
            _, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
        found: Mapping[str, str] = json.loads(body)["waiting_for"]
        return found


@asynccontextmanager
async def running(places: Places) -> AsyncIterator[DevelopmentServer]:
    """Serve until left. Raises Refused for what a person can mend."""
    async with AsyncExitStack() as stack:
        data = stack.enter_context(held(places.data))
        try:
            port = await _start(replace(places, data=data), stack)
        except ConfigurationError as error:
            raise Refused(*error.problems) from error
        except AddressUnavailableError as error:
            raise Refused(f"{error} Stop what listens there, or take another port with --port.") from error
        except (OSError, sqlite3.Error, DatabaseUnusableError) as error:
            raise Refused(f"The data folder {data} cannot be used: {error}.") from error
        except CannotStartError as error:
            raise Refused(str(error)) from error
        yield DevelopmentServer(port, data)


async def brain_problems(folder: Path) -> list[str]:
    """What is wrong with the brain in a folder; nothing when it can be served."""
    try:
        await load_release(await FolderStore(folder).open(), now=lambda: datetime.now(UTC))
    except BrokenReleaseError as error:
        return [str(problem) for problem in error.problems]
    return []


async def _start(places: Places, stack: AsyncExitStack) -> int:
    """Start all four; the port where the gateway listens."""
    knowledge = await stack.enter_async_context(brain.running(_settings(BrainSettings, folder=places.brain)))
    log = await stack.enter_async_context(audit.running(_settings(AuditSettings, database=places.data / "audit.db")))
    peers = {"brain_target": f"{_HOST}:{knowledge.port}", "audit_target": f"{_HOST}:{log.port}"}
    stored = {"database": places.data / "builds.db", "artifacts": places.data / "artifacts"}
    builds = await stack.enter_async_context(generator.running(_settings(GeneratorSettings, **peers, **stored)))
    peers["generator_target"] = f"{_HOST}:{builds.port}"
    ours = {"port": places.port, "database": places.data / "gateway.db", **peers}
    open_to_all = {"auth": "off", "host": _HOST} if places.own else _NOTHING
    edge = await stack.enter_async_context(gateway.running(_settings(GatewaySettings, open_to_all, **ours)))
    return edge.port


def _settings(kind: type[_Settings], instead: Mapping[str, object] = _NOTHING, /, **ours: object) -> _Settings:
    """What the environment sets, and on top what holds for one process on one machine.

    `instead` holds before the settings are checked: what it replaces cannot be wrong.
    """
    settings = read(kind).model_copy(update=instead)
    if problems := settings.problems():
        raise ConfigurationError(problems)
    return settings.model_copy(update={"host": _HOST, "port": 0, "metrics_port": 0, **ours})
