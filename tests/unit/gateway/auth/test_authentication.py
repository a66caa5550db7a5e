"""Where a credential may stand, and that no other place counts."""

import pytest
from pcf_gateway.auth.authentication import _credential


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({b"cookie": b"key=pcfb_x"}, None),
        ({b"x-pcf-actor": b"admin", b"x-pcf-tenant": b"contoso"}, None),
        ({b"authorization": b"Bearer abc"}, "abc"),
        ({b"authorization": b"bearer  abc "}, "abc"),
        ({b"authorization": b"Basic abc"}, ""),
        ({b"authorization": b"Bearer"}, ""),
        ({b"x-api-key": b"pcfb_x"}, "pcfb_x"),
        ({b"x-api-key": b"ey.ey.ey"}, ""),
        ({b"x-api-key": b"pcfb_x", b"authorization": b"Bearer abc"}, ""),
        ({b"x-api-key": b""}, ""),
    ],
)
def test_a_credential_has_two_places(headers: dict[bytes, bytes], found: str | None):
    assert found == _credential(headers)
