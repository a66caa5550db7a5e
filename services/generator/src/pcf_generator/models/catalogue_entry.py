"""One language model of the catalogue, as its YAML says it."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

__all__ = ["PROVIDERS", "Entry", "Limits"]

PROVIDERS: Final = ("anthropic", "azure", "openai", "scripted")

_MICROS: Final = 1_000_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def _decimal(value: object) -> object:
    # YAML's 3.10 is a float; its shortest text is what was written.
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError("should be a number") from None


def _whole_micros(amount: Decimal) -> Decimal:
    if amount * _MICROS != int(amount * _MICROS):
        raise ValueError("should be no finer than a millionth of a dollar")
    return amount


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        known = False
    if not known:
        raise ValueError("should be a URL such as https://host/path")
    return url.rstrip("/")


def _open_address(url: str) -> str:
    if urlsplit(url).username is not None:
        raise ValueError("should hold no credentials")
    return url


def _path(value: object) -> object:
    return Path(value) if isinstance(value, str) and value else value


Dollars = Annotated[
    Decimal, BeforeValidator(_decimal), Field(ge=0, le=1_000_000, allow_inf_nan=False), AfterValidator(_whole_micros)
]
Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False, strict=False)]
Url = Annotated[str, AfterValidator(_address)]
File = Annotated[Path, BeforeValidator(_path)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\w.:/@-]+$")]


def _micros(dollars: Decimal) -> int:
    return int(dollars * _MICROS)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Limits(_Part):
    """What holds for all models."""

    hedge_after_s: Seconds | None = None
    """After how long without an answer the next model is asked as well; never if nothing is said."""


class Entry(_Part):
    """One model of one provider."""

    provider: Literal["anthropic", "azure", "openai", "scripted"]
    model: Name
    """Its name there; with Azure the name of the deployment."""
    key_file: File | None = None
    """Holds the API key alone; read again when it changes."""
    script: File | None = None
    """The answers of `scripted`."""
    input_price: Dollars
    """Dollars for a million tokens."""
    output_price: Dollars
    max_output_tokens: Annotated[int, Field(ge=1, le=200_000)] = 2000
    timeout_s: Seconds = 20.0
    """How long one call may take."""
    connect_s: Seconds = 5.0
    first_token_s: Seconds = 600.0
    """How long until the first piece of an answer; less than `timeout_s` to have any effect."""
    stall_s: Seconds = 10.0
    """How long until the next one."""
    base_url: Annotated[Url, AfterValidator(_open_address)] | None = None
    """Where the API is, if it is not the provider's own; Azure always needs it."""
    proxy: Url | None = Field(default=None, repr=False)
    ca_file: File | None = None
    """PEM of the authorities to trust in place of the system's, as behind a proxy that looks into TLS."""
    api_version: Annotated[str, Field(pattern=r"^[\w-]+$")] | None = None
    """Azure's."""
    api: Literal["responses", "chat"] | None = None
    """Which of OpenAI's two; `responses` for openai and `chat` for azure if nothing is said."""
    answers_as: str = ""
    """The model's name in answers, where that is another; openai and anthropic: the model itself if nothing is said.

    Empty: any will do.
    """

    @property
    def input_price_micros_per_mtok(self) -> int:
        return _micros(self.input_price)

    @property
    def output_price_micros_per_mtok(self) -> int:
        return _micros(self.output_price)

    @property
    def is_exposed(self) -> bool:
        """Whether its key and the maker's text would cross a network in clear."""
        parts = urlsplit(self.base_url or "https://")
        return parts.scheme == "http" and parts.hostname not in _LOOPBACK

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: object) -> object:
        if not isinstance(given, dict) or not isinstance(provider := given.get("provider"), str):
            return given
        known = {"openai": "responses", "azure": "chat"}.get(provider)
        named = given.get("model") if provider in {"openai", "anthropic"} else ""
        return {"api": known, "answers_as": named if isinstance(named, str) else "", **given}

    @model_validator(mode="after")
    def _fits_its_provider(self) -> "Entry":
        needed = {"azure": ("key_file", "base_url", "api_version"), "scripted": ("script",)}
        for name in needed.get(self.provider, ("key_file",)):
            if getattr(self, name) is None:
                raise ValueError(f"{self.provider} needs {name}")
        if self.script and self.provider != "scripted":
            raise ValueError("script is for scripted alone")
        if self.api and self.provider not in {"openai", "azure"}:
            raise ValueError("api is for openai and azure alone")
        return self
