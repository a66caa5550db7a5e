"""What `pcf-audit` does beside serving: `keys`, `migrate`, `erase-tenant`."""

import argparse
import sys
from typing import Final

from pcf_runtime.lifecycle import Command
from pcf_runtime.login import login
from pcf_runtime.signed_note import Signer
from pcf_runtime.starting import CannotStartError

from pcf_audit.keyring import new_master_key
from pcf_audit.settings import AuditSettings

__all__ = ["ERASE_TENANT", "KEYS", "MIGRATE"]

_MIGRATES_ITSELF: Final = "PCF_AUDIT_DATABASE_URL is not set: an SQLite file is migrated when the service opens it.\n"


def _keys(settings: AuditSettings, _asked: argparse.Namespace) -> int:
    signer = Signer.generate(settings.origin)
    sys.stdout.write(
        f"PCF_AUDIT_SIGNING_KEY={signer.text}\n"
        f"PCF_AUDIT_MASTER_KEY={new_master_key()}\n"
        f"# For everybody who verifies checkpoints:\n{signer.verifier.text}\n"
    )
    return 0


def _migrate(settings: AuditSettings, _asked: argparse.Namespace) -> int:
    url = settings.owner_database_url.get_secret_value() or settings.database_url.get_secret_value()
    if not url:
        sys.stdout.write(_MIGRATES_ITSELF)
        return 0
    from pcf_runtime.postgres.commands import migrate  # noqa: PLC0415 - asyncpg is slow to load

    return migrate(url, service="audit")


def _erase_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="whose personal data is to be made unreadable, for good")
    parser.add_argument("--yes", action="store_true", help="really do it")
    parser.add_argument("--actor", default="", help="who does it, for the log (default: the login)")


def _erase_tenant(settings: AuditSettings, asked: argparse.Namespace) -> int:
    if not asked.yes:
        raise CannotStartError(
            f"This makes every actor and all that is personal in the events of tenant {asked.tenant} unreadable, "
            "and nothing can undo it. Repeat with --yes."
        )
    if problems := settings.problems():
        raise CannotStartError("\n".join(problems))
    from pcf_audit.erasing import erase  # noqa: PLC0415 - opens the log

    return erase(settings, tenant=asked.tenant, actor=asked.actor or login())


KEYS: Final = Command("print a new signing key, a new master key, and the public key", _keys)
MIGRATE: Final = Command("bring the PostgreSQL database to this version's schema", _migrate)
ERASE_TENANT: Final = Command(
    "delete a tenant's key, so that nobody can read its personal data again", _erase_tenant, _erase_arguments
)
