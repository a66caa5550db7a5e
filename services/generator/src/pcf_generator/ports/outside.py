"""What everything needs from outside: the time, fresh ids, and a word for what is away."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

Clock = Callable[[], datetime]
"""Gives the time, in UTC."""


NewId = Callable[[], str]
"""Gives a fresh ULID."""


class OutsideUnavailable(Exception):  # noqa: N818 - reads as what it is
    """What builds need from outside is away, named by `who`; the stage may be tried again later.

    OutsideUnavailable
    ├── KnowledgeUnavailable   the brain
    ├── ArtifactsUnavailable   the store of the artifacts
    └── CompilerUnavailable    the compilers
    """

    who: ClassVar[str]
