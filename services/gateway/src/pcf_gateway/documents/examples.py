"""One example for each resource: the same build, followed from its prompt to its files."""

from typing import Any, Final

_BUILD_ID: Final = "01JB2C3D4E5F6G7H8J9KMNPQRS"
_RELEASE: Final = "4f1d0c9be2a87730"
_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_SHA256_OTHER: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
_PROMPT: Final = "I need a 5-star rating control for product reviews"

NEW_BUILD: Final[dict[str, Any]] = {
    "prompt": _PROMPT,
    "options": {"namespace": "Contoso", "publisher_name": "Contoso", "publisher_prefix": "cto"},
}
NEW_ANSWER: Final[dict[str, Any]] = {"choice_id": "read-only", "question_id": "q1"}

_OPTIONS: Final[dict[str, Any]] = {
    "component_name": None,
    "namespace": "Contoso",
    "publisher_prefix": "cto",
    "display_name": None,
    "description": None,
    "language": None,
    "publisher_name": "Contoso",
    "publisher_display_name": None,
    "solution_name": None,
    "version": None,
    "previous_version": None,
    "managed": False,
}
_RESULT: Final[dict[str, Any]] = {
    "capability_id": "star-rating",
    "component_name": "StarRating",
    "namespace": "Contoso",
    "display_name": "Star rating",
    "findings": [
        {
            "rule_id": "PCF_A11Y_005",
            "severity": "warning",
            "action": "noted",
            "message": "The contrast of the filled stars is 2.1:1; 3:1 is needed.",
            "suggestion": "Use #8A6100.",
        }
    ],
    "artifacts": [
        {
            "kind": "source",
            "filename": "StarRating-source.zip",
            "media_type": "application/zip",
            "sha256": _SHA256,
            "size_bytes": 21874,
            "href": f"/v1/builds/{_BUILD_ID}/artifacts/source",
        },
        {
            "kind": "solution",
            "filename": "StarRating-solution.zip",
            "media_type": "application/zip",
            "sha256": _SHA256_OTHER,
            "size_bytes": 17320,
            "href": f"/v1/builds/{_BUILD_ID}/artifacts/solution",
        },
    ],
}
BUILD: Final[dict[str, Any]] = {
    "id": _BUILD_ID,
    "prompt": _PROMPT,
    "options": _OPTIONS,
    "state": "succeeded",
    "stage": "packaging",
    "question": None,
    "answers": [],
    "problem": None,
    "result": _RESULT,
    "brain_release": _RELEASE,
    "last_sequence": 16,
    "create_time": "2026-05-01T12:00:00Z",
    "update_time": "2026-05-01T12:00:00.024000Z",
    "end_time": "2026-05-01T12:00:00.024000Z",
}
QUEUED_BUILD: Final[dict[str, Any]] = {
    **BUILD,
    "state": "queued",
    "stage": None,
    "result": None,
    "brain_release": None,
    "last_sequence": 1,
    "update_time": "2026-05-01T12:00:00Z",
    "end_time": None,
}
CANCELLED_BUILD: Final[dict[str, Any]] = {**BUILD, "state": "cancelled", "result": None, "last_sequence": 9}
FILE_VERIFICATION: Final[dict[str, Any]] = {
    "sha256": _SHA256_OTHER,
    "known": True,
    "artifact": {
        "kind": "solution",
        "filename": "StarRating-solution.zip",
        "media_type": "application/zip",
        "size_bytes": 17320,
    },
    "builds": [
        {
            "id": _BUILD_ID,
            "component_name": "StarRating",
            "namespace": "Contoso",
            "display_name": "Star rating",
            "kind": "solution",
            "brain_release": _RELEASE,
            "create_time": "2026-05-01T12:00:00Z",
            "href": f"/v1/builds/{_BUILD_ID}",
        }
    ],
    "total": 1,
}
_TOTALS: Final[dict[str, Any]] = {
    "calls": 12,
    "failed_calls": 1,
    "cancelled_calls": 0,
    "input_tokens": 14400,
    "output_tokens": 2210,
    "cost_micros": 76350,
    "cost_usd": "0.076350",
}
USAGE: Final[dict[str, Any]] = {
    "tenant": "default",
    "first_day": "2026-05-01",
    "last_day": "2026-05-02",
    "days": [{"day": "2026-05-02", "provider": "anthropic", "model": "claude-example", **_TOTALS}],
    "total": _TOTALS,
    "unsettled": {"calls": 0, "most_micros": 0, "most_usd": "0.000000"},
    "today": {
        "day": "2026-05-02",
        "cap_micros": 5000000,
        "cap_usd": "5.000000",
        "counted_micros": 76350,
        "counted_usd": "0.076350",
        "left_micros": 4923650,
        "left_usd": "4.923650",
    },
    "next_page_token": None,
}
CAPABILITY: Final[dict[str, Any]] = {
    "id": "star-rating",
    "display_name": "Star rating",
    "description": "Rates a number with stars.",
    "classification": "input-control",
    "component_name": "StarRating",
    "tags": ["rating", "stars", "review"],
    "features": [{"feature_id": "half-stars", "description": "Half steps, by pointer and by keyboard."}],
    "parameters": [
        {
            "name": "maxStars",
            "description": "How many stars there are.",
            "type": "integer",
            "default_value": "5",
            "minimum": 3.0,
            "maximum": 10.0,
            "choices": [],
        }
    ],
    "properties": [
        {
            "name": "value",
            "description": "The rating.",
            "of_types": ["Whole.None", "Decimal"],
            "usage": "bound",
            "required": True,
        }
    ],
    "prohibitions": [
        {
            "prohibition_id": "external-api",
            "reason": "The control sends nothing anywhere.",
            "alternative": "Bind the value and send it with a flow.",
        }
    ],
    "example_prompts": [_PROMPT],
}
RELEASE: Final[dict[str, Any]] = {
    "id": _RELEASE,
    "version": "1.0.0",
    "manifest_sha256": _RELEASE + _SHA256[16:],
    "files": {"capabilities/star-rating/capability.yaml": _SHA256},
    "size_bytes": 184321,
    "load_time": "2026-05-01T08:00:00Z",
}
AUDIT_EVENT: Final[dict[str, Any]] = {
    "id": "01JB2C3D4F00000000000000AA",
    "type": "build.created",
    "event_time": "2026-05-01T12:00:00Z",
    "actor": "anonymous",
    "tenant": "default",
    "build_id": _BUILD_ID,
    "request_id": "7f0c2a1e-5b7d-4d8e-9a63-0c1f2e3d4b5a",
    "outcome": "succeeded",
    "details": {"prompt_sha256": _SHA256},
    "personal": {"prompt": _PROMPT},
    "erased": False,
    "index": 4711,
    "record_time": "2026-05-01T12:00:00.001000Z",
    "leaf_hash": _SHA256,
}
VERIFICATION: Final[dict[str, Any]] = {
    "valid": True,
    "event_count": 4712,
    "first_index": 0,
    "root_hash": _SHA256,
    "broken_index": None,
    "fault": None,
}
CHECKPOINT: Final[dict[str, Any]] = {
    "note": "pcf-builder.audit\n4712\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n\n— pcf-builder.audit c2lnbmVk…\n",
    "tree_size": 4712,
    "root_hash": _SHA256,
}
INCLUSION_PROOF: Final[dict[str, Any]] = {
    "kind": "inclusion",
    "index": 4711,
    "tree_size": 4712,
    "content": '{"actor":"…","build":"…"}',
    "leaf_hash": _SHA256_OTHER,
    "hashes": [_SHA256, _SHA256_OTHER],
    "checkpoint": CHECKPOINT,
}
CONSISTENCY_PROOF: Final[dict[str, Any]] = {
    "kind": "consistency",
    "first_size": 4096,
    "second_size": 4712,
    "hashes": [_SHA256],
    "checkpoint": CHECKPOINT,
}
EVENT_STREAM: Final = (
    "retry: 1000\n\n"
    "id: 2\n"
    "event: stage-started\n"
    f'data: {{"build_id":"{_BUILD_ID}","sequence":2,"type":"stage-started",'
    '"event_time":"2026-05-01T12:00:00.002000Z","state":"running","stage":"intent-interpretation",'
    '"stage_index":1,"stage_count":7,"message":"Understanding the prompt.","duration_ms":null}\n\n'
)

# By schema, and by operation where one shows the schema in another state.
NEW_KEY: Final[dict[str, Any]] = {"name": "ci", "scopes": ["builds:read", "builds:write"]}
KEY: Final[dict[str, Any]] = {
    "id": _BUILD_ID,
    "name": "ci",
    "scopes": ["builds:read", "builds:write"],
    "state": "active",
    "create_time": "2026-05-01T12:00:00Z",
    "created_by": "key:admin",
    "expire_time": None,
    "revoke_time": None,
    "last_use_time": "2026-05-02T08:00:00Z",
}

BY_SCHEMA: Final[dict[str, Any]] = {
    "NewBuild": NEW_BUILD,
    "NewKey": NEW_KEY,
    "NewRotation": {"overlap_s": 86_400},
    "Key": KEY,
    "MadeKey": {"key": KEY, "secret": "pcfb_01JB2C3D4E5F6G7H8J9KMNPQRS_shown-only-here"},
    "KeyPage": {"keys": [KEY], "next_page_token": None},
    "NewAnswer": NEW_ANSWER,
    "Build": BUILD,
    "BuildPage": {"builds": [BUILD], "next_page_token": None},
    "FileVerification": FILE_VERIFICATION,
    "UsagePage": USAGE,
    "Capability": CAPABILITY,
    "CapabilityPage": {"capabilities": [CAPABILITY], "next_page_token": None},
    "BrainRelease": RELEASE,
    "AuditEvent": AUDIT_EVENT,
    "AuditEventPage": {"events": [AUDIT_EVENT], "next_page_token": "eyJpbmRleCI6NDcxMX0"},
    "AuditVerification": VERIFICATION,
    "AuditCheckpoint": CHECKPOINT,
    "AuditInclusionProof": INCLUSION_PROOF,
    "AuditConsistencyProof": CONSISTENCY_PROOF,
    "Health": {"status": "ok"},
    "Readiness": {"ready": True, "waiting_for": {}, "away": {}},
}
BY_OPERATION: Final[dict[tuple[str, str], Any]] = {
    ("createBuild", "202"): QUEUED_BUILD,
    ("answerBuild", "200"): {**QUEUED_BUILD, "answers": [{"question_id": "q1", "choice_id": "read-only"}]},
    ("resumeBuild", "200"): QUEUED_BUILD,
    ("cancelBuild", "200"): CANCELLED_BUILD,
    ("getReadiness", "503"): {"ready": False, "waiting_for": {"generator": "it is not ready itself"}, "away": {}},
    ("getMetrics", "200"): 'pcf_build_info{service="gateway",version="0.1.0"} 1.0\n',
}
