"""Listens, understands, answers, and keeps the bill."""

import asyncio
import itertools
import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.servers.certificates import write_certificate
from tests.servers.model_apis.asked import Asked, Billed, Said, tokens
from tests.servers.model_apis.connection import Connection, Received
from tests.servers.model_apis.delivery import carry
from tests.servers.model_apis.doors import APIS, understand
from tests.servers.model_apis.faults import ANSWERS, FAULTS, STREAMS, UNBILLED, Planned
from tests.servers.model_apis.refusals import REFUSALS
from tests.servers.model_apis.samples import sample
from tests.servers.ports import free_port

__all__ = ["ModelApis", "model_apis"]

_REGIONS = ("eu", "us")
_BASE = {"openai": "/v1", "anthropic": "", "azure": ""}

Answerer = Callable[[Asked], str | Mapping[str, Any]]
Chooser = Callable[[Asked], str | None]
Mangler = Callable[[list[bytes]], Iterable[bytes]]


class ModelApis:
    """All three providers, each at two regions of its own, and at three addresses that are no good."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        """Of `bad_tls`, for whoever wants to trust it."""
        self.requests: list[Asked] = []
        """Every question that was understood, in the order they came."""
        self.bill: list[Billed] = []
        self.misunderstood: list[str] = []
        """Why requests were refused that no API would take: there should be none."""
        self._answerer: Answerer = lambda asked: json.dumps(sample(asked.schema))
        self._planned: list[Planned] = []
        self._chooser: Chooser = lambda _: None
        self._mangler: Mangler = lambda events: events
        self._addresses = {"refused": f"http://127.0.0.1:{free_port()}", "unresolved": "https://models.invalid"}
        self._serving: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._accepting: list[asyncio.Task[None]] = []
        self._numbers = itertools.count(1)

    def url(self, provider: str, at: str = "eu") -> str:
        """Base URL for the provider's SDK at `eu`, `us`, `bad_tls`, `refused` or `unresolved`."""
        return self._addresses[at] + _BASE[provider]

    def answer(self, answerer: Answerer) -> None:
        """What the models say from now on: a text, or a value to be written as JSON."""
        self._answerer = answerer

    def fault(
        self,
        name: str,
        *,
        times: int | None = None,
        provider: str | None = None,
        at: str | None = None,
        retry_after: str | None = None,
        retry_after_ms: str | None = None,
        delay_s: float = 1.0,
    ) -> None:
        """The next `times` requests of the provider and region meet the fault; all of them if no number is given."""
        if name not in FAULTS:
            raise ValueError(f"there is no fault {name}; there are {', '.join(sorted(FAULTS))}")
        self._planned.append(Planned(name, times, provider, at, retry_after, retry_after_ms, delay_s))

    def faults_by(self, chooser: Chooser) -> None:
        """Name the fault of each request, or None; faults that were planned go first."""
        self._chooser = chooser

    def mangle(self, mangler: Mangler) -> None:
        """Send other events than an answer has; what is billed is as before."""
        self._mangler = mangler

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what will be true of the requests or the bill: `apis.until(lambda: len(apis.bill) == 3)`."""
        while not condition():
            self._news.clear()
            await self._news.wait()

    def heal(self) -> None:
        """No more faults."""
        self._planned.clear()
        self._chooser = lambda _: None

    @property
    def proxy(self) -> str:
        """A proxy for plain HTTP, behind which every host is this fake."""
        return self._addresses["eu"]

    async def listen(self, at: str, tls: ssl.SSLContext | None) -> asyncio.Server:
        accepted: asyncio.Queue[Connection] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(accepted, next(self._numbers)), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self._addresses[at] = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self._accepting.append(asyncio.create_task(self._accept(accepted, at, tls)))
        return server

    async def aclose(self) -> None:
        for task in [*self._accepting, *self._serving]:
            task.cancel()
        await asyncio.gather(*self._accepting, *self._serving, return_exceptions=True)

    async def _accept(self, accepted: "asyncio.Queue[Connection]", at: str, tls: ssl.SSLContext | None) -> None:
        while True:
            task = asyncio.create_task(self._attend(await accepted.get(), at, tls))
            self._serving.add(task)
            task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.misunderstood.append(f"the fake itself failed: {error!r}")

    async def _attend(self, connection: Connection, at: str, tls: ssl.SSLContext | None) -> None:
        try:
            await connection.open(tls)
            while received := await connection.receive():
                if not await self._hear(connection, received, at):
                    return
        except OSError:
            return  # The client left; what it owes is on the bill.
        finally:
            connection.close()

    async def _hear(self, connection: Connection, received: Received, at: str) -> bool:
        try:
            asked = understand(received, at, connection.number)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            self.misunderstood.append(f"{received.path}: {error!r}")
            await connection.answer(400, {"error": {"message": "no such request", "code": "misunderstood"}}, {})
            return True
        self.requests.append(asked)
        self._news.set()
        fault = self._fault_of(asked)
        if fault and (refusal := REFUSALS.get(fault.name)):
            waits = {"retry-after": fault.retry_after, "retry-after-ms": fault.retry_after_ms}
            headers = {name: value for name, value in waits.items() if value is not None}
            await connection.answer(refusal.status_of(asked.provider), refusal.body(asked), headers)
            return True
        return await self._speak(connection, asked, fault)

    async def _speak(self, connection: Connection, asked: Asked, fault: Planned | None) -> bool:
        said = self._said(asked)
        name = fault.name if fault else ""
        if spoil := ANSWERS.get(name):
            said = spoil(said)
        events = self._mangler(list(APIS[asked.api].events(said)))
        if disturb := STREAMS.get(name):
            events = disturb(asked, list(events))
        try:
            return await carry(connection, events, fault)
        finally:
            # Whole or abandoned alike; when the server itself ends, nobody looks at the bill.
            if name not in UNBILLED:
                self.bill.append(Billed(asked.provider, asked.model, said.input_tokens, said.output_tokens))
                self._news.set()

    def _said(self, asked: Asked) -> Said:
        answer = self._answerer(asked)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        model = "" if asked.provider == "azure" else asked.model
        return Said(text, model, asked.input_tokens, tokens(text))

    def _fault_of(self, asked: Asked) -> Planned | None:
        for planned in self._planned:
            if planned.takes(asked):
                planned.times = planned.times and planned.times - 1
                return planned
        chosen = self._chooser(asked)
        return Planned(chosen, None, None, None, None, None, 0.05) if chosen else None


@asynccontextmanager
async def model_apis() -> AsyncIterator[ModelApis]:
    """The three providers on free ports of 127.0.0.1, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = write_certificate(Path(folder))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.certificate, certificate.key)
        apis = ModelApis(certificate.certificate)
        servers = [await apis.listen(region, None) for region in _REGIONS]
        servers.append(await apis.listen("bad_tls", tls))
        try:
            yield apis
        finally:
            for server in servers:
                server.close()
            await apis.aclose()
