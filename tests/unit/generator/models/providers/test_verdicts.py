"""What a status and the words of a provider amount to."""

import pytest
from pcf_generator.models.providers.verdicts import refused, retry_after_s


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (307, "request"),
        (400, "request"),
        (401, "auth"),
        (402, "quota"),
        (403, "auth"),
        (404, "request"),
        (407, "auth"),
        (408, "timeout"),
        (409, "request"),
        (413, "request"),
        (422, "request"),
        (429, "rate_limited"),
        (500, "server"),
        (502, "server"),
        (503, "server"),
        (504, "server"),
        (529, "server"),
    ],
)
@pytest.mark.parametrize("body", [None, "text", [], {}, {"error": "text"}, {"error": {"code": None, "message": 7}}])
def test_a_status_alone_has_its_kind(status, kind, body):
    assert kind == refused("openai", status, body, {}).kind


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (429, {"code": "insufficient_quota"}, "quota"),
        (429, {"type": "insufficient_quota", "code": None}, "quota"),
        (403, {"code": "billing_not_active"}, "quota"),
        (429, {"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}, "quota"),
        (400, {"type": "invalid_request_error", "message": "Your credit balance is too low to go on."}, "quota"),
        (400, {"code": "content_filter"}, "content_filter"),
        (400, {"code": "other", "innererror": {"code": "ResponsibleAIPolicyViolation"}}, "content_filter"),
        (400, {"message": "Output blocked by content filtering policy"}, "content_filter"),
        (400, {"message": "No such field: your credit balance is too low"}, "request"),
        (400, {"code": "invalid_prompt"}, "content_filter"),
        (500, {"code": "insufficient_quota"}, "server"),
        (200, {"type": "overloaded_error"}, "server"),
        (200, {"code": "server_error"}, "server"),
        (200, {"type": "rate_limit_error"}, "rate_limited"),
        (200, {"code": "insufficient_quota"}, "quota"),
        (200, {"code": "invalid_prompt"}, "content_filter"),
        (200, {"type": "authentication_error"}, "auth"),
    ],
)
@pytest.mark.parametrize("is_wrapped", [True, False])
def test_a_code_word_says_more_than_the_status(status, error, kind, is_wrapped):
    assert kind == refused("azure", status, {"error": error} if is_wrapped else error, {}).kind


def test_nothing_of_the_body_is_in_the_message():
    failure = refused("openai", 401, {"error": {"code": "sk-1", "message": "Incorrect API key provided: sk-1"}}, {})
    assert "openai answered 401: auth" == failure.message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00"}, None),
    ],
)
def test_how_long_to_wait_is_what_the_headers_say(headers, seconds):
    assert seconds == retry_after_s(headers)
