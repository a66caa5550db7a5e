"""Which failures count as a canary's: those of an instance that is none of the good ones."""

from typing import Any

import pytest

from tests.drills.releases import Front


class Log:
    """An edge of which only the access log is read."""

    def __init__(self, *lines: tuple[str | None, int | None]) -> None:
        self._lines = lines

    def lines(self) -> list[dict[str, Any]]:
        return [{"server.address": at, "http.response.status_code": status} for at, status in self._lines]


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (("127.0.0.1:3", 504), True),
        (("127.0.0.1:3", 0), True),
        (("127.0.0.1:3", 404), False),
        (("127.0.0.1:3", 200), False),
        (("127.0.0.1:1", 504), False),
        ((None, 503), False),
    ],
)
def test_a_failure_is_a_canary_s(line: tuple[str | None, int | None], counts: bool):
    front = Front(Log(line), good=(1, 2))  # type: ignore[arg-type]

    assert int(counts) == front.failed_at_others()
