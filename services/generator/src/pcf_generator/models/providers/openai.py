"""OpenAI and Azure OpenAI through OpenAI's SDK; any server that speaks the same with a base URL of its own."""

import openai

from pcf_generator.models.catalogue import Entry
from pcf_generator.models.providers.anonymous import Anonymous
from pcf_generator.models.providers.key_file import KeyFile
from pcf_generator.models.providers.openai_chat import ChatApi
from pcf_generator.models.providers.openai_responses import ResponsesApi
from pcf_generator.models.providers.streaming import StreamingProvider
from pcf_generator.models.providers.transport import http_client

__all__ = ["open_azure", "open_openai"]

_NO_KEY = "read at use"
"""Stands in until a call reads the key's file; without any the SDK would look into the environment."""


class _OpenAI(Anonymous, openai.AsyncOpenAI):
    pass


class _Azure(Anonymous, openai.AsyncAzureOpenAI):
    pass


def open_openai(entry: Entry, key: KeyFile) -> StreamingProvider:
    client = _OpenAI(
        api_key=_NO_KEY,
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=entry.base_url or "https://api.openai.com/v1",
        max_retries=0,
        http_client=http_client(proxy=entry.proxy, ca_file=entry.ca_file),
    )
    return _provider(entry, client, key)


def open_azure(entry: Entry, key: KeyFile) -> StreamingProvider:
    """The entry's model is the name of the deployment."""
    client = _Azure(
        api_key=_NO_KEY,
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        azure_endpoint=entry.base_url or "",
        api_version=entry.api_version,
        max_retries=0,
        http_client=http_client(proxy=entry.proxy, ca_file=entry.ca_file),
    )
    return _provider(entry, client, key)


def _provider(entry: Entry, client: _OpenAI | _Azure, key: KeyFile) -> StreamingProvider:
    client.forget_ambient_headers()
    # An empty one would still be sent, as a header without a value.
    client.organization = client.project = None
    api = ResponsesApi if entry.api == "responses" else ChatApi
    return StreamingProvider(entry, api(client, provider=entry.provider, model=entry.model), key)
