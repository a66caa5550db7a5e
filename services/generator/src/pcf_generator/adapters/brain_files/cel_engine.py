"""CEL without its command line.

The package imports its own command line along with itself, and with that typer, prompt_toolkit and rich: a third
of this service's start and 10 MB, for nothing that is used here.
"""

import sys
from types import ModuleType

sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402

__all__ = ["cel"]
