"""Makes of a catalogue who may be asked."""

from functools import partial
from pathlib import Path

from pcf_generator.models.answers import Candidate
from pcf_generator.models.catalogue import Catalogue, Entry
from pcf_generator.models.money import Price
from pcf_generator.models.providers.opening import open_provider

__all__ = ["open_candidates"]


def open_candidates(catalogue: Catalogue) -> tuple[Candidate, ...]:
    """In the catalogue's order; their providers are the caller's to close."""
    return tuple(map(_candidate, catalogue.entries))


def _candidate(entry: Entry) -> Candidate:
    price = Price(entry.input_price_micros_per_mtok, entry.output_price_micros_per_mtok)
    return Candidate(open_provider(entry), price, entry.timeout_s, partial(_stamp, entry.key_file))


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    """Another one for each content of a file."""
    try:
        stat = path.stat() if path else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino) if stat else None
