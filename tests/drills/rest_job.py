"""One build as its maker saw it at the edge, and what is wrong with how it ended."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

__all__ = ["Job"]

_LAST = ("succeeded", "failed", "cancelled", "needs-input")


@dataclass(slots=True)
class Job:
    """One accepted build, and what was seen of it."""

    prompt: str
    build_id: str
    events: list[tuple[int, str]] = field(default_factory=list)
    reconnected: int = 0
    state: str = ""
    intact: bool = False
    """Whether the file is the one that the build names."""
    took_s: float = 0.0

    def faults(self) -> list[str]:
        """What is wrong with how it ended."""
        found = []
        if self.state != "succeeded":
            found.append(f"{self.build_id} is {self.state or 'lost'}")
        if [number for number, _ in self.events] != list(range(1, len(self.events) + 1)):
            found.append(f"{self.build_id}: events with a gap or twice: {self.events}")
        if [kind for _, kind in self.events].count("succeeded") != 1:
            found.append(f"{self.build_id} did not succeed once: {self.events[-1:]}")
        if not self.intact:
            found.append(f"{self.build_id}: its file was not got, or is another")
        return found

    @property
    def ended(self) -> bool:
        """Whether its last event was seen."""
        return bool(self.events) and self.events[-1][1] in _LAST

    async def hear(self, pieces: AsyncIterator[bytes]) -> None:
        """Take the events of a stream as they come."""
        rest = b""
        async for piece in pieces:
            *whole, rest = (rest + piece).split(b"\n\n")
            for text in whole:
                fields = dict(line.partition(b": ")[::2] for line in text.split(b"\n"))
                if b"id" in fields:
                    self.events.append((int(fields[b"id"]), fields[b"event"].decode()))
