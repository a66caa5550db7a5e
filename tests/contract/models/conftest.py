"""Each API there is, through its real SDK, against the wire-level fake."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pcf_generator.models.calls import Call, Provider
from pcf_generator.models.catalogue import Entry
from pcf_generator.models.providers.opening import open_provider

from tests.servers.model_apis import ModelApis, model_apis

KEY = "sk-CANARY-key"
CALL = Call(
    purpose="INTERPRET_INTENT",
    instructions="Say which kind of control it is. CANARY-instructions",
    text="Ein Feld für Sterne, bitte. CANARY-text",
    schema_name="intent",
    schema={
        "type": "object",
        "properties": {"kind": {"type": "string"}, "words": {"type": "array", "items": {"type": "string"}}},
        "required": ["kind", "words"],
        "additionalProperties": False,
    },
    max_output_tokens=300,
)
ANSWER = {"kind": "star-rating", "words": ["Sterne", "Bewertung", "„fünf“"] * 5}
APIS = {
    "openai": {"provider": "openai", "model": "gpt-5"},
    "openai-chat": {"provider": "openai", "model": "gpt-5", "api": "chat"},
    "azure": {"provider": "azure", "model": "my-deployment", "api_version": "2025-04-01-preview"},
    "azure-responses": {
        "provider": "azure",
        "model": "my-deployment",
        "api_version": "2025-04-01-preview",
        "api": "responses",
    },
    "anthropic": {"provider": "anthropic", "model": "claude-sonnet-5"},
}

Open = Callable[..., Provider]


@pytest.fixture
def call() -> Call:
    return CALL


@pytest.fixture
def other_call() -> Callable[..., Call]:
    return lambda **changes: replace(CALL, **changes)


@pytest.fixture
def answer() -> dict[str, Any]:
    return ANSWER


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    return path


@pytest.fixture
async def apis() -> AsyncIterator[ModelApis]:
    async with model_apis() as running:
        running.answer(lambda _: ANSWER)
        yield running
        assert [] == running.misunderstood


@pytest.fixture(params=list(APIS))
def api(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def opened(apis: ModelApis, key_file: Path) -> AsyncIterator[Open]:
    """`opened("azure", at="us", stall_s=1.0)`: the provider at that address of the fake."""
    async with AsyncExitStack() as closing:

        def open_(name: str, *, at: str = "eu", **more: object) -> Provider:
            plain = {**APIS[name], "key_file": key_file, "input_price": 3, "output_price": 15}
            base_url = apis.url(APIS[name]["provider"], at)
            provider = open_provider(Entry.model_validate({"base_url": base_url, **plain, **more}))
            closing.push_async_callback(provider.aclose)
            return provider

        yield open_


@pytest.fixture
def provider(opened: Open, api: str) -> Provider:
    return opened(api)
