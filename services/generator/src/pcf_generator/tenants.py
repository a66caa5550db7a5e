"""What each tenant may have: the usual, or what a file says of it, which is read again when it changes."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.domain.share import Share, Shares
from pcf_generator.models.money import MICROS_MOST, DayCaps
from pcf_generator.tenants_file import BadTenantsError, Entry, read_tenants

__all__ = ["Tenants", "Terms", "Usual"]

log = logging.getLogger(__name__)

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Usual:
    """What a tenant has that nothing else is said of: dollars for a day, builds that wait, builds that run."""

    day_micros: int = MICROS_MOST
    queued: int | None = None
    running: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everybody's, at one moment. `queued` has those that differ from `usual_queued`; None is as many as may wait."""

    caps: DayCaps
    shares: Shares
    usual_queued: int | None
    queued: Mapping[str, int]


class Tenants:
    """The terms as they stand. A file that cannot be used any more changes nothing, and is logged once."""

    def __init__(self, usual: Usual, file: Path | None = None) -> None:
        """Reads the file; BadTenantsError."""
        self._usual = usual
        self._file = file
        self._seen = _stamp(file) if file else None
        self._terms = _terms(usual, read_tenants(file) if file else {})

    def terms(self) -> Terms:
        """What holds now."""
        if self._file is not None and (stamp := _stamp(self._file)) != self._seen:
            self._seen = stamp
            self._read(self._file)
        return self._terms

    def shares(self) -> Shares:
        """What each may have of the instances now."""
        return self.terms().shares

    def most_queued(self, tenant: str) -> int | None:
        """How many builds of a tenant's may wait now."""
        terms = self.terms()
        return terms.queued.get(tenant, terms.usual_queued)

    def of(self, tenant: str) -> int:
        """What a tenant may spend on language models in a day, in micro-dollars."""
        return self.terms().caps.of(tenant)

    def _read(self, file: Path) -> None:
        try:
            self._terms = _terms(self._usual, read_tenants(file))
        except BadTenantsError as error:
            log.error("tenants not read again: what held before holds on", extra={"pcf.reason": str(error)})  # noqa: TRY400 - its text says it all
        else:
            log.info("tenants read again")


def _stamp(file: Path) -> _Stamp | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _terms(usual: Usual, entries: Mapping[str, Entry]) -> Terms:
    return Terms(
        DayCaps(
            usual.day_micros, {name: most for name, entry in entries.items() if (most := entry.day_micros) is not None}
        ),
        Shares(Share(running=usual.running), {name: _share(usual, entry) for name, entry in entries.items()}),
        usual.queued,
        {name: entry.queued for name, entry in entries.items() if entry.queued is not None},
    )


def _share(usual: Usual, entry: Entry) -> Share:
    return Share(float(entry.weight), usual.running if entry.running is None else entry.running)
