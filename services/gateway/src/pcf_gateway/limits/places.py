"""How many requests are worked on at once: counted, never queued."""

from pcf_gateway.limits.rules import Rules

__all__ = ["Full", "Places"]


class Full(Exception):  # noqa: N818 - being full is no fault
    """There is no place; `limit` names what is full, and `of_all` says whether for everybody."""

    def __init__(self, limit: str, *, of_all: bool) -> None:
        super().__init__(limit)
        self.limit = limit
        self.of_all = of_all


class Places:
    """Of one kind, `requests` or `streams`, in this gateway."""

    def __init__(self, kind: str, *, in_all: int) -> None:
        self._kind = kind
        self._in_all = in_all
        self._taken: dict[str, int] = {}
        self.taken = 0
        """By everybody."""

    def enter(self, tenant: str, rules: Rules | None) -> None:
        """Take one, to be left again; Full. Without rules, only the sum is bounded."""
        if 0 < self._in_all <= self.taken:
            raise Full(f"{self._kind}_at_once_in_all", of_all=True)
        own = self._taken.get(tenant, 0)
        if rules is not None:
            most = rules.requests_at_once if self._kind == "requests" else rules.streams_at_once
            if 0 < most <= own:
                raise Full(f"{self._kind}_at_once", of_all=False)
        self.taken += 1
        self._taken[tenant] = own + 1

    def leave(self, tenant: str) -> None:
        self.taken -= 1
        left = self._taken[tenant] - 1
        if left:
            self._taken[tenant] = left
        else:
            del self._taken[tenant]
