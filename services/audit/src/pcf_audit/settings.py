"""What the audit service can be told, by PCF_AUDIT_* and PCF_ENV."""

from pathlib import Path
from typing import Annotated

from pcf_runtime.settings import Port, ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict

__all__ = ["AuditSettings"]

_Events = Annotated[int, Field(ge=1, le=1_000_000)]


class AuditSettings(ServiceSettings):
    """Defaults suit one developer's machine."""

    model_config = SettingsConfigDict(env_prefix="PCF_AUDIT_")

    port: Port = 50053
    """Port to listen on."""
    metrics_port: Port = 9353
    """Port of /metrics."""
    database: Path = Path("var/audit.db")
    """SQLite file of the log; made, with its folder, if it is not there."""
    max_batch_events: _Events = 1_000
    """Events that concurrent calls store in one transaction: more is faster and delays the first longer."""
    max_waiting_events: _Events = 20_000
    """Events that may wait to be stored; more are refused with LOG_BUSY."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.max_waiting_events < self.max_batch_events:
            waiting, batch = self._name("max_waiting_events"), self._name("max_batch_events")
            found.append(f"{waiting} is less than {batch}, so no transaction could ever be full.")
        return found
