"""When the identity provider's keys are fetched, and what happens when they cannot be."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm
from pcf_gateway.auth.provider_keys import ProviderAway, ProviderKeys


def public_jwk(key_id: str) -> dict[str, Any]:
    return {**json.loads(ECAlgorithm.to_jwk(generate_private_key(SECP256R1()).public_key())), "kid": key_id}


class Provider:
    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [public_jwk("one")]
        self.fetched = 0
        self.away = False
        self.passed_s = 0.0

    async def fetch(self) -> Mapping[str, Any]:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.away:
            raise TimeoutError
        return {"keys": self.keys}

    def elapsed_s(self) -> float:
        return self.passed_s


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def keys(provider: Provider) -> ProviderKeys:
    return ProviderKeys(provider.fetch, kept_s=3600, wait_s=30, elapsed_s=provider.elapsed_s)


async def test_tokens_that_come_together_fetch_once(keys: ProviderKeys, provider: Provider):
    found = await asyncio.gather(*(keys.find("one") for _ in range(10)))

    assert all(found)
    assert 1 == provider.fetched


async def test_a_new_key_is_fetched_when_a_token_names_it(keys: ProviderKeys, provider: Provider):
    await keys.find("one")
    provider.keys = [public_jwk("two")]
    provider.passed_s = 31

    assert await keys.find("two") is not None
    assert await keys.find("one") is None


async def test_made_up_keys_cause_no_more_than_a_fetch_each_half_minute(keys: ProviderKeys, provider: Provider):
    for second in range(60):
        provider.passed_s = second
        assert await keys.find(f"made up {second}") is None

    assert 2 == provider.fetched


async def test_known_keys_hold_while_the_provider_is_away(keys: ProviderKeys, provider: Provider):
    await keys.find("one")
    provider.away, provider.passed_s = True, 4000

    assert await keys.find("one") is not None
    assert 2 == provider.fetched


async def test_nobody_is_called_wrong_before_keys_were_had(keys: ProviderKeys, provider: Provider):
    provider.away = True

    with pytest.raises(ProviderAway):
        await keys.find("one")


async def test_a_withdrawn_key_goes_with_the_next_fetch(keys: ProviderKeys, provider: Provider):
    await keys.find("one")
    provider.keys, provider.passed_s = [public_jwk("two")], 3600

    assert await keys.find("one") is None


@pytest.mark.parametrize("answer", [[], [{"kid": "one"}], "keys", None])
async def test_an_answer_that_is_no_key_set_of_use_gives_no_key(answer: Any):
    async def fetch() -> Mapping[str, Any]:
        return {"keys": answer}

    keys = ProviderKeys(fetch, kept_s=3600, wait_s=30, elapsed_s=lambda: 0.0)

    with pytest.raises(ProviderAway):
        await keys.find("one")
