"""What a span of a store is called."""

from functools import partial

import pytest
from pcf_runtime.tracing.operation import operation
from pcf_runtime.tracing.tracing import Tracing

from tests.unit.runtime.tracing.test_tracing import Kept


class Store:
    def read(self):
        return lambda: None

    def _put(self) -> None:
        return None


@pytest.mark.parametrize(("work", "name"), [(Store().read(), "read"), (partial(Store()._put), "put")])
def test_it_is_named_after_the_method_that_asks(work, name: str):
    kept = Kept()
    with Tracing(kept, share=1.0).request("rpc", "server", {}), operation("sqlite", work):
        pass
    assert [f"sqlite {name}"] == [each.name for each in kept.started[0].started]


def test_outside_of_a_trace_there_is_none():
    with operation("sqlite", len) as span:
        assert span is None
