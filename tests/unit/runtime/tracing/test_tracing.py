"""Which requests are recorded, and what the services behind are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pcf_runtime import trace_context
from pcf_runtime.tracing.tracing import OFF, Tracing, is_sampled

CLIENTS = "c" * 32
WANTED, UNWANTED = (f"00-{CLIENTS}-{'d' * 16}-{flags}" for flags in ("01", "00"))


@dataclass
class Kept:
    """Implements `Span` and `Recorder`: remembers what it is told."""

    name: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"traceparent": f"00-{CLIENTS}-{'e' * 16}-01"})
    said: dict[str, Any] = field(default_factory=dict)
    failed: str = ""
    ended: int = 0
    started: list["Kept"] = field(default_factory=list)

    def start(self, name: str, *_: object, parent: Mapping[str, str], links: Sequence[str]) -> "Kept":
        return self.child(name, parent, links)

    def child(self, name: str, *_: object) -> "Kept":
        self.started.append(Kept(name))
        return self.started[-1]

    def rename(self, name: str) -> None:
        self.name = name

    def set(self, name: str, value: object) -> None:
        self.said[name] = value

    def fail(self, kind: str) -> None:
        self.failed = kind

    def end(self) -> None:
        self.ended += 1


@pytest.mark.parametrize("sent", [WANTED, UNWANTED])
@pytest.mark.parametrize(("lot", "is_recorded"), [(0.09, True), (0.1, False), (0.9, False)])
def test_who_is_not_trusted_decides_nothing(sent: str, lot: float, is_recorded: bool):
    kept = Kept()
    tracing = Tracing(kept, share=0.1, trusts_callers=False, chance=lambda: lot)
    with tracing.request("GET", "server", {"traceparent": sent}) as span:
        assert is_recorded == (span is not None)
        onward = trace_context.current()["traceparent"]
    assert is_recorded == is_sampled(onward)
    assert CLIENTS == onward.split("-")[1]
    assert is_recorded == bool(kept.started)


@pytest.mark.parametrize(("sent", "is_recorded"), [(WANTED, True), (UNWANTED, False)])
def test_who_is_trusted_has_decided(sent: str, is_recorded: bool):
    tracing = Tracing(Kept(), share=0.5, chance=lambda: 0.0 if not is_recorded else 0.9)
    with tracing.request("rpc", "server", {"traceparent": sent}) as span:
        assert is_recorded == (span is not None)


def test_the_services_behind_learn_that_a_trace_is_not_recorded():
    with Tracing(Kept(), share=0.0).request("GET", "server", {}):
        assert not is_sampled(trace_context.current()["traceparent"])
        assert trace_context.recording() is None
        assert trace_context.exemplar() is None


def test_off_what_came_goes_onward_as_it_came():
    with OFF.request("GET", "server", {"traceparent": WANTED, "tracestate": "a=b"}) as span:
        assert span is None
        assert {"traceparent": WANTED, "tracestate": "a=b"} == trace_context.current()


def test_parts_belong_to_what_is_recorded_around_them():
    kept = Kept()
    with Tracing(kept, share=1.0).request("rpc", "server", {}):
        with trace_context.span("part") as part:
            assert part is trace_context.recording()
        assert [kept.started[0]] == [trace_context.recording()]
        assert {"trace_id": CLIENTS} == trace_context.exemplar()
        assert (CLIENTS, "e" * 16) == trace_context.ids()
    (rpc,) = kept.started
    assert ["part"] == [each.name for each in rpc.started]
    assert (1, 1) == (rpc.ended, rpc.started[0].ended)


def test_of_an_error_only_its_kind_is_recorded():
    kept = Kept()
    with pytest.raises(ValueError, match="what a user wrote"), Tracing(kept, share=1.0).request("rpc", "server", {}):
        raise ValueError("what a user wrote")
    assert ("ValueError", 1) == (kept.started[0].failed, kept.started[0].ended)
    assert "wrote" not in repr(kept)
