"""Settings of the generator; each is PCF_GENERATOR_<NAME>."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.settings import Port, ServiceSettings
from pydantic import Field, SecretStr
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
    """SQLite file of the builds; made if it is missing. Not used when a database URL is set."""
    database_url: SecretStr = SecretStr("")
    """PostgreSQL of the builds, `postgresql://user:password@host:5432/database`; several hosts are `host1,host2`."""
    database_pool: Annotated[int, Field(ge=1, le=100)] = 10
    """How many connections this instance may take for its work; it takes one more to listen on."""
    artifacts: Path = Path("var/artifacts")
    """Folder of the artifacts; made if it is missing."""
    artifacts_url: str = ""
    """Bucket of the artifacts, `s3://bucket/prefix?region=…`, in place of the folder; AWS's variables hold the keys."""
    artifacts_days: Annotated[int, Field(ge=0)] = 0
    """After how many days the bucket deletes an artifact, as `pcf-generator lifecycle` set it; 0 if it never does."""
    presign_s: Annotated[int, Field(ge=0, le=604_800)] = 0
    """How long a link into the bucket holds that downloads get; 0: none, the bytes go through the services."""
    redis_url: SecretStr = SecretStr("")
    """Redis that keeps shared results close at hand: `redis://…`, or Sentinel, or Cluster. Optional."""
    cache_key: SecretStr = SecretStr("")
    """Seals what goes to Redis: base64 of 32 bytes (`openssl rand -base64 32`), the same in all instances."""
    cache_ttl_s: Limit = 86_400.0
    """How long Redis keeps a shared result."""
    compilers: Path = Path(".compilers")
    """Folder that `make compilers` made; without it, builds end with the source and say so."""
    compile_folder: Path | None = None
    """Folder that compilations work in; by default where the system has its temporary files."""
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
    """How long one run of a build may take, waiting for the brain and the artifact store included."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.environment != "development" and not self.database_url.get_secret_value():
            found.append(
                f"{self._name('database_url')} is not set, and a SQLite file is for one instance alone; "
                f"{self.environment} needs a database that instances share."
            )
        if self.stage_limit_s > self.build_limit_s:
            found.append(f"{self._name('stage_limit_s')} is longer than {self._name('build_limit_s')}.")
        if self.environment == "production" and not self.compilers.is_dir():
            found.append(f"{self._name('compilers')}: there is no folder {self.compilers}; production makes solutions.")
        return [*found, *self._artifacts_problems(), *self._redis_problems()]

    def _artifacts_problems(self) -> Iterator[str]:
        bucket = self._name("artifacts_url")
        if not self.artifacts_url:
            if self.environment == "production":
                yield f"{bucket} is not set; production needs a store of artifacts that instances share."
            for field in ("artifacts_days", "presign_s"):
                if getattr(self, field):
                    yield f"{self._name(field)} is about a bucket: set {bucket} too."
            return
        try:
            BucketUrl.parse(self.artifacts_url)
        except ValueError as error:
            yield f"{bucket}: {error}."

    def _redis_problems(self) -> Iterator[str]:
        url, key = self._name("redis_url"), self._name("cache_key")
        if not self.redis_url.get_secret_value():
            return
        from pcf_runtime.redis_client import BadRedisUrlError, RedisUrl  # noqa: PLC0415 - slow to load
        from pcf_runtime.sealing import BadSealingKeyError, Sealer  # noqa: PLC0415 - likewise

        try:
            RedisUrl.parse(self.redis_url.get_secret_value())
        except BadRedisUrlError as error:
            yield f"{url}: {error}."
        if not self.cache_key.get_secret_value():
            yield f"{key} is not set, and nothing goes to Redis unsealed: `openssl rand -base64 32` prints one."
            return
        try:
            Sealer.parse(self.cache_key.get_secret_value())
        except BadSealingKeyError as error:
            yield f"{key}: {error}."
