"""Which release is current, asked of the first region, and of the second while the first gives no answer.

The second region is a copy that lags behind. Its pointer is followed only as far as it is not older than what the first
was seen to say: else a first region that comes and goes would move the release back and forth with it.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pcf_brain.domain.pointer import POINTER, POINTER_BYTES, Pointer, parse_pointer
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.faults import Fault, together
from pcf_brain.ports import Depot, MissingError, StoreUnavailableError, Versioned

_REST_S = 5.0
"""How long a region that gave no answer is asked last."""
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Region:
    depot: Depot
    read: Versioned | None = None
    """Its pointer as it was read last."""
    rests_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is current, and whom to ask for it."""

    pointer: Pointer
    region: int
    """0 is the first."""
    depots: tuple[Depot, ...]
    """The one that answered before the others."""


class Regions:
    """The regions of one deployment; asked by one task only."""

    def __init__(self, depots: Sequence[Depot], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._regions = tuple(_Region(depot) for depot in depots)
        self._clock = clock
        self.answer: Answer | None = None
        """The last one; None before the first."""
        self.is_away = False
        """Whether at the last look no region gave an answer."""

    async def ask(self) -> Answer:
        """Find what is current. Raises StoreUnavailableError, or BrokenReleaseError where a pointer is none."""
        faults: list[Fault] = []
        for number in self._order():
            try:
                pointer = await self._pointer(self._regions[number])
            except (StoreUnavailableError, BrokenReleaseError) as error:
                faults.append(error)
                continue
            lag = self._lag(number, pointer)
            if lag is None:
                return self._found(number, pointer, faults)
            faults.append(lag)
        self.is_away = True
        raise together(faults)

    def _order(self) -> list[int]:
        """Ask those last that gave no answer a moment ago: one that hangs would be waited for at every look."""
        now = self._clock()
        return sorted(range(len(self._regions)), key=lambda number: self._regions[number].rests_until > now)

    async def _pointer(self, region: _Region) -> Pointer:
        try:
            region.read = await region.depot.read_again(POINTER, known=region.read, limit_bytes=POINTER_BYTES)
        except MissingError as error:
            problem = Problem(POINTER, 0, f"{error}: no release was promoted there")
            raise BrokenReleaseError([problem], may_pass=True) from error
        except StoreUnavailableError:
            region.rests_until = self._clock() + _REST_S
            raise
        return parse_pointer(region.read.content)

    def _lag(self, number: int, pointer: Pointer) -> StoreUnavailableError | None:
        """Say so where a copy is older than what was seen already."""
        seen = self.answer.pointer.sequence if self.answer else 0
        if number == 0 or pointer.sequence >= seen:
            return None
        name = self._regions[number].depot.name
        return StoreUnavailableError(f"{name} lags behind: move {pointer.sequence}, after {seen} was seen")

    def _found(self, number: int, pointer: Pointer, faults: Sequence[Fault]) -> Answer:
        before, self.is_away = self.answer, False
        depots = [region.depot for region in self._regions]
        self.answer = Answer(pointer, number, (depots.pop(number), *depots))
        if number != (before.region if before else 0):
            fields = {"pcf.region": self._regions[number].depot.name, "pcf.problems": [str(fault) for fault in faults]}
            _logger.warning("region changed", extra=fields)
        return self.answer
