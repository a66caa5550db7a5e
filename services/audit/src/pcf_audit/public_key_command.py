"""`pcf-audit public-key`: what everybody needs who verifies checkpoints, and what may be published."""

import argparse
import sys
from typing import Final

from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError

from pcf_audit.settings import AuditSettings

__all__ = ["PUBLIC_KEY"]


def _run(settings: AuditSettings, _asked: argparse.Namespace) -> int:
    if problems := settings.problems():
        raise CannotStartError("\n".join(problems))
    from pcf_audit.keyring import Keyring  # noqa: PLC0415 - `--help` does without cryptography

    sys.stdout.write(f"{Keyring.of(settings).notary.verifier.text}\n")
    return 0


PUBLIC_KEY: Final = Command("print the public half of the key that signs checkpoints now", _run)
