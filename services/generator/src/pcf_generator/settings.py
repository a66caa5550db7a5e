"""Settings of the generator; each is PCF_GENERATOR_<NAME>."""

from pathlib import Path
from typing import Annotated

from pcf_runtime.settings import Port, ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Limit = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""Seconds; a lease or a limit of none would stop every build."""


class GeneratorSettings(ServiceSettings):
    """What the generator can be told."""

    model_config = SettingsConfigDict(env_prefix="PCF_GENERATOR_")

    port: Port = 50051
    """Port to listen on."""
    metrics_port: Port = 9351
    """Port of /metrics."""
    database: Path = Path("var/builds.db")
    """SQLite file of the builds; made if it is missing."""
    artifacts: Path = Path("var/artifacts")
    """Folder of the artifacts; made if it is missing."""
    brain_target: str = "127.0.0.1:50052"
    """Where the brain answers, as a gRPC target."""
    audit_target: str = "127.0.0.1:50053"
    """Where the audit log answers, as a gRPC target."""
    concurrency: Count = 4
    """How many builds run at once in this instance."""
    queue_limit: Count = 1000
    """How many builds may wait; one more is refused with RESOURCE_EXHAUSTED."""
    lease_s: Limit = 30.0
    """How long a build stays claimed without a sign of life; then another instance takes it."""
    stage_limit_s: Limit = 30.0
    """How long one stage may take."""
    build_limit_s: Limit = 120.0
    """How long one run of a build may take, waiting for the brain included."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.environment == "production":
            found.append(
                f"{self._name('database')} is a SQLite file, which one instance alone can use; "
                "production needs a database that instances share."
            )
        if self.stage_limit_s > self.build_limit_s:
            found.append(f"{self._name('stage_limit_s')} is longer than {self._name('build_limit_s')}.")
        return found
