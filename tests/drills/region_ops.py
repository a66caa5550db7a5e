"""pcf-ops as an operator runs it: a process, with a file that says what the two regions are."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.drills.region_stack import Region

__all__ = ["Ops", "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command ended with."""

    code: int
    text: str


class Ops:
    """Its files, in a folder: the record that makers follow, the URLs of the databases, the webhook's."""

    def __init__(self, folder: Path, hook: str) -> None:
        self.record = folder / "record"
        self.record.write_text("one\n")
        self._folder = folder
        self._trusted = folder / "trusted.pem"
        self._told: dict[str, Any] = {
            "home": "one",
            "replication": "synchronous",
            "record": {"file": {"path": str(self.record)}},
            "source_only": True,
            "notify": str(folder / "webhook"),
            "regions": {},
        }
        (folder / "webhook").write_text(hook)

    def know(self, region: Region) -> None:
        """From now on this is the region of that name."""
        database = self._folder / f"{region.name}.url"
        database.write_text(region.database.url())
        cache = self._folder / f"{region.name}.redis"
        cache.write_text(region.redis.url())
        self._told["regions"][region.name] = {
            "url": region.product.edge.url,
            "target": region.name,
            "database": str(database),
            "redis": str(cache),
        }
        (self._folder / "regions.yaml").write_text(yaml.safe_dump(self._told))
        with self._trusted.open("ab") as file:
            file.write(Path(region.product.edge.certificates.authority).read_bytes())

    async def run(self, *arguments: str) -> Said:
        line = (sys.executable, "-m", "pcf_ops", "--regions", str(self._folder / "regions.yaml"), *arguments)
        process = await asyncio.create_subprocess_exec(
            *line,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {"SSL_CERT_FILE": str(self._trusted)},
        )
        said, _ = await process.communicate()
        return Said(process.returncode or 0, said.decode())
