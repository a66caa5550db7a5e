"""What is let in; how refusals look stands in the contract tests."""

import pytest
from pcf_gateway.admission import Admission
from pcf_gateway.problems.refusal import Refusal

ADMISSION = Admission(
    body_limit_bytes=10, request_timeout_s=30, longest_request_timeout_s=120, allowed_hosts={"localhost", "[::1]"}
)


@pytest.mark.parametrize(
    ("value", "seconds"), [(b"1", 1.0), (b"1.5", 1.5), (b"119.999", 119.999), (b"121", 120.0), (b"9999", 120.0)]
)
def test_a_time_is_taken_up_to_the_longest(value: bytes, seconds: float):
    assert seconds == ADMISSION.seconds({b"x-request-timeout": value})


@pytest.mark.parametrize("host", [b"localhost", b"localhost:3000", b"LocalHost:", b"[::1]:3000"])
def test_a_name_of_ours_is_let_in(host: bytes):
    ADMISSION.check("GET", {b"host": host})


@pytest.mark.parametrize("host", [b"", b"evil", b"localhost.evil", b"[::1", b"]", b"\xff"])
def test_another_name_is_not(host: bytes):
    with pytest.raises(Refusal) as refused:
        ADMISSION.check("GET", {b"host": host})

    assert refused.value.status == 421


def test_with_authentication_any_name_is_let_in():
    open_admission = Admission(
        body_limit_bytes=10, request_timeout_s=30, longest_request_timeout_s=120, allowed_hosts=None
    )

    open_admission.check("POST", {b"host": b"builder.example", b"sec-fetch-site": b"cross-site"})


@pytest.mark.parametrize("length", [b"0", b"10"])
def test_a_body_of_the_limit_is_let_in(length: bytes):
    ADMISSION.check("POST", {b"content-length": length})


async def test_a_body_is_counted_over_all_its_pieces():
    pieces = iter([b"123456", b"7890", b"x"])

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    counting = ADMISSION.limited(receive)

    assert [await counting(), await counting()]
    with pytest.raises(Refusal) as refused:
        await counting()
    assert refused.value.status == 413
