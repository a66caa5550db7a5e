"""`pcf-audit [serve | check-config]`."""

from pcf_runtime import lifecycle

from pcf_audit.bootstrap import running
from pcf_audit.settings import AuditSettings

__all__ = ["main"]


def main() -> None:
    lifecycle.main(service="audit", settings=AuditSettings, app=running)


if __name__ == "__main__":
    main()
