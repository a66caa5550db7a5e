"""Pages of builds: how many builds, from where, and what fits into one message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator import convert
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.pagination import encode_token
from pcf_runtime.testing import expect_error

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BUILD = Build("", "5 stars", BuildOptions(), "maker", BuildState.QUEUED, NOW, NOW)


def builds(count, *, prompt="5 stars"):
    return [replace(BUILD, id=f"{number:026d}", prompt=prompt) for number in range(count, 0, -1)]


def listing(**fields):
    return pb.ListBuildsRequest(**fields)


@pytest.mark.parametrize(("asked", "given"), [(0, 50), (1, 1), (1000, 1000), (1001, 1000), (2**31 - 1, 1000)])
def test_a_page_holds_what_was_asked_for_within_its_bounds(asked, given):
    assert given == convert.page_limit(listing(page_size=asked))


def test_the_first_page_begins_with_the_newest():
    assert "" == convert.page_start(listing())


def test_a_page_that_is_not_full_is_the_last():
    page = convert.page_to(builds(3), listing(page_size=3))
    assert (3, "") == (len(page.builds), page.next_page_token)


def test_a_page_with_one_more_behind_it_tells_where_to_go_on():
    page = convert.page_to(builds(4), listing(page_size=3))
    assert [f"builds/{number:026d}" for number in (4, 3, 2)] == [build.name for build in page.builds]
    assert f"{2:026d}" == convert.page_start(listing(page_token=page.next_page_token))


def test_an_empty_page_is_the_last():
    assert pb.ListBuildsResponse() == convert.page_to([], listing())


def test_long_prompts_make_a_page_shorter_and_lose_nothing():
    """A thousand of the longest would be more than a message may hold."""
    asked, left, seen = listing(page_size=1000), builds(1000, prompt="星" * 5000), []
    while left:
        page = convert.page_to(left[:1001], asked)
        assert page.ByteSize() < 4 * 1024 * 1024 - 100_000
        seen += [build.name for build in page.builds]
        left = left[len(page.builds) :]
        assert bool(left) == bool(page.next_page_token)
    assert [f"builds/{number:026d}" for number in range(1000, 0, -1)] == seen


def test_a_build_that_is_too_large_for_a_page_is_a_page():
    assert 1 == len(convert.page_to(builds(2, prompt="x" * convert.PAGE_BYTES), listing()).builds)


@pytest.mark.parametrize(
    "token",
    ["nonsense", "....", "ä", encode_token({"before": "x"}), encode_token({"before": "x"}, filter_="state=0")],
)
def test_a_token_that_is_not_of_this_query_is_refused(token):
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        convert.page_start(listing(page_token=token))


def test_a_token_of_another_state_is_refused():
    token = convert.page_to(builds(2), listing(page_size=1)).next_page_token
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        convert.page_start(listing(page_token=token, state=pb.Build.STATE_FAILED))


def test_the_page_size_may_change_between_pages():
    token = convert.page_to(builds(2), listing(page_size=1)).next_page_token
    assert f"{2:026d}" == convert.page_start(listing(page_token=token, page_size=500))
