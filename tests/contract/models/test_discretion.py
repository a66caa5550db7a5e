"""What must not be said: keys and texts to logs and errors, this machine to providers, the environment to the SDKs."""

import logging
import subprocess
import sys
import traceback

import pytest
from pcf_generator.models.failures import ModelFailure

# Every fault of every SDK, in processes of their own.
pytestmark = pytest.mark.slow

ENVIRONMENT = {
    "ANTHROPIC_API_KEY": "sk-of-the-environment",
    "ANTHROPIC_AUTH_TOKEN": "sk-of-the-environment",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/",
    "ANTHROPIC_CUSTOM_HEADERS": "x-ambient: yes\nauthorization: Bearer sk-of-the-environment",
    "ANTHROPIC_LOG": "debug",
    "AZURE_OPENAI_AD_TOKEN": "sk-of-the-environment",
    "AZURE_OPENAI_API_KEY": "sk-of-the-environment",
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9/",
    "OPENAI_ADMIN_KEY": "sk-of-the-environment",
    "OPENAI_API_KEY": "sk-of-the-environment",
    "OPENAI_API_VERSION": "1999-01-01",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/",
    "OPENAI_CUSTOM_HEADERS": "x-ambient: yes\nauthorization: Bearer sk-of-the-environment",
    "OPENAI_LOG": "debug",
    "OPENAI_ORG_ID": "org-of-the-environment",
    "OPENAI_PROJECT_ID": "project-of-the-environment",
    "HTTP_PROXY": "http://127.0.0.1:9/",
    "HTTPS_PROXY": "http://127.0.0.1:9/",
    "ALL_PROXY": "http://127.0.0.1:9/",
    "SSL_CERT_FILE": "/nowhere/ca.pem",
}
FAULTS = (
    "auth",
    "bad_request",
    "content_filter",
    "cut_stream",
    "huge_line",
    "malformed_sse",
    "rate_limited",
    "refusal",
    "reset_midway",
    "server_500",
    "stream_error",
    "wrong_model",
)


async def test_nothing_comes_out_of_the_environment(monkeypatch, apis, opened, api, call):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    await opened(api).complete(call, timeout_s=10)
    (asked,) = apis.requests
    assert "sk-CANARY-key" == asked.key
    assert "environment" not in repr(asked.headers)
    assert "x-ambient" not in asked.headers


async def test_the_provider_learns_nothing_of_this_machine(apis, provider, call):
    await provider.complete(call, timeout_s=10)
    headers = apis.requests[0].headers
    assert "pcf-builder" == headers["user-agent"]
    telling = {
        f"x-stainless-{name}" for name in ("lang", "package-version", "os", "arch", "runtime", "runtime-version")
    }
    assert set() == telling & headers.keys()


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_error_repeats_a_key_or_a_text(apis, opened, api, call, fault):
    """The fake's errors hold all of them; so do the SDKs', which is why none may hang on ours."""
    provider = opened(api, answers_as=opened(api).model)
    apis.fault(fault)
    with pytest.raises(ModelFailure) as caught:
        await provider.complete(call, timeout_s=10)
    failure = caught.value
    assert (None, None) == (failure.__cause__, failure.__context__)
    told = "".join(traceback.format_exception(failure)) + repr((failure.message, vars(failure), provider))
    assert "CANARY" not in told


@pytest.mark.parametrize("fault", [None, *FAULTS])
async def test_no_log_line_repeats_a_key_or_a_text(caplog, apis, opened, api, call, fault):
    caplog.set_level(logging.DEBUG)
    provider = opened(api, answers_as=opened(api).model)
    if fault:
        apis.fault(fault)
    try:
        await provider.complete(call, timeout_s=10)
    except ModelFailure:
        assert fault
    assert "CANARY" not in caplog.text


def test_without_a_catalogue_no_sdk_is_loaded():
    """They take 80 MB and a second or two."""
    script = (
        "import sys, pcf_generator.bootstrap, pcf_generator.models.catalogue, pcf_generator.models.providers.opening\n"
        "print([name for name in ('openai', 'anthropic', 'httpx2') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "[]\n" == run.stdout
