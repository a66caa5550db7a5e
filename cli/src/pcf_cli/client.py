"""The REST surface as calls: each gives the JSON of its answer, or raises what the command ends with."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote
from uuid import uuid4

from pcf_cli import sse
from pcf_cli.resources import (
    Artifact,
    Build,
    BuildEvent,
    Capability,
    Checkpoint,
    ConsistencyProof,
    FileVerification,
    Key,
    MadeKey,
    Usage,
    Verification,
)
from pcf_cli.transport import Transport, open_transport

__all__ = ["Api", "LogStream", "connect"]

_NO_CONTENT: Final = 204
_LARGEST_PAGE: Final = 200


@asynccontextmanager
async def connect(url: str) -> AsyncIterator["Api"]:
    """A client of the server at that address; nothing is sent yet."""
    async with open_transport(url) as transport:
        yield Api(transport)


@dataclass(frozen=True, slots=True)
class LogStream:
    """Entries as they come, in pieces that need not be whole lines; and, in base64, the tree before them."""

    frontier: Sequence[str]
    pieces: AsyncIterator[bytes]


class Api:
    """What the commands ask of the server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def url(self) -> str:
        return self._transport.url

    async def alive(self) -> None:
        """Returns when the server answers; whether it is ready is said only inside."""
        await self._get("/healthz")

    async def create_build(self, prompt: str, options: Mapping[str, str | bool]) -> tuple[Build, str]:
        """Queue a build; also the id of the request, which logs and audit entries carry."""
        body = {"prompt": prompt, **({"options": dict(options)} if options else {})}
        response = await self._transport.send("POST", "/v1/builds", body=body, key=str(uuid4()))
        return self._transport.content(response), response.headers.get("x-request-id", "")

    async def build(self, build_id: str) -> Build:
        return cast("Build", await self._get(_build(build_id)))

    async def act(self, build_id: str, verb: str, body: Mapping[str, str] | None = None) -> Build:
        """Answer, cancel or resume a build."""
        path = f"{_build(build_id)}:{verb}"
        response = await self._transport.send("POST", path, body=body, key=str(uuid4()))
        return cast("Build", self._transport.content(response))

    async def capability(self, capability_id: str) -> Capability:
        return cast("Capability", await self._get(f"/v1/capabilities/{quote(capability_id, safe='')}"))

    async def verify_file(self, sha256: str) -> FileVerification:
        """Which builds made a file."""
        return cast("FileVerification", await self._get(f"/v1/verify/{sha256}"))

    async def usage(self, query: Mapping[str, str]) -> Usage:
        """What language models cost; one page of it."""
        return cast("Usage", await self._get("/v1/usage", {**query, "page_size": str(_LARGEST_PAGE)}))

    async def verify_log(self) -> Verification:
        return cast("Verification", await self._get("/v1/audit/verification"))

    async def checkpoint(self, *, size: int | None = None) -> Checkpoint:
        return cast("Checkpoint", await self._get("/v1/audit/checkpoint", _given(size=size)))

    async def inclusion_proof(self, event: Mapping[str, str], *, size: int | None = None) -> Any:
        """Of the event with that `event_id` or `index`."""
        return await self._get("/v1/audit/proofs/inclusion", {**event, **_given(size=size)})

    async def consistency_proof(self, *, first: int, second: int) -> ConsistencyProof:
        query = _given(first=first, second=second)
        return cast("ConsistencyProof", await self._get("/v1/audit/proofs/consistency", query))

    async def create_key(self, wanted: Mapping[str, Any]) -> MadeKey:
        return cast("MadeKey", await self._post("/v1/keys", wanted))

    async def rotate_key(self, key_id: str, *, overlap_s: int) -> MadeKey:
        """Another key like it; the old one works on for so long."""
        return cast("MadeKey", await self._post(f"{_key(key_id)}:rotate", {"overlap_s": overlap_s}))

    async def revoke_key(self, key_id: str) -> Key:
        return cast("Key", await self._post(f"{_key(key_id)}:revoke"))

    @asynccontextmanager
    async def log(self, *, first: int, end: int) -> AsyncIterator[LogStream]:
        """The log's entries from there on, until the server ends the stream or it breaks off."""
        path = f"/v1/audit/log?first={first}&end={end}"
        async with self._transport.stream(path, headers={"Accept-Encoding": "identity"}) as response:
            frontier = response.headers.get("log-frontier", "")
            yield LogStream(tuple(each for each in frontier.split(",") if each), response.aiter_bytes())

    async def listed(
        self, path: str, items: str, *, limit: int | None = None, query: Mapping[str, str | None] | None = None
    ) -> AsyncIterator[Any]:
        """The items of a list, page after page, up to a limit."""
        left = limit
        token: str | None = None
        while left is None or left > 0:
            size = _LARGEST_PAGE if left is None else min(left, _LARGEST_PAGE)
            asked = {**(query or {}), "page_size": str(size), "page_token": token}
            page = await self._get(path, {name: value for name, value in asked.items() if value is not None})
            for item in page[items]:
                yield item
            left = None if left is None else left - len(page[items])
            token = page["next_page_token"]
            if token is None:
                return

    async def events(self, build_id: str, *, after: int) -> AsyncGenerator[BuildEvent, None]:
        """What happened to a build after an event's number, live, until the server ends the stream."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        async with self._transport.stream(f"{_build(build_id)}/events", headers=headers) as response:
            if response.status_code == _NO_CONTENT:
                return
            async with aclosing(sse.events(response.aiter_bytes())) as events:
                async for event in events:
                    yield event

    async def download(self, artifact: Artifact) -> AsyncIterator[bytes]:
        """The bytes of a file that a build made."""
        async with self._transport.fetch(artifact["href"]) as response:
            async for piece in response.aiter_bytes():
                yield piece

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self._transport.content(await self._transport.send("GET", path, query=query))

    async def _post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._transport.content(await self._transport.send("POST", path, body=body))


def _given(**numbers: int | None) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items() if number is not None}


def _key(key_id: str) -> str:
    return f"/v1/keys/{quote(key_id, safe='')}"


def _build(build_id: str) -> str:
    return f"/v1/builds/{quote(build_id, safe='')}"
