"""Why a language model gave no answer, by kind: the policy goes by the kind alone."""

from enum import StrEnum


class FailureKind(StrEnum):
    """What went wrong, and with it what may help."""

    TIMEOUT = "timeout"
    """No answer, or none to its end, in time."""
    RATE_LIMITED = "rate_limited"
    NETWORK = "network"
    """DNS, TLS, a refused, reset or cut connection; a stream without its end mark."""
    SERVER = "server"
    """5xx, or an answer that is not the provider's protocol."""
    NOT_JSON = "not_json"
    """Empty answers too."""
    SCHEMA = "schema"
    CUT_OFF = "cut_off"
    """The answer came to the limit of tokens before it came to its end."""
    AUTH = "auth"
    QUOTA = "quota"
    CONTENT_FILTER = "content_filter"
    """The provider refuses the text, or the model does."""
    REQUEST = "request"
    """The provider does not take the request: an unknown model, say. Our settings or code are at fault."""


class ModelFailure(Exception):  # noqa: N818 - reads as what it is
    """A provider gave no answer; `message` holds no text of the maker and no secret.

    `retry_after_s` is what the provider asked for. `input_tokens` and `output_tokens` are what it bills all the same.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        retry_after_s: float | None = None,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retry_after_s = retry_after_s
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens
