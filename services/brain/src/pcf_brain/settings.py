"""Settings of the brain: PCF_BRAIN_*."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.settings import Port, Seconds, ServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class BrainSettings(ServiceSettings):
    """What the brain can be told."""

    model_config = SettingsConfigDict(env_prefix="PCF_BRAIN_")

    port: Port = 50052
    """Port to listen on."""
    metrics_port: Port = 9352
    """Port of /metrics."""
    folder: Path = Path("ai-brain")
    """Folder of the brain's files, such as `VOLUME/current` of `pcf-brain sync`; not used when there is a bucket."""
    bucket_url: str = ""
    """Bucket of published releases, `s3://bucket/prefix?region=…`, in place of the folder; AWS's variables hold the
    keys."""
    fallback_bucket_url: str = ""
    """The same releases in a second region, asked while the first gives no answer."""
    release_key: str = ""
    """Whose signature a release must bear: `name+hash+key` of `pcf-brain release keys`; two, with a blank between
    them, while a key is changed. Empty asks for none, which only development allows."""
    poll_interval_s: Seconds = 2.0
    """How often to look whether there is another release; 0 is never."""
    releases_kept: Annotated[int, Field(ge=1, le=100)] = 5
    """How many releases stay readable, the current one among them, for builds that began with them."""
    cache_bytes: Annotated[int, Field(ge=0)] = 100_000_000
    """How much content the cache in memory may hold."""
    redis_url: SecretStr = SecretStr("")
    """Redis that spares the bucket: `redis://…`, or Sentinel, or Cluster. Optional, and used with a bucket only."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.environment != "development" and not self.release_key.strip():
            found.append(
                f"{self._name('release_key')} is not set: only PCF_ENV=development serves releases that nobody signed."
            )
        if self.fallback_bucket_url and not self.bucket_url:
            found.append(f"{self._name('fallback_bucket_url')} is set without {self._name('bucket_url')}.")
        return found + [f"{self._name(field)}: {problem}." for field, problem in self._malformed()]

    def _malformed(self) -> Iterator[tuple[str, str]]:
        for field, parse in (
            ("bucket_url", _parse_bucket),
            ("fallback_bucket_url", _parse_bucket),
            ("release_key", _parse_key),
            ("redis_url", _parse_redis),
        ):
            value = getattr(self, field)
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            try:
                if text:
                    parse(text)
            except ValueError as error:
                yield field, str(error).rstrip(".")


def _parse_bucket(text: str) -> None:
    BucketUrl.parse(text)


def _parse_key(text: str) -> None:
    from pcf_brain.trust import Trust  # noqa: PLC0415 - brings cryptography

    Trust.parse(text)


def _parse_redis(text: str) -> None:
    from pcf_runtime.redis_client import RedisUrl  # noqa: PLC0415 - brings the client

    RedisUrl.parse(text)
