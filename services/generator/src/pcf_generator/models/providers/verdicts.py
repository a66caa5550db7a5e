"""Tells from a status and a provider's code words what kind of failure it is, and how long it asks to wait."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from pcf_generator.models.failures import FailureKind, ModelFailure

__all__ = ["refused", "retry_after_s"]

_QUOTA: Final = frozenset({
    "insufficient_quota",
    "quota_exceeded",
    "billing_error",
    "billing_hard_limit_reached",
    "billing_not_active",
    "contract_spend_limit_reached",
    "enforced_spend_limit_reached",
    "linked_organization_billing_unavailable",
    "linked_organization_spend_limit_reached",
    "organization_on_hold",
})  # fmt: skip
_FILTERED: Final = frozenset({
    "bio_policy",
    "content_filter",
    "content_policy_violation",
    "invalid_prompt",
    "misalignment_policy_violation",
    "responsibleaipolicyviolation",
})  # fmt: skip
_WITHOUT_STATUS: Final[Mapping[str, FailureKind]] = {
    "rate_limit_error": FailureKind.RATE_LIMITED,
    "rate_limit_exceeded": FailureKind.RATE_LIMITED,
    "authentication_error": FailureKind.AUTH,
    "permission_error": FailureKind.AUTH,
    "invalid_request_error": FailureKind.REQUEST,
    "not_found_error": FailureKind.REQUEST,
    "timeout_error": FailureKind.TIMEOUT,
}
"""Of failures that are told within a stream; what is not here is the server's."""
_BY_STATUS: Final[Mapping[int, FailureKind]] = {
    HTTPStatus.UNAUTHORIZED: FailureKind.AUTH,
    HTTPStatus.PAYMENT_REQUIRED: FailureKind.QUOTA,
    HTTPStatus.FORBIDDEN: FailureKind.AUTH,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: FailureKind.AUTH,
    HTTPStatus.REQUEST_TIMEOUT: FailureKind.TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS: FailureKind.RATE_LIMITED,
}
# Anthropic has no code for these two, only a sentence. It must begin so: later in it may stand a maker's text.
_SENTENCES: Final[Mapping[str, FailureKind]] = {
    "your credit balance is too low": FailureKind.QUOTA,
    "output blocked by content filtering policy": FailureKind.CONTENT_FILTER,
}


def refused(provider: str, status: int, body: object, headers: Mapping[str, str]) -> ModelFailure:
    """The failure that a provider tells; `status` is below 400 when it does so within a stream."""
    words, sentence = _told(body)
    kind = _kind(status, words, sentence)
    told = f"answered {status}" if status >= HTTPStatus.MULTIPLE_CHOICES else "broke the answer off"
    return ModelFailure(kind, f"{provider} {told}: {kind}", retry_after_s=retry_after_s(headers))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks to wait; None if it does not, or not in words one can follow."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after")
    if (seconds := _number(asked)) is not None:
        return seconds
    try:
        # Both by the provider's clock: ours may be another.
        wait = parsedate_to_datetime(asked or "") - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())


def _kind(status: int, words: frozenset[str], sentence: str) -> FailureKind:
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        if words & _QUOTA:
            return FailureKind.QUOTA
        if words & _FILTERED:
            return FailureKind.CONTENT_FILTER
        for beginning, kind in _SENTENCES.items():
            if sentence.startswith(beginning):
                return kind
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return FailureKind.SERVER
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return _BY_STATUS.get(status, FailureKind.REQUEST)
    kinds = [_WITHOUT_STATUS[word] for word in words if word in _WITHOUT_STATUS]
    return kinds[0] if kinds else FailureKind.SERVER


def _told(body: object) -> tuple[frozenset[str], str]:
    """The code words in an error's body, wherever the provider has them, and its sentence; in lower case."""
    error = body.get("error", body) if isinstance(body, Mapping) else {}
    if not isinstance(error, Mapping):
        return frozenset(), ""
    inner = [error, *(error.get(name) for name in ("innererror", "inner_error", "details"))]
    found = [part.get(name) for part in inner if isinstance(part, Mapping) for name in ("code", "type", "error_code")]
    sentence = error.get("message")
    return (
        frozenset(word.lower() for word in found if isinstance(word, str)),
        sentence.lower() if isinstance(sentence, str) else "",
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
