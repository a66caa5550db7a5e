"""Pages of builds: how many, from where, and how much fits into one message."""

from collections.abc import Sequence

from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.pagination import decode_token, encode_token, page_size

from pcf_generator import convert
from pcf_generator.domain.build import Build

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000
PAGE_BYTES = 2 * 1024 * 1024
"""Builds on one page: with all that is around them, well below the 4 MiB that a message may have."""


def limit(request: pb.ListBuildsRequest) -> int:
    """How many builds the page may hold."""
    return page_size(request.page_size, default=DEFAULT_PAGE, maximum=LARGEST_PAGE)


def before(request: pb.ListBuildsRequest) -> str:
    """The id that all builds of the page are older than; empty for the first page. BAD_PAGE_TOKEN."""
    if not request.page_token:
        return ""
    return str(decode_token(request.page_token, filter_=_filter(request)).get("before", ""))


def page(builds: Sequence[Build], request: pb.ListBuildsRequest) -> pb.ListBuildsResponse:
    """The page, of one build more than it may hold if there is one: so it knows whether another page follows."""
    shown: list[pb.Build] = []
    room = PAGE_BYTES
    for build in builds[: limit(request)]:
        message = convert.build_to(build)
        room -= message.ByteSize()
        if shown and room < 0:
            break
        shown.append(message)
    more = len(shown) < len(builds)
    token = encode_token({"before": builds[len(shown) - 1].id}, filter_=_filter(request)) if more else ""
    return pb.ListBuildsResponse(builds=shown, next_page_token=token)


def _filter(request: pb.ListBuildsRequest) -> str:
    return f"ListBuilds state={request.state}"
