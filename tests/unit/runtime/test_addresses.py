"""Which targets only this machine reaches."""

import pytest
from pcf_runtime.addresses import is_loopback_target


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1:50051",
        "localhost:50051",
        "[::1]:50051",
        "dns:///localhost:50051",
        "ipv4:127.0.0.1:1,127.0.0.1:2",
        "unix:/run/brain",
    ],
)
def test_loopback(target: str):
    assert is_loopback_target(target)


@pytest.mark.parametrize(
    "target",
    [
        "brain:50052",
        "dns:///brain-headless:50052",
        "10.0.0.1:50052",
        "ipv4:127.0.0.1:1,10.0.0.1:2",
        "dns://10.0.0.1/localhost:1",
        "127.0.0.1.example:1",
    ],
)
def test_elsewhere(target: str):
    assert not is_loopback_target(target)
