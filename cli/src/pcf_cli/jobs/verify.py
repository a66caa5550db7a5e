"""Asks which build made a file, known by its hash alone."""

import hashlib
from pathlib import Path

from pcf_cli.client import connect
from pcf_cli.exits import Exit, WrongUsage
from pcf_cli.output import facts, show_json, show_text
from pcf_cli.resources import FileVerification

__all__ = ["verify"]


async def verify(url: str, path: Path, *, as_json: bool) -> Exit:
    """Whether it is known, and since when."""
    sha256 = _hash(path)
    async with connect(url) as api:
        found = await api.verify_file(sha256)
    if as_json:
        show_json(found)
    else:
        _tell(path, found)
    return Exit.DONE if found["known"] else Exit.REFUSED


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror or error}.") from error


def _tell(path: Path, found: FileVerification) -> None:
    show_text(_sentence(path, found))
    first = found["builds"][0] if found["builds"] else None
    facts(
        [
            ("SHA-256", found["sha256"]),
            ("Builds", f"{found['total']:,}" if found["known"] else None),
            ("Brain release", first["brain_release"] if first else None),
            ("To see it", f"pcf-builder builds show {first['id']}" if first else None),
        ]
    )


def _sentence(path: Path, found: FileVerification) -> str:
    if not found["known"]:
        return f"{path.name} was not made there, or has been changed since: no build made these bytes."
    if (artifact := found["artifact"]) is None or not found["builds"]:
        return f"{path.name} was made there."
    first = found["builds"][0]
    control = f"{first['namespace']}.{first['component_name']}"
    kind = artifact["kind"].replace("-", " ")
    return f"{path.name} is the {kind} of {control}, made by build {first['id']} on {first['create_time']}."
