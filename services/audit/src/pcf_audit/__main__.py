"""`pcf-audit`: serve, check the configuration, or tend what the log stands on."""

from pcf_runtime import lifecycle

from pcf_audit.bootstrap import running
from pcf_audit.commands import ERASE_TENANT, KEYS, MIGRATE
from pcf_audit.export.command import EXPORT
from pcf_audit.public_key_command import PUBLIC_KEY
from pcf_audit.retention_command import RETAIN
from pcf_audit.settings import AuditSettings

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "keys": KEYS,
    "public-key": PUBLIC_KEY,
    "migrate": MIGRATE,
    "erase-tenant": ERASE_TENANT,
    "export": EXPORT,
    "retain": RETAIN,
}


def main() -> None:
    lifecycle.main(service="audit", settings=AuditSettings, app=running, commands=COMMANDS)


if __name__ == "__main__":
    main()
