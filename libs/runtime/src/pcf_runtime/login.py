"""Who runs a command, as the machine knows it."""

import getpass
import os

__all__ = ["login"]


def login() -> str:
    """The user's name; in a container, where it need not have one, its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
