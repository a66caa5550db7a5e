"""Opens the limits, from the settings."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pcf_runtime import tasks
from prometheus_client import CollectorRegistry, Gauge

from pcf_gateway.limits.failures import Failures
from pcf_gateway.limits.following import follow
from pcf_gateway.limits.gate import Gate
from pcf_gateway.limits.places import Places
from pcf_gateway.limits.rates import Rates
from pcf_gateway.limits.refusals import LimitRefusals
from pcf_gateway.limits.rules import Book, Exceptions, Rules, read_exceptions
from pcf_gateway.limits.windows import LocalWindows, WindowStore
from pcf_gateway.settings import GatewaySettings

__all__ = ["open_gate"]


@asynccontextmanager
async def open_gate(settings: GatewaySettings, registry: CollectorRegistry) -> AsyncIterator[Gate]:
    """BadLimitsError, BadRedisUrlError; a Redis that is away is no error."""
    async with AsyncExitStack() as stack:
        store = await _open_store(settings, registry, stack)
        yield Gate(
            rates=await _open_rates(settings, store, stack) if settings.auth == "on" else None,
            requests=Places("requests", in_all=settings.requests_at_once_in_all),
            streams=Places("streams", in_all=settings.streams_at_once_in_all),
            failures=Failures(settings.failed_credentials_per_minute, elapsed_s=time.monotonic),
            refusals=LimitRefusals(registry),
            proxies=settings.trusted_proxies,
            elapsed_s=time.monotonic,
        )


async def _open_store(settings: GatewaySettings, registry: CollectorRegistry, stack: AsyncExitStack) -> WindowStore:
    up = Gauge("pcf_limits_store_up", "0 while limits that should be shared are counted alone.", registry=registry)
    url = settings.redis_url.get_secret_value()
    if not url:
        up.set(1)
        return LocalWindows(time.monotonic)
    from pcf_gateway.limits.redis_windows import RedisWindows  # noqa: PLC0415 - brings the client

    shared = RedisWindows.connect(url, elapsed_s=time.monotonic, secret=settings.source("redis_url"))
    stack.push_async_callback(shared.aclose)
    up.set_function(lambda: float(shared.up))
    return shared


async def _open_rates(settings: GatewaySettings, store: WindowStore, stack: AsyncExitStack) -> Rates:
    usual = Rules.model_validate({name: getattr(settings, name) for name in Rules.model_fields})
    path = settings.limits
    rates = Rates(store, Book(usual, read_exceptions(path) if path else {}), elapsed_s=time.monotonic)

    def change(exceptions: Exceptions) -> None:
        rates.change(Book(usual, exceptions))

    if path:
        stack.push_async_callback(tasks.end, asyncio.create_task(follow(path, change), name="file of limits"))
    return rates
