"""Whether a deployment does its main job: a prompt goes in, files come out, and the trail of it is kept."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from pcf_cli.client import Api, connect
from pcf_cli.exits import CommandFailed, Exit, GaveUp, Refused
from pcf_cli.files import fetch
from pcf_cli.following import Pause, follow
from pcf_cli.output import show_json, show_text
from pcf_cli.problems import describe_failure
from pcf_cli.progress import Silent
from pcf_cli.resources import Artifact, Build, Result

__all__ = ["Wanted", "smoke"]

_FIRST, _LAST = "build.created", "build.succeeded"
_LOOK_AGAIN_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the deployment must do, and in which time."""

    kinds: Sequence[str]
    timeout_s: float


async def smoke(url: str, wanted: Wanted, *, as_json: bool, pause: Pause = asyncio.sleep) -> Exit:
    """Check after check, each told as it ends; the first that fails ends it. Raises CommandFailed."""
    checks = _Checks(say=_silent if as_json else show_text)
    try:
        async with asyncio.timeout(wanted.timeout_s), connect(url) as api:
            await _main_job(api, wanted, checks, pause)
    except TimeoutError:
        raise checks.failed(GaveUp(f"{url} did not do it within {wanted.timeout_s:g} s.")) from None
    except CommandFailed as failed:
        raise checks.failed(failed) from None
    if as_json:
        show_json({"outcome": "passed", "exit_code": int(Exit.DONE), "checks": checks.done})
    else:
        show_text(f"{url} does its main job: {len(checks.done)} checks passed.")
    return Exit.DONE


@dataclass(slots=True)
class _Checks:
    """What was checked, and what is being checked."""

    say: Callable[[str], None]
    done: list[dict[str, Any]] = field(default_factory=list)
    current: str = ""

    @asynccontextmanager
    async def check(self, name: str) -> AsyncIterator[None]:
        self.current = name
        began = time.monotonic()
        yield
        took_ms = (time.monotonic() - began) * 1_000
        self.done.append({"check": name, "milliseconds": round(took_ms, 1)})
        self.say(f"ok    {name:<44} {took_ms:8.0f} ms")

    def failed(self, why: CommandFailed) -> CommandFailed:
        """The same, which says what was being checked."""
        self.say(f"FAIL  {self.current}")
        facts = {**why.facts, "failed_check": self.current, "checks": self.done}
        return type(why)(*why.lines, facts=facts)


async def _main_job(api: Api, wanted: Wanted, checks: _Checks, pause: Pause) -> None:
    async with checks.check("it answers"):
        await api.alive()
    async with checks.check("it tells what it builds"):
        await _catalogue(api)
    async with checks.check("a build is accepted and succeeds"):
        build, result = await _built(api, pause)
    for kind in wanted.kinds:
        async with checks.check(f"its {kind} comes whole"):
            artifact = await _fetched(api, result, kind)
    async with checks.check("the file is known by its SHA-256"):
        await _known(api, build, artifact)
    async with checks.check("the audit log tells of the build"):
        await _told(api, build, pause)


async def _catalogue(api: Api) -> None:
    if not [each async for each in api.listed("/v1/capabilities", "capabilities", limit=1)]:
        raise Refused("It builds nothing: its brain has no capability.")


async def _built(api: Api, pause: Pause) -> tuple[Build, Result]:
    # A name of its own: what was built before would be answered without a stage.
    prompt = f"a toggle switch named Smoke{secrets.token_hex(6).upper()}"
    created, request_id = await api.create_build(prompt, {})
    build = await follow(api, created["id"], Silent(), after=0, pause=pause)
    if build["result"] is not None:
        return build, build["result"]
    if build["problem"] is not None:
        raise Refused(*describe_failure(build["problem"], request_id=request_id), facts={"build": build})
    raise Refused(f"Build {build['id']} ended as {build['state']}.", facts={"build": build})


async def _fetched(api: Api, result: Result, kind: str) -> Artifact:
    found = next((each for each in result["artifacts"] if each["kind"] == kind), None)
    if found is None:
        raise Refused(
            f"The build has no {kind}.",
            "  What to do: give the generator its compilers (PCF_GENERATOR_COMPILERS), or ask for --source-only.",
        )
    content = await fetch(api, found)
    if found["filename"].endswith(".zip"):
        _check_zip(found["filename"], content)
    return found


def _check_zip(filename: str, content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            broken = archive.testzip()
    except BadZipFile as error:
        raise Refused(f"{filename} is no ZIP file: {error}.") from error
    if broken is not None:
        raise Refused(f"{filename} is damaged at {broken}.")


async def _known(api: Api, build: Build, artifact: Artifact) -> None:
    found = await api.verify_file(artifact["sha256"])
    if build["id"] not in [each["id"] for each in found["builds"]]:
        raise Refused(f"{artifact['filename']} is not known as made by build {build['id']}.")


async def _told(api: Api, build: Build, pause: Pause) -> None:
    """Entries go by an outbox: they may be a moment late."""
    while True:
        events = api.listed("/v1/audit/events", "events", query={"build": build["id"]})
        types = [event["type"] async for event in events]
        if {_FIRST, _LAST} <= set(types):
            return
        await pause(_LOOK_AGAIN_S)


def _silent(_: str) -> None:
    """With --json nothing but the document is written."""
