"""How behaviour files name an element: as a screen reader does, or by class where it says nothing."""

import re

from playwright.sync_api import Locator

_ROLE = re.compile(r'([a-z]+)(?: "(.+)")?')


def find(container: Locator, target: str) -> Locator:
    """Find the elements of a target, hidden ones too."""
    if target.startswith("."):
        return container.locator(target)
    role, name = _ROLE.fullmatch(target).groups()  # type: ignore[union-attr]
    if name is None:
        return container.get_by_role(role)  # type: ignore[arg-type]
    return container.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
