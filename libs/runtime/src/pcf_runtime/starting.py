"""Why something cannot start, where a person can mend it."""

__all__ = ["CannotStartError"]


class CannotStartError(Exception):
    """The message is one sentence that names what is wrong and what to do; no stack is shown with it."""
