"""Wraps a handler of any shape, unary or streaming, in all layers.

A layer is `async def layer(call, proceed)`: it does something, awaits `proceed()`, does something more.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import grpc

_PLATFORM = "/grpc."


@dataclass(slots=True)
class Call:
    """A call on its way through the layers."""

    rpc: str
    """Service and method, `pcf.audit.v1.AuditService/GetEvent`."""
    context: grpc.aio.ServicerContext[Any, Any]
    metadata: Mapping[str, str]
    reason: str = ""
    """The ErrorInfo reason it failed with."""
    answered: bool = False
    checks: list[Callable[[Any], None]] = field(default_factory=list)
    """What each request message must pass, be it one or a stream."""

    def code(self) -> grpc.StatusCode:
        """How the call ended; to be asked once it has."""
        # grpc.aio leaves the code None on success and on cancellation, and sets it on abort.
        told: grpc.StatusCode | None = self.context.code()
        if told is not None:
            return told
        if self.answered:
            return grpc.StatusCode.OK
        # None without a deadline, 0 once it has passed; the type stubs do not know about None.
        left: float | None = self.context.time_remaining()
        out_of_time = left is not None and left <= 0
        return grpc.StatusCode.DEADLINE_EXCEEDED if out_of_time else grpc.StatusCode.CANCELLED


Proceed = Callable[[], Awaitable[None]]
Layer = Callable[[Call, Proceed], Awaitable[None]]
# Quoted, and annotations not evaluated: generic in the type stubs only.
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class Layers(grpc.aio.ServerInterceptor):
    """All layers as one interceptor of gRPC."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)
        self._wrapped: dict[str, _Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return known
        handler = await continuation(handler_call_details)
        if handler is None or method.startswith(_PLATFORM):
            return handler
        # Only methods that have a handler get here, so the cache stays as small as the API.
        return self._wrapped.setdefault(method, self._wrap(method.removeprefix("/"), handler))

    def _wrap(self, rpc: str, handler: _Handler) -> _Handler:
        shape = ("unary", "stream")
        name = f"{shape[handler.request_streaming]}_{shape[handler.response_streaming]}"
        answer = self._stream if handler.response_streaming else self._unary
        make = getattr(grpc, f"{name}_rpc_method_handler")
        behavior = partial(answer, rpc, getattr(handler, name))
        wrapped: _Handler = make(behavior, handler.request_deserializer, handler.response_serializer)
        return wrapped

    async def _unary(self, rpc: str, behavior: Callable[..., Awaitable[Any]], request: Any, context: Any) -> Any:
        call = _call(rpc, context)
        response = None

        async def answer() -> None:
            nonlocal response
            response = await behavior(_checked(call, request), context)
            call.answered = True

        await self._around(call, answer)
        return response

    async def _stream(self, rpc: str, behavior: Callable[..., Any], request: Any, context: Any) -> None:
        # Written with context.write rather than yielded: an async generator of ours that gRPC drops halfway
        # would be closed by the event loop in another task, where context variables cannot be reset.
        call = _call(rpc, context)

        async def answer() -> None:
            responses = behavior(_checked(call, request), context)
            if inspect.isawaitable(responses):
                await responses
            else:
                async with aclosing(responses):
                    async for response in responses:
                        await context.write(response)
            call.answered = True

        await self._around(call, answer)

    async def _around(self, call: Call, answer: Proceed) -> None:
        proceed = answer
        for layer in reversed(self._layers):
            proceed = partial(layer, call, proceed)
        await proceed()


def _call(rpc: str, context: grpc.aio.ServicerContext[Any, Any]) -> Call:
    metadata = context.invocation_metadata() or ()
    return Call(rpc, context, {key: value for key, value in metadata if isinstance(value, str)})


def _checked(call: Call, request: Any) -> Any:
    if isinstance(request, AsyncIterator) or hasattr(request, "__aiter__"):
        return _each_checked(call, request)
    for check in call.checks:
        check(request)
    return request


async def _each_checked(call: Call, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        for check in call.checks:
            check(request)
        yield request
