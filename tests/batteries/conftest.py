"""One product for all batteries of a process."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.batteries.product import Product, product


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("batteries")) as running:
        yield running


@pytest.fixture
async def http(served: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=served.url, headers=served.authorization, timeout=60, trust_env=False
    ) as client:
        yield client
