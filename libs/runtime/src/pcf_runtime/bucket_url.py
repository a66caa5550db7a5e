"""How a bucket is written in a setting: `s3://bucket/prefix?region=eu-west-1&endpoint=http://127.0.0.1:9000`.

`&kms=…`, a key's id, alias or ARN, has AWS KMS encrypt what is stored there; `&kms=aws/s3` is AWS's own key of the
account.

Credentials are no part of it: they come from where AWS's tools look for them (environment, files, the role of the
pod or machine).
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

__all__ = ["BucketUrl"]

_KMS_KEY: Final = r"[A-Za-z0-9:/_-]{1,2048}"


@dataclass(frozen=True, slots=True)
class BucketUrl:
    """Where a bucket is."""

    bucket: str
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    kms: str = ""

    @classmethod
    def parse(cls, text: str) -> "BucketUrl":
        """From the form above; ValueError with a sentence."""
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme != "s3" or not parts.hostname:
            raise ValueError("a bucket is written as s3://bucket/prefix?region=…")
        if parts.username or parts.password:
            raise ValueError("credentials do not belong into a bucket's URL; set AWS_ACCESS_KEY_ID or a role")
        if unknown := options.keys() - {"region", "endpoint", "kms"}:
            raise ValueError(f"a bucket's URL knows region, endpoint and kms, not {', '.join(sorted(unknown))}")
        if "kms" in options and not re.fullmatch(_KMS_KEY, options["kms"]):
            raise ValueError("kms names a key: its id, alias/name, ARN, or aws/s3")
        given = {name: options[name] for name in ("region", "endpoint", "kms") if name in options}
        return cls(parts.netloc, parts.path.strip("/"), **given)

    def key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")
