"""Secrets in AWS Secrets Manager, as settings name them: `aws:<name or ARN>`, with `#key` for one value of a JSON.

Region, endpoint and credentials come from where AWS's tools look for them.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from pcf_runtime.secret_text import SecretUnreadableError

__all__ = ["BadReferenceError", "StoredSecret"]

_SCHEME: Final = "aws:"
_TIMEOUT_S: Final = 5


class BadReferenceError(ValueError):
    """A text that names no secret."""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """Where a secret is kept."""

    secret_id: str
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> "StoredSecret":
        """BadReferenceError, which repeats nothing: somebody may have put the secret itself there."""
        secret_id, _, key = text.removeprefix(_SCHEME).partition("#")
        if not text.startswith(_SCHEME) or not secret_id:
            raise BadReferenceError("is written as aws:name-of-the-secret, with #key for one value of a JSON secret")
        return cls(secret_id, key)

    def fetch(self) -> str:
        """What it holds now. Blocks; SecretUnreadableError."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3 is slow to load

        try:
            found = _client().get_secret_value(SecretId=self.secret_id)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "no reason")
            raise SecretUnreadableError(f"{self} cannot be read: {code}") from None
        except BotoCoreError as error:
            raise SecretUnreadableError(f"{self} cannot be read: {type(error).__name__}") from None
        return self._chosen(found.get("SecretString", "")).strip()

    def _chosen(self, text: str) -> str:
        """The value of the key, if there is one; nothing of the text may get into an error."""
        if not self.key:
            return text
        try:
            value = json.loads(text)[self.key]
        except (ValueError, KeyError, TypeError):
            raise SecretUnreadableError(f"{self} cannot be read: it is no JSON object with that key") from None
        if not isinstance(value, str):
            raise SecretUnreadableError(f"{self} cannot be read: the key's value is no text")
        return value

    def __str__(self) -> str:
        return f"{_SCHEME}{self.secret_id}{'#' if self.key else ''}{self.key}"


def _client() -> Any:
    # One for each fetch: fetches are rare, and a new client sees credentials that were changed.
    import boto3  # noqa: PLC0415 - as said
    from botocore.config import Config  # noqa: PLC0415 - as said

    config = Config(connect_timeout=_TIMEOUT_S, read_timeout=_TIMEOUT_S, retries={"total_max_attempts": 2})
    return boto3.session.Session().client("secretsmanager", config=config)
