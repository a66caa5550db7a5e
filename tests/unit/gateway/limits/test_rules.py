"""The file of tenants whose limits differ."""

import asyncio
from pathlib import Path

import pytest
from pcf_gateway.limits.following import follow
from pcf_gateway.limits.rules import BadLimitsError, Book, Exceptions, Rules, read_exceptions

USUAL = Rules(
    key_per_second=1,
    key_per_minute=2,
    tenant_per_second=3,
    tenant_per_minute=4,
    builds_per_day=5,
    requests_at_once=6,
    streams_at_once=7,
)


def test_a_tenant_that_is_named_has_what_is_said_and_the_rest_as_usual(tmp_path: Path):
    path = tmp_path / "limits.yaml"
    path.write_text("tenants:\n  contoso: {builds_per_day: 50, key_per_second: 0}\n")
    book = Book(USUAL, read_exceptions(path))

    assert USUAL.model_copy(update={"builds_per_day": 50, "key_per_second": 0}) == book.rules("contoso")
    assert USUAL == book.rules("fabrikam")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tenants: [", "is no YAML"),
        ("", "valid dictionary"),
        ("other: {}", "tenants"),
        ("tenants: {contoso: {builds: 1}}", "tenants.contoso.builds: Extra"),
        ("tenants: {contoso: {builds_per_day: -1}}", "greater than or equal to 0"),
        ("tenants: {contoso: {builds_per_day: '5'}}", "valid integer"),
        ("tenants: {'Not a tenant': {}}", "match pattern"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(tmp_path: Path, text: str, said: str):
    path = tmp_path / "limits.yaml"
    path.write_text(text)
    with pytest.raises(BadLimitsError) as refused:
        read_exceptions(path)

    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(BadLimitsError, match="cannot be read: No such file"):
        read_exceptions(tmp_path / "limits.yaml")


async def test_a_change_is_followed_and_a_broken_one_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / "limits.yaml"
    path.write_text("tenants: {}")
    told: asyncio.Queue[Exceptions] = asyncio.Queue()
    following = asyncio.create_task(follow(path, told.put_nowait, every_s=0.01))
    try:
        await asyncio.sleep(0)  # what is there now is known
        path.write_text("tenants: [broken")
        async with asyncio.timeout(5):
            while "limits not changed" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.01)
        path.write_text("tenants: {contoso: {builds_per_day: 9}}")
        async with asyncio.timeout(5):
            assert {"contoso": {"builds_per_day": 9}} == await told.get()
    finally:
        following.cancel()
    assert told.empty()
