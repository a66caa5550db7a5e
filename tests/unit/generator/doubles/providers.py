"""Language models that answer as they are told, and a loop whose time passes at once."""

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import dataclass, field

from pcf_generator.models.calls import Call, Reply, Usage
from pcf_generator.models.failures import FailureKind, ModelFailure


class _Selector(selectors.DefaultSelector):
    """Never waits: what it would have waited for is added to the loop's time."""

    passed_s = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen")
        if not ready:
            self.passed_s += timeout
        return ready


class QuickLoop(asyncio.SelectorEventLoop):
    """Sleeping takes no time, and is exact."""

    def __init__(self):
        self._own = _Selector()
        super().__init__(self._own)

    def time(self):
        return 1_000.0 + self._own.passed_s


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Says:
    """What comes of one call: a text or a failure, after a time."""

    text: str = '{"answer": "yes"}'
    failure: ModelFailure | None = None
    after_s: float = 0.0
    usage: Usage = field(default_factory=lambda: Usage(100, 10))


def fails(kind: str, *, after_s: float = 0.0, **more: object) -> Says:
    return Says(failure=ModelFailure(FailureKind(kind), "as told", **more), after_s=after_s)


def hangs() -> Says:
    return Says(after_s=1e6)


@dataclass
class ToldProvider:
    """Implements `Provider`; goes through its script, whose last line holds for all that follow."""

    provider: str
    script: list[Says] = field(default_factory=lambda: [Says()])
    model: str = "m"
    asked: list[Call] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    billed: list[Usage] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    async def complete(self, call: Call, *, timeout_s: float) -> Reply:
        self.before()
        self.asked.append(call)
        self.times.append(now())
        says = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.sleep(says.after_s)
        except TimeoutError:
            raise ModelFailure(FailureKind.TIMEOUT, "too slow") from None
        if says.failure is not None:
            self.billed.append(Usage(says.failure.input_tokens, says.failure.output_tokens))
            raise says.failure
        self.billed.append(says.usage)
        return Reply(says.text, says.usage)

    async def aclose(self) -> None:
        """Nothing is open."""
