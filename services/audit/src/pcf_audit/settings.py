"""What the audit service can be told, by PCF_AUDIT_* and PCF_ENV."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.sealing import Sealer
from pcf_runtime.settings import Port, ServiceSettings
from pcf_runtime.signed_note import Signer, Verifier
from pydantic import Field, SecretStr
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
    """SQLite file of the log; made, with its folder, if it is not there. Not used when there is a database URL."""
    database_url: SecretStr = SecretStr("")
    """PostgreSQL of the log, `postgresql://user:password@host1,host2:5432/database`; its user is a member of the group
    role `pcf_audit`, which can add and read only. Bring it to this version's schema with `pcf-audit migrate`."""
    owner_database_url: SecretStr = SecretStr("")
    """The same database as the role that owns the tables: only for `migrate`, `erase-tenant` and retiring, never for
    the service."""
    origin: str = Field(default="pcf-builder.audit", pattern=r"^[^\s+]+$")
    """Name of the log: first line of each checkpoint, and name of the signing key."""
    signing_key: SecretStr = SecretStr("")
    """Ed25519 key that signs checkpoints, as `pcf-audit keys` prints it. In development one is made and kept beside
    the SQLite file."""
    public_keys_old: str = ""
    """Public halves of signing keys that were replaced, separated by blanks: their checkpoints stay valid."""
    master_key: SecretStr = SecretStr("")
    """Base64 of 32 bytes; seals the tenants' keys, so without it no actor and nothing personal can be read again. In
    development one is made and kept beside the SQLite file."""
    master_key_old: SecretStr = SecretStr("")
    """Master keys that were replaced, separated by blanks: the tenants' keys that they sealed can be opened still."""
    export_url: str = ""
    """Bucket for exports, `s3://bucket/prefix?region=…`: whole segments of 65,536 events are copied there, each with
    its checkpoint and proof. Credentials come from the standard AWS chain. Empty means no exports."""
    export_lock_days: Annotated[int, Field(ge=0, le=36_500)] = 365
    """For how long nobody can delete an exported file (S3 object lock, compliance mode); 0 locks nothing."""
    export_interval_s: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 300.0
    """How often the service looks whether a segment is due."""
    max_batch_events: _Events = 1_000
    """Events that concurrent calls store in one transaction: more is faster and delays the first longer."""
    max_waiting_events: _Events = 20_000
    """Events that may wait to be stored; more are refused with LOG_BUSY."""

    def problems(self) -> list[str]:
        ours = (
            self._missing_database(),
            self._missing_keys(),
            self._bad_keys(),
            self._bad_limits(),
            self._bad_bucket(),
        )
        return [*super().problems(), *chain.from_iterable(ours)]

    def _missing_database(self) -> Iterator[str]:
        if self.environment != "development" and not self.database_url.get_secret_value():
            yield (
                f"{self._name('database_url')} is not set, and a SQLite file is for one instance alone; "
                f"{self.environment} needs a database that instances share."
            )

    def _bad_bucket(self) -> Iterator[str]:
        try:
            if self.export_url:
                BucketUrl.parse(self.export_url)
        except ValueError as error:
            yield f"{self._name('export_url')} cannot be used: {error}."

    def _bad_limits(self) -> Iterator[str]:
        if self.max_waiting_events < self.max_batch_events:
            waiting, batch = self._name("max_waiting_events"), self._name("max_batch_events")
            yield f"{waiting} is less than {batch}, so no transaction could ever be full."

    def _missing_keys(self) -> Iterator[str]:
        if self.environment == "development":
            return
        for field in ("signing_key", "master_key"):
            if not getattr(self, field).get_secret_value():
                yield f"{self._name(field)} is not set; {self.environment} needs one: `pcf-audit keys` prints it."

    def _bad_keys(self) -> Iterator[str]:
        signing, master = self.signing_key.get_secret_value(), self.master_key.get_secret_value()
        yield from self._unreadable("signing_key", [signing] if signing else [], self._parse_signer)
        yield from self._unreadable("public_keys_old", self.public_keys_old.split(), Verifier.parse)
        yield from self._unreadable("master_key", [master] if master else [], Sealer.parse)
        yield from self._unreadable("master_key_old", self.master_key_old.get_secret_value().split(), Sealer.parse)

    def _unreadable(self, field: str, keys: Sequence[str], parse: Callable[[str], object]) -> Iterator[str]:
        for key in keys:
            try:
                parse(key)
            except ValueError as error:  # says what is wrong and never repeats the key
                yield f"{self._name(field)} cannot be used: {error}."

    def _parse_signer(self, text: str) -> Signer:
        signer = Signer.parse(text)
        if signer.name != self.origin:
            raise ValueError(f"the key is named {signer.name} and {self._name('origin')} is {self.origin}")
        return signer
