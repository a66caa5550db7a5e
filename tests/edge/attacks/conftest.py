"""What the attacks need of the machine."""

import resource
from collections.abc import Iterator

import pytest

_FILES = 16_000
"""Sockets of a client that holds 10,000 of them; the edge holds as many."""


@pytest.fixture(scope="session", autouse=True)
def many_files() -> Iterator[None]:
    """Before anything is started, for it inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
