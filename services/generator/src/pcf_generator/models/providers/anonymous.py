"""What the SDKs' clients say of this machine, and take from its environment: nothing."""

from collections.abc import Mapping

__all__ = ["Anonymous"]


class Anonymous:
    """Stands before an SDK's client in a class's bases."""

    _custom_headers: Mapping[str, str]

    def platform_headers(self) -> dict[str, str]:
        """The SDKs tell the system, processor and version of Python here."""
        return {}

    @property
    def user_agent(self) -> str:
        return "pcf-builder"

    def forget_ambient_headers(self) -> None:
        """Drop the headers that the SDK's own environment variable names."""
        self._custom_headers = {}
