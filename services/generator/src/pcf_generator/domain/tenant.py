"""Whose things are which: what makes the names that they are kept under differ from tenant to tenant."""

from typing import Final

DEFAULT: Final = "default"
"""Whose everything is where nobody says whose it is."""


def marks(tenant: str) -> tuple[str, ...]:
    """What a name holds beside the rest: nothing for `default`, so that what is older than tenants is found."""
    return () if tenant == DEFAULT else (tenant,)
