from collections.abc import Callable
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2
from pcf_runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from pcf_runtime.testing import expect_error


async def test_a_file_is_returned_as_it_is(client: Any):
    file = await client.GetFile(brain_pb2.GetFileRequest(path="capabilities/lamp/index.ts.j2"))
    assert file.content == b"export class {{ control.name | identifier }} {}\n"


async def test_derived_files_are_files_too(client: Any):
    file = await client.GetFile(brain_pb2.GetFileRequest(path="derived/kinds.en.json"))
    assert file.content.startswith(b'[{"classification"')


async def test_the_second_time_it_comes_from_the_cache(client: Any):
    request = brain_pb2.GetFileRequest(path="release.yaml")
    assert [(await client.GetFile(request)).cache_hit for _ in range(2)] == [False, True]


async def test_an_earlier_release_has_its_earlier_file(client: Any, publish: Callable[[str], Any]):
    first = await publish("1")
    await publish("2")
    file = await client.GetFile(brain_pb2.GetFileRequest(path="release.yaml", release=first))
    assert file.content == b'version: "1"\n'


@pytest.mark.parametrize("path", ["rules/none.yaml", "../release.yaml", "/etc/passwd", "rules", "rules/*", "\n"])
async def test_what_is_not_in_the_manifest_is_not_found(client: Any, path: str):
    with expect_error(NotFound, reason="FILE_NOT_FOUND", domain="brain.pcf"):
        await client.GetFile(brain_pb2.GetFileRequest(path=path))


async def test_a_release_that_is_no_longer_kept_is_gone(client: Any):
    request = brain_pb2.GetFileRequest(path="release.yaml", release="releases/0123456789abcdef")
    with expect_error(FailedPrecondition, reason="RELEASE_GONE"):
        await client.GetFile(request)


@pytest.mark.parametrize("path", ["", "a" * 301])
async def test_a_path_that_breaks_the_contract_is_refused(client: Any, path: str):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await client.GetFile(brain_pb2.GetFileRequest(path=path))
