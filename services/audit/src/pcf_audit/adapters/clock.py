"""The machine's clock."""

from datetime import UTC, datetime

__all__ = ["SystemClock"]


class SystemClock:
    """Tells the time in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)
