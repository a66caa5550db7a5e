"""What happens to every call to another service: context and deadline added, errors typed, outcome counted.

grpc.aio wants one interceptor class per call shape; the four below differ in nothing but that.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import grpc

from pcf_runtime import request_context, trace_context
from pcf_runtime.deadlines import onward_timeout
from pcf_runtime.errors import DeadlineExceeded
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.rpc_attributes import rpc_attributes
from pcf_runtime.status import from_call

_Details = grpc.aio.ClientCallDetails
_Continuation = Callable[[_Details, Any], Awaitable[Any]]


def client_interceptors(
    *, default_timeout_s: float, metrics: RpcMetrics | None
) -> Sequence[grpc.aio.ClientInterceptor]:
    outgoing = _Outgoing(default_timeout_s, metrics)
    return _UnaryUnary(outgoing), _UnaryStream(outgoing), _StreamUnary(outgoing), _StreamStream(outgoing)


class _Outgoing:
    def __init__(self, default_timeout_s: float, metrics: RpcMetrics | None) -> None:
        self._default_timeout_s = default_timeout_s
        self._metrics = metrics

    async def unary(self, continuation: _Continuation, details: _Details, request: Any) -> Any:
        rpc = _rpc(details)
        with trace_context.span(rpc, "client") as span, self._observed(rpc, span):
            call = await continuation(self._prepared(rpc, details, trace_context.current()), request)
            return await call

    async def stream(self, continuation: _Continuation, details: _Details, request: Any) -> AsyncIterator[Any]:
        rpc = _rpc(details)
        parent = trace_context.recording()
        # Not made the current one: whoever reads the stream does other things meanwhile.
        span = parent.child(rpc, "client", {}) if parent else None
        trace = span.headers if span else trace_context.current()
        # Called here and not in the generator: grpc.aio needs the call to be able to cancel it.
        call = await continuation(self._prepared(rpc, details, trace), request)
        return self._responses(rpc, call, span)

    async def _responses(self, rpc: str, call: Any, span: trace_context.Span | None) -> AsyncIterator[Any]:
        try:
            with self._observed(rpc, span):
                async for response in call:
                    yield response
        finally:
            if span is not None:
                span.end()
            call.cancel()  # does nothing to a call that has ended; ends one whose reader stopped early

    def _prepared(self, rpc: str, details: _Details, trace: Mapping[str, str]) -> _Details:
        limit_s = self._default_timeout_s if details.timeout is None else details.timeout
        timeout = onward_timeout(limit_s)
        if timeout <= 0:
            raise DeadlineExceeded("NO_TIME_LEFT", f"No time was left to call {rpc}.")
        sent = list(details.metadata or ())
        known = {key for key, _ in sent}
        added = {**request_context.to_metadata(request_context.current()), **trace}
        sent += [(key, value) for key, value in added.items() if key not in known]
        return grpc.aio.ClientCallDetails(
            details.method, timeout, grpc.aio.Metadata(*sent), details.credentials, details.wait_for_ready
        )

    @contextmanager
    def _observed(self, rpc: str, span: trace_context.Span | None) -> Iterator[None]:
        began = time.perf_counter()
        code = grpc.StatusCode.CANCELLED  # unless something else is learned: the reader stopped
        try:
            yield
            code = grpc.StatusCode.OK
        except grpc.aio.AioRpcError as error:
            code = error.code()
            raise from_call(error) from error
        except DeadlineExceeded as error:
            code = error.code
            raise
        finally:
            if self._metrics is not None:
                self._metrics.called(rpc, code=code, seconds=time.perf_counter() - began)
            if span is not None:
                for name, value in rpc_attributes(rpc, code).items():
                    span.set(name, value)
                if code not in {grpc.StatusCode.OK, grpc.StatusCode.CANCELLED}:
                    span.fail(code.name)


def _rpc(details: _Details) -> str:
    method: str | bytes = details.method  # bytes in grpc.aio, whatever the type stubs say
    return (method.decode() if isinstance(method, bytes) else method).removeprefix("/")


class _Interceptor:
    def __init__(self, outgoing: _Outgoing) -> None:
        self._outgoing = outgoing


class _UnaryUnary(_Interceptor, grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(
        self, continuation: _Continuation, client_call_details: _Details, request: Any
    ) -> Any:
        return await self._outgoing.unary(continuation, client_call_details, request)


class _UnaryStream(_Interceptor, grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(
        self, continuation: _Continuation, client_call_details: _Details, request: Any
    ) -> Any:
        return await self._outgoing.stream(continuation, client_call_details, request)


class _StreamUnary(_Interceptor, grpc.aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(
        self, continuation: _Continuation, client_call_details: _Details, request_iterator: Any
    ) -> Any:
        # For this shape alone grpc.aio takes no plain response but wants a call: a finished future will do.
        answered = asyncio.get_running_loop().create_future()
        answered.set_result(await self._outgoing.unary(continuation, client_call_details, request_iterator))
        return answered


class _StreamStream(_Interceptor, grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(
        self, continuation: _Continuation, client_call_details: _Details, request_iterator: Any
    ) -> Any:
        return await self._outgoing.stream(continuation, client_call_details, request_iterator)
