"""GeneratorService.ListBuilds."""

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.testing import expect_error

State = pb.Build


async def names(stub, **fields):
    page = await stub.ListBuilds(pb.ListBuildsRequest(**fields))
    return [build.name for build in page.builds], page.next_page_token


async def test_no_builds_are_an_empty_page(stub):
    assert ([], "") == await names(stub)


async def test_pages_hold_every_build_once_newest_first_whatever_comes_in_between(stub, generator):
    made = [(await generator.queued()).name for _ in range(5)]
    first, token = await names(stub, page_size=2)
    await generator.queued()
    second, token = await names(stub, page_size=2, page_token=token)
    third, token = await names(stub, page_size=2, page_token=token)
    assert made[::-1] == first + second + third
    assert "" == token


async def test_a_state_lists_its_builds_and_no_others(stub, generator):
    failed = [(await generator.failed()).name for _ in range(2)]
    await generator.succeeded()
    first, token = await names(stub, state=State.STATE_FAILED, page_size=1)
    second, end = await names(stub, state=State.STATE_FAILED, page_size=1, page_token=token)
    assert failed[::-1] == first + second
    assert "" == end
    assert ([], "") == await names(stub, state=State.STATE_CANCELLED)


async def test_a_token_of_another_filter_is_refused(stub, generator):
    for _ in range(2):
        await generator.queued()
    _, token = await names(stub, page_size=1)
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN", domain="generator.pcf") as refused:
        await names(stub, page_size=1, page_token=token, state=State.STATE_QUEUED)
    assert ["page_token"] == [violation.field for violation in refused.error.violations]


@pytest.mark.parametrize("token", ["x", "AAAA", "e30", "ä", "0" * 512])
async def test_a_token_that_nobody_gave_is_refused(stub, token):
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        await names(stub, page_token=token)


@pytest.mark.parametrize(
    ("field", "fields"),
    [("page_size", {"page_size": -1}), ("page_token", {"page_token": "x" * 513}), ("state", {"state": 99})],
)
async def test_what_cannot_be_a_request_names_the_field(stub, field, fields):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await names(stub, **fields)
    assert [field] == [violation.field for violation in refused.error.violations]


async def test_more_than_may_be_asked_for_is_as_many_as_may_be(stub, generator):
    await generator.queued()
    assert 1 == len((await names(stub, page_size=2**31 - 1))[0])


async def test_long_prompts_fit_into_pages(stub, generator):
    """Two hundred times 15,000 bytes are more than a page takes, and a message would break at 4 MiB."""
    for _ in range(10):
        for _ in range(20):
            await generator.queued("星" * 5000)
        while await generator.store.claim("one", lease_s=30):
            pass
    seen, token = await names(stub, page_size=1000)
    while token:
        more, token = await names(stub, page_size=1000, page_token=token)
        seen += more
    assert 200 == len(set(seen)) == len(seen)
