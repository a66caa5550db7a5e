"""The model APIs of OpenAI, Anthropic and Azure OpenAI, as the real SDKs meet them on the wire.

    async with model_apis() as apis:
        apis.answer(lambda asked: {"kind": "star-rating"})
        apis.fault("cut_stream", times=3, provider="openai")
        ...  # AsyncOpenAI(base_url=apis.url("openai"))
        assert apis.bill == [Billed("openai", "gpt-5", 12, 8)]

Billed is what a provider bills: an answer that is complete, or that the client did not wait for, whole. What the
provider itself fails or cuts costs nothing.
"""

from tests.servers.model_apis.asked import Asked, Billed
from tests.servers.model_apis.faults import FAULTS
from tests.servers.model_apis.server import ModelApis, model_apis

__all__ = ["FAULTS", "Asked", "Billed", "ModelApis", "model_apis"]
