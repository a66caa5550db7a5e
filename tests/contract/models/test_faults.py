"""Every fault there is, through each real SDK: its kind, and that only what was billed is told as spent."""

import pytest
from pcf_generator.models.failures import ModelFailure

from tests.servers.model_apis import FAULTS

# Every fault of every provider, through the real SDKs.
pytestmark = pytest.mark.slow

KINDS = {
    "auth": "auth",
    "bad_request": "request",
    "closed": "network",
    "content_filter": "content_filter",
    "cut_connection": "network",
    "cut_stream": "network",
    "empty_answer": "not_json",
    "filtered_midway": "content_filter",
    "forbidden": "auth",
    "gateway_timeout": "server",
    "half_headers": "network",
    "hang": "timeout",
    "huge_answer": "server",
    "huge_line": "server",
    "length": "cut_off",
    "malformed_sse": "server",
    "no_credit": "quota",
    "no_end_mark": "network",
    "not_the_protocol": "server",
    "overloaded": "server",
    "quota": "quota",
    "rate_limited": "rate_limited",
    "redirect": "request",
    "refusal": "content_filter",
    "request_timeout": "timeout",
    "reset": "network",
    "reset_midway": "network",
    "server_500": "server",
    "server_502": "server",
    "server_503": "server",
    "spend_limit": "quota",
    "stall": "timeout",
    "stream_error": "server",
    "unknown_model": "request",
    "unprocessable": "request",
    "wrong_content_type": "server",
    "wrong_model": "request",
}
# The provider's part is done: what the answer is worth is found out by who reads it.
WHOLE = {"invalid_json", "schema_violation", "slow_chunks", "slow_first_token"}
REPEATS = "duplicated_chunks"


def test_every_fault_is_here():
    assert {*KINDS, *WHOLE, REPEATS} == FAULTS


@pytest.mark.parametrize("fault", sorted(KINDS))
async def test_a_fault_has_its_kind_and_costs_what_is_billed(apis, opened, api, call, fault):
    patience_s = 0.3 if KINDS[fault] == "timeout" else 10.0
    provider = opened(api, first_token_s=patience_s, stall_s=patience_s, answers_as=opened(api).model)
    apis.fault(fault)
    with pytest.raises(ModelFailure) as caught:
        await provider.complete(call, timeout_s=10)
    failure = caught.value
    assert KINDS[fault] == failure.kind
    billed = [(line.input_tokens, line.output_tokens) for line in apis.bill] or [(0, 0)]
    assert billed == [(failure.input_tokens, failure.output_tokens)]


@pytest.mark.parametrize("fault", sorted(WHOLE))
async def test_an_answer_that_came_to_its_end_is_handed_on(apis, provider, call, fault):
    apis.fault(fault, delay_s=0.01)
    reply = await provider.complete(call, timeout_s=10)
    assert [reply.usage.output_tokens] == [billed.output_tokens for billed in apis.bill]


async def test_what_came_twice_is_put_right_or_refused_and_never_taken_for_the_answer(
    apis, provider, api, call, answer
):
    """The Responses API says the whole answer once more at the end; in the others it is lost, and paid for."""
    apis.answer(lambda _: answer)
    apis.fault(REPEATS)
    if "responses" in api or api == "openai":
        reply = await provider.complete(call, timeout_s=10)
        assert "Bewertung" in reply.text
        return
    with pytest.raises(ModelFailure) as caught:
        await provider.complete(call, timeout_s=10)
    assert ("server", apis.bill[0].output_tokens) == (caught.value.kind, caught.value.output_tokens)


@pytest.mark.parametrize("at", ["bad_tls", "refused", "unresolved"])
async def test_an_address_that_is_no_good_is_the_networks_fault(opened, api, call, at):
    with pytest.raises(ModelFailure) as caught:
        await opened(api, at=at).complete(call, timeout_s=10)
    assert "network" == caught.value.kind


async def test_one_region_can_be_out(apis, opened, api, call):
    apis.fault("server_503", at="eu")
    with pytest.raises(ModelFailure, match="503"):
        await opened(api, at="eu").complete(call, timeout_s=10)
    assert (await opened(api, at="us").complete(call, timeout_s=10)).text


@pytest.mark.parametrize("fault", ["rate_limited", "server_503", "overloaded"])
@pytest.mark.parametrize(
    ("headers", "wait_s"), [({}, None), ({"retry_after": "7"}, 7.0), ({"retry_after_ms": "250"}, 0.25)]
)
async def test_how_long_to_wait_is_handed_on(apis, provider, call, fault, headers, wait_s):
    apis.fault(fault, **headers)
    with pytest.raises(ModelFailure) as caught:
        await provider.complete(call, timeout_s=10)
    assert wait_s == caught.value.retry_after_s


@pytest.mark.parametrize("fault", ["server_500", "rate_limited", "request_timeout", "reset", "cut_stream"])
async def test_an_sdk_tries_once(apis, provider, call, fault):
    apis.fault(fault, retry_after="0")
    with pytest.raises(ModelFailure):
        await provider.complete(call, timeout_s=10)
    assert 1 == len(apis.requests)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hang", "stall", "reset_midway", "malformed_sse", "huge_line", "cut_stream"])
async def test_the_next_call_after_a_fault_is_as_good_as_any(apis, opened, api, call, fault):
    patience_s = 1.0 if KINDS[fault] == "timeout" else 10.0
    provider = opened(api, first_token_s=patience_s, stall_s=patience_s)
    apis.fault(fault, times=1)
    with pytest.raises(ModelFailure):
        await provider.complete(call, timeout_s=10)
    assert (await provider.complete(call, timeout_s=10)).text
