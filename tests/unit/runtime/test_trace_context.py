"""W3C trace context, taken and passed on."""

import pytest
from pcf_runtime import trace_context

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_parent_and_state_are_kept_and_nothing_else():
    headers = {"traceparent": PARENT, "tracestate": "a=b"}
    with trace_context.bind({**headers, "authorization": "secret"}):
        assert trace_context.current() == headers
    assert trace_context.current() == {}


@pytest.mark.parametrize("incoming", [{}, {"tracestate": "a=b"}, {"traceparent": "nonsense"}])
def test_without_a_well_formed_parent_there_is_none(incoming: dict[str, str]):
    with trace_context.bind(incoming):
        assert trace_context.current() == {}
