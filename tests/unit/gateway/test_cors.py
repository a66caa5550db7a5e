"""Which origins can be named, and who is answered as one."""

import pytest
from pcf_gateway.cors import Cors, origin_problems

ORIGIN = "https://make.example"


@pytest.mark.parametrize(
    "origin", [ORIGIN, "https://make.example:8443", "http://localhost:5173", "https://[2001:db8::1]"]
)
def test_an_exact_origin_can_be_named(origin: str):
    assert [] == list(origin_problems([origin], is_production=True))


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://*.example", f"{ORIGIN}/", "make.example", "https://Make.example"]
)
def test_anything_else_cannot(origin: str):
    assert 1 == len(list(origin_problems([origin], is_production=False)))


def test_production_wants_tls():
    assert [] == list(origin_problems(["http://make.example"], is_production=False))
    assert 1 == len(list(origin_problems(["http://make.example"], is_production=True)))


def test_without_origins_nothing_is_said():
    assert () == Cors([]).fields({b"origin": ORIGIN.encode()})


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"https://make.example.evil.example", None])
def test_others_learn_nothing_but_that_it_depends(origin: bytes | None):
    headers = {} if origin is None else {b"origin": origin}

    assert ((b"vary", b"Origin"),) == Cors([ORIGIN]).fields(headers)
    assert not Cors([ORIGIN]).is_preflight("OPTIONS", {**headers, b"access-control-request-method": b"GET"})
