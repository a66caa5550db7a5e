"""A whole answer through each real SDK, and what goes out for it."""

import asyncio
import json

import pytest
from pcf_generator.models.calls import Correction, Usage


async def test_the_answer_comes_whole_with_what_it_cost(apis, provider, call, answer):
    reply = await provider.complete(call, timeout_s=10)
    assert answer == json.loads(reply.text)
    (billed,) = apis.bill
    assert Usage(billed.input_tokens, billed.output_tokens) == reply.usage


async def test_the_makers_text_stands_in_a_message_of_its_own(apis, provider, call):
    await provider.complete(call, timeout_s=10)
    (asked,) = apis.requests
    assert (call.instructions, call.text) == (asked.instructions, asked.text)
    assert (provider.provider, provider.model) == (asked.provider, asked.model)


async def test_the_schema_goes_out_as_it_is(apis, provider, call):
    """The fake takes no request without a strict schema, a stream and its usage."""
    await provider.complete(call, timeout_s=10)
    assert call.schema == apis.requests[0].schema


@pytest.mark.parametrize("wrong_answer", ["", "{}"])
async def test_what_was_wrong_with_an_answer_follows_the_text(apis, provider, other_call, wrong_answer):
    corrected = other_call(correction=Correction(wrong_answer, "kind is missing"))
    await provider.complete(corrected, timeout_s=10)
    (asked,) = apis.requests
    assert (corrected.text, wrong_answer, "kind is missing") == (asked.text, asked.wrong_answer, asked.faults)


@pytest.mark.parametrize(("of_call", "of_model", "sent"), [(300, 2000, 300), (300, 100, 100)])
async def test_the_lower_limit_of_tokens_holds(apis, opened, api, other_call, of_call, of_model, sent):
    provider = opened(api, max_output_tokens=of_model)
    await provider.complete(other_call(max_output_tokens=of_call), timeout_s=10)
    assert sent == apis.requests[0].max_output_tokens


async def test_a_connection_is_used_again(apis, provider, call):
    for _ in range(5):
        await provider.complete(call, timeout_s=10)
    assert 1 == len({asked.connection for asked in apis.requests})


async def test_many_calls_go_out_at_once(apis, provider, other_call):
    apis.answer(lambda asked: {"said": asked.text})
    texts = [f"text {number}" for number in range(50)]
    replies = await asyncio.gather(*(provider.complete(other_call(text=text), timeout_s=30) for text in texts))
    assert texts == [json.loads(reply.text)["said"] for reply in replies]


async def test_a_key_that_changes_is_used_by_the_next_call(apis, provider, call, key_file):
    await provider.complete(call, timeout_s=10)
    key_file.write_text("sk-the-next\n")
    await provider.complete(call, timeout_s=10)
    assert ["sk-CANARY-key", "sk-the-next"] == [asked.key for asked in apis.requests]
