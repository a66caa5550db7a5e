"""Credentials that do not work, by where they come from."""

import pytest
from pcf_gateway.limits.failures import Failures, client_address


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_looked_at_in_a_minute():
    clock = Clock()
    failures = Failures(3, elapsed_s=clock)
    waits = []
    for _ in range(4):
        waits.append(failures.wait_s("203.0.113.9"))
        failures.note("203.0.113.9")
        clock.now += 10

    assert [0.0, 0.0, 0.0, 30.0] == waits
    assert 0.0 == failures.wait_s("203.0.113.10")
    clock.now += 20
    assert 0.0 == failures.wait_s("203.0.113.9")


def test_none_means_any_number():
    failures = Failures(0, elapsed_s=Clock())
    for _ in range(1000):
        failures.note("203.0.113.9")

    assert 0.0 == failures.wait_s("203.0.113.9")


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("203.0.113.9", b"198.51.100.1", 0, "203.0.113.9"),
        ("10.0.0.1", b"198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", b"6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", b"6.6.6.6, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.1", b"", 2, "10.0.0.1"),
        ("10.0.0.1", b"nonsense", 1, "unknown"),
        ("2001:db8:1:2:3:4:5:6", b"", 0, "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_what_our_own_outermost_proxy_saw(peer: str, forwarded: bytes, proxies: int, address: str):
    headers = {b"x-forwarded-for": forwarded} if forwarded else {}

    assert address == client_address({"client": (peer, 1)}, headers, proxies=proxies)
