"""What the services take at most: settings by their defaults, and constants by where they stand in the code."""

from collections.abc import Iterator
from typing import Final

from pcf_audit.settings import AuditSettings
from pcf_gateway.settings import GatewaySettings
from pcf_generator.compiler import bundle
from pcf_generator.manifest import reading
from pcf_generator.models.asking import intent_call, spec_call
from pcf_generator.packing.solution import entries
from pcf_generator.settings import GeneratorSettings
from pcf_runtime import server
from pcf_runtime.settings import ServiceSettings

__all__ = ["constant_rows", "setting_rows"]

_SETTINGS: Final[dict[type[ServiceSettings], tuple[str, ...]]] = {
    GatewaySettings: (
        "body_limit_bytes",
        "request_timeout_s",
        "longest_request_timeout_s",
        "stream_limit_s",
        "keep_alive_s",
        "key_per_second",
        "key_per_minute",
        "tenant_per_second",
        "tenant_per_minute",
        "builds_per_day",
        "requests_at_once",
        "streams_at_once",
        "requests_at_once_in_all",
        "streams_at_once_in_all",
        "failed_credentials_per_minute",
    ),
    GeneratorSettings: (
        "concurrency",
        "queue_limit",
        "tenant_queue_limit",
        "tenant_running",
        "tenant_day_usd",
        "lease_s",
        "stage_limit_s",
        "build_limit_s",
        "presign_s",
    ),
    AuditSettings: ("max_batch_events", "max_waiting_events"),
}
_MIB: Final = 1024 * 1024


def setting_rows() -> Iterator[tuple[str, str, str]]:
    """The variable, its default, and the first sentence of what it means."""
    for settings, names in _SETTINGS.items():
        for name in names:
            field = settings.model_fields[name]
            prefix = str(settings.model_config["env_prefix"])
            meaning = " ".join((field.description or "").split())
            default = "none of its own" if field.default is None else f"{field.default:,}"
            yield f"`{prefix}{name.upper()}`", default, meaning


def constant_rows() -> Iterator[tuple[str, str, str]]:
    """What is limited, by how much, and what comes of more."""
    options = dict(server._OPTIONS)  # noqa: SLF001 - what every server starts with
    message = options["grpc.max_receive_message_length"]
    age, grace = options["grpc.max_connection_age_ms"], options["grpc.max_connection_age_grace_ms"]
    usual = server.ServerOptions()
    yield "a message of gRPC", _size(message), "RESOURCE_EXHAUSTED"
    yield "calls that one server works on at once", f"{usual.max_concurrent}", "RESOURCE_EXHAUSTED, reason TOO_BUSY"
    yield "time of a call whose caller gives none", f"{usual.default_deadline_s:.0f} s", "DEADLINE_EXCEEDED"
    yield "age of a connection, and of its last stream", f"{_minutes(age)}, {_minutes(grace)} more", "it is made anew"
    yield "a file of a solution", _size(entries.MAX_FILE_BYTES), "the build fails"
    yield "a compiled control", _size(bundle.LARGEST), "the build fails"
    manifest = f"{reading.MAX_CHARACTERS:,} characters, {reading.MAX_ELEMENTS:,} elements, {reading.MAX_DEPTH} deep"
    yield "a manifest", manifest, "the build fails"
    tokens = f"{intent_call.MAX_OUTPUT_TOKENS:,} and {spec_call.MAX_OUTPUT_TOKENS:,} tokens"
    yield "an answer of a language model, about the wish and about the control", tokens, "another is asked"


def _size(count: int) -> str:
    return f"{count // _MIB} MiB"


def _minutes(milliseconds: int) -> str:
    return f"{milliseconds // 60_000} minutes"
