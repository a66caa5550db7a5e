"""What PostgreSQL raises, as the gateway says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pcf_runtime.postgres.faults import FAULTS, may_pass

from pcf_gateway.auth.key_store import StoreAway

__all__ = ["store_faults"]


@contextmanager
def store_faults() -> Iterator[None]:
    """StoreAway for what may pass by itself."""
    try:
        yield
    except FAULTS as error:
        if may_pass(error):
            raise StoreAway from error
        raise
