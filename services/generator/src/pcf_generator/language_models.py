"""Puts together who reads prompts: the offline engine, and behind it the language models of the settings.

A part of `bootstrap.py`: it knows settings and adapters.
"""

import asyncio
import logging
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from pcf_generator.build_store import BuildStore
from pcf_generator.execution import ModelFor
from pcf_generator.metrics import ModelMetrics
from pcf_generator.models.asking.consulting import Asks
from pcf_generator.models.breakers import Breakers, LocalBreakers
from pcf_generator.models.money import Purse
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.models.policy import Policy
from pcf_generator.ports.journal import ResultIndex
from pcf_generator.ports.model import Model
from pcf_generator.settings import GeneratorSettings

if TYPE_CHECKING:
    from pcf_generator.models.router import Router

log = logging.getLogger(__name__)

SHARE_OF_STAGE = 0.9
"""How much of a stage's time a question may take: without an answer, there must be time to say so."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The model that all builds have, and what makes of it one build's own; None where it costs nothing."""

    model: Model
    model_for: ModelFor | None = None


async def open_readers(
    settings: GeneratorSettings,
    stack: AsyncExitStack,
    *,
    store: BuildStore,
    index: ResultIndex,
    purse: Purse,
    registry: CollectorRegistry,
) -> Readers:
    """Open the language models; what was asked is paid and settled before the stack closes what it needs for that."""
    engine = OfflineEngine()
    if settings.models is None:
        return Readers(engine)
    # Who asks nobody needs none of it.
    from pcf_generator.models.breaker_watch import watched  # noqa: PLC0415
    from pcf_generator.models.candidates import open_candidates  # noqa: PLC0415
    from pcf_generator.models.catalogue import read_catalogue  # noqa: PLC0415
    from pcf_generator.models.considered import ConsideredModel  # noqa: PLC0415
    from pcf_generator.models.router import Router  # noqa: PLC0415

    catalogue = (await asyncio.to_thread(read_catalogue, settings.models)).preferring(settings.providers)
    candidates = await asyncio.to_thread(open_candidates, catalogue)
    for candidate in candidates:
        stack.push_async_callback(candidate.provider.aclose)
    policy = Policy(hedge_after_s=catalogue.limits.hedge_after_s)
    breakers = _breakers(settings, stack, policy)
    observer = ModelMetrics(registry, [(entry.provider, entry.model) for entry in catalogue.entries])
    chance = random.SystemRandom()
    router = Router(candidates, purse, policy=policy, breakers=breakers, chance=chance, observer=observer)
    stack.push_async_callback(router.aclose)
    await stack.enter_async_context(watched(breakers, candidates, observer))
    models = ", ".join(f"{entry.provider}/{entry.model}" for entry in catalogue.entries)
    asks = _memory(settings, router, store, index, models=models)
    limit_s = settings.stage_limit_s * SHARE_OF_STAGE
    considered = ConsideredModel(engine, asks, models=models, limit_s=limit_s)
    log.info("language models may be asked", extra={"pcf.models": models})
    return Readers(considered, considered.for_build)


def _breakers(settings: GeneratorSettings, stack: AsyncExitStack, policy: Policy) -> Breakers:
    if not (url := settings.redis_url.get_secret_value()):
        return LocalBreakers(policy.breaker)
    from pcf_generator.adapters.redis_breakers import RedisBreakers  # noqa: PLC0415 - redis is slow to load

    breakers = RedisBreakers.connect(url, rules=policy.breaker, secret=settings.source("redis_url"))
    stack.push_async_callback(breakers.aclose)
    return breakers


def _memory(
    settings: GeneratorSettings, router: "Router", store: BuildStore, index: ResultIndex, *, models: str
) -> Asks:
    from pcf_generator.models.remembered import Remembered, Unremembered  # noqa: PLC0415 - cryptography is slow to load

    if secret := settings.cache_key.get_secret_value():
        return Remembered(router, store, index, secret=secret, models=models)
    log.warning("answers of language models are not kept: there is no key to seal them with")
    return Unremembered(router)
