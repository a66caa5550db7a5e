"""Settings of the brain: PCF_BRAIN_*."""

from pathlib import Path
from typing import Annotated

from pcf_runtime.settings import Port, Seconds, ServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict


class BrainSettings(ServiceSettings):
    """What the brain can be told."""

    model_config = SettingsConfigDict(env_prefix="PCF_BRAIN_")

    port: Port = 50052
    """Port to listen on."""
    metrics_port: Port = 9352
    """Port of /metrics."""
    folder: Path = Path("ai-brain")
    """Folder of the brain's files; a relative one is looked for in the working directory."""
    poll_interval_s: Seconds = Field(
        default_factory=lambda known: 2.0 if known.get("environment") == "development" else 0.0
    )
    """How often to look whether the folder changed; 0 is never, and the default outside development."""
    releases_kept: Annotated[int, Field(ge=1, le=100)] = 5
    """How many releases stay readable, the current one among them, for builds that began with them."""
    cache_bytes: Annotated[int, Field(ge=0)] = 100_000_000
    """How much content the cache in memory may hold."""
