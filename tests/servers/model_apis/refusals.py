"""Answers that say no, in each provider's own words; they repeat the key and the text, as providers may."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.servers.model_apis.asked import Asked

__all__ = ["REFUSALS", "Refusal", "broken_off"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The status, and the names of the fault at OpenAI and at Anthropic."""

    status: int
    openai: tuple[str, str | None]
    """Type and code."""
    anthropic: str
    """Type."""
    azure_code: str
    anthropic_status: int = 0
    anthropic_code: str = ""
    words: str = "This was not to be."

    def status_of(self, provider: str) -> int:
        return self.anthropic_status if provider == "anthropic" and self.anthropic_status else self.status

    def body(self, asked: Asked) -> Mapping[str, object]:
        message = f"{self.words} Key {asked.key}, text {asked.text!r}, instructions {asked.instructions!r}."
        if asked.provider == "anthropic":
            details = {"error_code": self.anthropic_code} if self.anthropic_code else None
            error: dict[str, object] = {"type": self.anthropic, "message": message, "details": details}
            return {"type": "error", "error": error, "request_id": "req_1"}
        if asked.provider == "azure":
            return {"error": {"code": self.azure_code, "message": message}}
        kind, code = self.openai
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}


_SERVER = ("server_error", None)

REFUSALS: Mapping[str, Refusal] = {
    "rate_limited": Refusal(429, ("requests", "rate_limit_exceeded"), "rate_limit_error", "429"),
    "quota": Refusal(
        429,
        ("insufficient_quota", "insufficient_quota"),
        "billing_error",
        "insufficient_quota",
        anthropic_status=402,
    ),
    "spend_limit": Refusal(
        429,
        ("billing_error", "billing_hard_limit_reached"),
        "rate_limit_error",
        "insufficient_quota",
        anthropic_code="enforced_spend_limit_reached",
    ),
    "no_credit": Refusal(
        429,
        ("insufficient_quota", "insufficient_quota"),
        "invalid_request_error",
        "insufficient_quota",
        anthropic_status=400,
        words="Your credit balance is too low to access the API.",
    ),
    "auth": Refusal(401, ("invalid_request_error", "invalid_api_key"), "authentication_error", "401"),
    "forbidden": Refusal(403, ("invalid_request_error", "unsupported_country"), "permission_error", "403"),
    "content_filter": Refusal(
        400,
        ("invalid_request_error", "content_policy_violation"),
        "invalid_request_error",
        "content_filter",
        words="Output blocked by content filtering policy.",
    ),
    "unknown_model": Refusal(
        404, ("invalid_request_error", "model_not_found"), "not_found_error", "DeploymentNotFound"
    ),
    "bad_request": Refusal(400, ("invalid_request_error", "invalid_value"), "invalid_request_error", "BadRequest"),
    "unprocessable": Refusal(422, ("invalid_request_error", None), "invalid_request_error", "422"),
    "request_timeout": Refusal(408, ("timeout", None), "timeout_error", "Timeout"),
    "server_500": Refusal(500, _SERVER, "api_error", "InternalServerError"),
    "server_502": Refusal(502, _SERVER, "api_error", "BadGateway"),
    "server_503": Refusal(503, _SERVER, "api_error", "ServiceUnavailable"),
    "gateway_timeout": Refusal(504, _SERVER, "timeout_error", "Timeout"),
    "overloaded": Refusal(529, _SERVER, "overloaded_error", "Overloaded"),
}
"""By the name of the fault."""


def broken_off(asked: Asked) -> tuple[str, Mapping[str, object]]:
    """The event, with its name, by which a provider breaks off a stream that it has begun."""
    body = REFUSALS["overloaded"].body(asked)
    if asked.api == "responses":
        return "error", {"type": "error", "code": "server_error", "message": asked.text, "sequence_number": 5}
    return ("error" if asked.api == "messages" else ""), body
