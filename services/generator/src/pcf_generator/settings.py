"""Settings of the generator; each is PCF_GENERATOR_<NAME>."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.calling_settings import CallingSettings
from pcf_runtime.settings import Port
from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Limit = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""Seconds; a lease or a limit of none would stop every build."""
OptionalFile = Annotated[Path | None, BeforeValidator(lambda given: given or None)]
"""An empty text names none."""

_TENANT_DAY_USD = {"development": Decimal(5), "staging": Decimal(1), "production": Decimal(0)}


class GeneratorSettings(CallingSettings):
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
    owner_database_url: SecretStr = SecretStr("")
    """The same database as the role that owns the tables: only for `migrate`, `retain` and `erase-tenant`, never for
    the service."""
    database_pool: Annotated[int, Field(ge=1, le=100)] = 10
    """How many connections this instance may take for its work; it takes one more to listen on."""
    ready_on_standby: bool = False
    """Whether an instance is ready whose database follows another region's: it answers what reads, and refuses what
    writes until the database is promoted. The URL has `target_session_attrs=any` then."""
    artifacts: Path = Path("var/artifacts")
    """Folder of the artifacts; made if it is missing."""
    artifacts_url: str = ""
    """Bucket of the artifacts, `s3://bucket/prefix?region=…`, in place of the folder; AWS's variables hold the keys."""
    artifacts_days: Annotated[int, Field(ge=0)] = 0
    """After how many days the bucket deletes an artifact, as `pcf-generator lifecycle` set it; 0 if it never does."""
    presign_s: Annotated[int, Field(ge=0, le=604_800)] = 0
    """How long a link into the bucket holds that downloads get; 0: none, the bytes go through the services."""
    data_key: SecretStr = SecretStr("")
    """Seals what makers wrote, in the database of the builds: base64 of 32 bytes, the same in all instances."""
    data_key_old: SecretStr = SecretStr("")
    """Data keys that were replaced, or are about to come, separated by blanks: what they sealed is read still."""
    redis_url: SecretStr = SecretStr("")
    """Redis that keeps shared results close at hand: `redis://…`, or Sentinel, or Cluster. Optional."""
    cache_key: SecretStr = SecretStr("")
    """Seals what goes to Redis, and what language models answered: base64 of 32 bytes, the same in all instances."""
    cache_ttl_s: Limit = 86_400.0
    """How long Redis keeps a shared result."""
    compilers: Path = Path(".compilers")
    """Folder that `make compilers` made; without it, builds end with the source and say so."""
    compile_folder: Path | None = None
    """Folder that compilations work in; by default where the system has its temporary files."""
    models: OptionalFile = None
    """YAML file of the language models that may be asked; without one, the offline engine alone answers."""
    providers: str = ""
    """Which providers' models to ask, in this order, such as `azure,openai`; all as the file has them if empty."""
    brain_target: str = "127.0.0.1:50052"
    """Where the brain answers, as a gRPC target."""
    audit_target: str = "127.0.0.1:50053"
    """Where the audit log answers, as a gRPC target."""
    concurrency: Count = 4
    """How many builds run at once in this instance."""
    queue_limit: Count = 1000
    """How many builds may wait; one more is refused with RESOURCE_EXHAUSTED."""
    tenant_queue_limit: Count | None = None
    """How many builds of one tenant may wait; half of all that may if it is not set."""
    tenant_running: Count | None = None
    """How many builds of one tenant may run at once, in all instances together; without it as many as there is room."""
    tenants: OptionalFile = None
    """YAML file of tenants with limits or a share of their own; read again when it changes."""
    lease_s: Limit = 30.0
    """How long a build stays claimed without a sign of life; then another instance takes it."""
    stage_limit_s: Limit = 30.0
    """How long one stage may take."""
    build_limit_s: Limit = 120.0
    """How long one run of a build may take, waiting for the brain and the artifact store included."""
    tenant_day_usd: Annotated[Decimal | None, Field(ge=0, le=1_000_000, decimal_places=6)] = None
    """What a tenant may spend on language models in a day of UTC, in dollars; without it 5.00, and 1.00 in staging."""

    @property
    def tenant_day_micros(self) -> int:
        """The same in micro-dollars; production gives nothing away that nobody has set."""
        usd = _TENANT_DAY_USD[self.environment] if self.tenant_day_usd is None else self.tenant_day_usd
        return int(usd * 1_000_000)

    @property
    def usual_queued(self) -> int:
        """How many builds of one tenant may wait: nobody fills the queue alone."""
        return self.tenant_queue_limit or max(self.queue_limit // 2, 1)

    def problems(self) -> list[str]:
        found = super().problems()
        if self.environment != "development" and not self.database_url.get_secret_value():
            found.append(
                f"{self._name('database_url')} is not set, and a SQLite file is for one instance alone; "
                f"{self.environment} needs a database that instances share."
            )
        if self.stage_limit_s > self.build_limit_s:
            found.append(f"{self._name('stage_limit_s')} is longer than {self._name('build_limit_s')}.")
        if self.environment == "production" and self.models is not None and self.tenant_day_usd is None:
            found.append(f"{self._name('tenant_day_usd')} is not set; production spends nothing that nobody allowed.")
        if self.environment == "production" and not self.compilers.is_dir():
            found.append(f"{self._name('compilers')}: there is no folder {self.compilers}; production makes solutions.")
        return [
            *found,
            *self._tenants_problems(),
            *self._data_key_problems(),
            *self._artifacts_problems(),
            *self._redis_problems(),
            *self._cache_key_problems(),
            *self._models_problems(),
        ]

    def _tenants_problems(self) -> Iterator[str]:
        name, most = self._name("tenants"), self._name("queue_limit")
        if self.usual_queued > self.queue_limit:
            yield f"{self._name('tenant_queue_limit')} is more than {most}."
        if self.tenants is None:
            return
        from pcf_generator.tenants_file import BadTenantsError, read_tenants  # noqa: PLC0415 - likewise

        try:
            entries = read_tenants(self.tenants)
        except BadTenantsError as error:
            yield f"{name}: {error}."
            return
        for tenant, entry in entries.items():
            if (entry.queued or 0) > self.queue_limit:
                yield f"{name}: tenant '{tenant}' queued is more than {most}."

    def _data_key_problems(self) -> Iterator[str]:
        name, key = self._name("data_key"), self.data_key.get_secret_value()
        old = self.data_key_old.get_secret_value().split()
        if not key:
            if old:
                yield f"{self._name('data_key_old')} is set without {name}."
            if self.environment == "production":
                yield f"{name} is not set, and makers' words would lie in clear: `openssl rand -base64 32` prints one."
            return
        from pcf_runtime.sealed_text import BadSealingKeyError, TextSealer  # noqa: PLC0415 - slow to load

        for field, text in [("data_key", key), *(("data_key_old", each) for each in old)]:
            try:
                TextSealer.parse(text)
            except BadSealingKeyError as error:
                yield f"{self._name(field)}: {error}."

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

        try:
            RedisUrl.parse(self.redis_url.get_secret_value())
        except BadRedisUrlError as error:
            yield f"{url}: {error}."
        if not self.cache_key.get_secret_value():
            yield f"{key} is not set, and nothing goes to Redis unsealed: `openssl rand -base64 32` prints one."

    def _cache_key_problems(self) -> Iterator[str]:
        name, key = self._name("cache_key"), self.cache_key.get_secret_value()
        if not key:
            if self.environment == "production" and self.models is not None and not self.redis_url.get_secret_value():
                yield f"{name} is not set, so the same prompt would not give the same build: no answer could be kept."
            return
        from pcf_runtime.sealing import BadSealingKeyError, Sealer  # noqa: PLC0415 - slow to load

        try:
            Sealer.parse(key)
        except BadSealingKeyError as error:
            yield f"{name}: {error}."

    def _models_problems(self) -> Iterator[str]:
        models, providers = self._name("models"), self._name("providers")
        if self.models is None:
            if self.providers:
                yield f"{providers} is about language models: set {models} too."
            return
        from pcf_generator.models.catalogue import BadCatalogueError, read_catalogue  # noqa: PLC0415 - slow to load

        try:
            catalogue = read_catalogue(self.models)
        except BadCatalogueError as error:
            yield from (f"{models}: {problem}." for problem in error.problems)
            return
        try:
            chosen = catalogue.preferring(self.providers)
        except BadCatalogueError as error:
            yield from (f"{providers}: {problem}." for problem in error.problems)
            return
        yield from (f"{models}: {problem}." for problem in chosen.problems(environment=self.environment))
