"""Answers of language models, kept: a tenant's same question to the same models by the same release has one answer.

A model gives another answer each time, and a build must not. What is kept is sealed, and goes by an HMAC of the
question, for who guesses a prompt could make its hash; both are under a secret that no store gets.
"""

import base64
import hmac
import logging
from dataclasses import replace
from functools import lru_cache
from typing import Final, Protocol

from pcf_runtime.sealing import Sealer, UnsealableError
from pydantic import TypeAdapter

from pcf_generator.build_store import StoreUnavailable
from pcf_generator.domain.digest import digest
from pcf_generator.domain.tenant import marks
from pcf_generator.models.answers import Answer
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.forms import Repair
from pcf_generator.models.money import Payer
from pcf_generator.ports.journal import Checkpoint, ResultIndex

log = logging.getLogger(__name__)

_NAMES: Final = b"pcf-generator names of answers"
"""What the key of the names is derived for; the secret itself seals."""


class Routes(Protocol):
    """Asks language models: the router."""

    async def ask(self, call: Call, payer: Payer, *, ends_at: float, repair: Repair | None) -> Answer:
        """An answer that fits; NoAnswer, CapReached."""


class DurableAnswers(Protocol):
    """Where sealed answers last; the store of the builds is one. StoreUnavailable."""

    async def recall(self, input_hash: str) -> Checkpoint | None:
        """What is kept under a name."""

    async def remember(self, result: Checkpoint, *, tenant: str) -> Checkpoint:
        """Keep this unless there is something: what stands is given back."""


class Unremembered:
    """Asks anew each time: there is no key to seal answers with."""

    def __init__(self, router: Routes) -> None:
        self._router = router

    async def ask(
        self,
        call: Call,
        payer: Payer,
        *,
        release: str,  # noqa: ARG002 - the signature of who remembers
        ends_at: float,
        repair: Repair | None = None,
    ) -> Answer:
        return await self._router.ask(call, payer, ends_at=ends_at, repair=repair)


class Remembered:
    """Asks only what was not asked before. A store that is away is no reason not to ask."""

    def __init__(self, router: Routes, store: DurableAnswers, index: ResultIndex, *, secret: str, models: str) -> None:
        """`secret` is the base64 of 32 bytes; `models` tells this configuration of language models from others."""
        self._router = router
        self._store = store
        self._index = index
        self._sealer = Sealer.parse(secret)
        self._name_key = hmac.digest(secret.strip().encode(), _NAMES, "sha256")
        self._models = models

    async def ask(
        self, call: Call, payer: Payer, *, release: str, ends_at: float, repair: Repair | None = None
    ) -> Answer:
        name = self._name(call, release, payer.tenant)
        known = await self._recall(name)
        if known is not None:
            return replace(known, usage=Usage(), cost_micros=0, attempts=0, cached=True)
        answer = await self._router.ask(call, payer, ends_at=ends_at, repair=repair)
        return await self._keep(name, answer, payer.tenant)

    async def _recall(self, name: str) -> Answer | None:
        found = await self._index.find(name)
        if found is None:
            try:
                found = await self._store.recall(name)
            except StoreUnavailable:
                return None
            if found is not None:
                await self._index.keep(found)
        return self._opened(found) if found is not None else None

    async def _keep(self, name: str, answer: Answer, tenant: str) -> Answer:
        """The answer, or the one that another build got to the same question a moment before."""
        sealed = self._sealer.seal(_adapter().dump_json(answer), context=name.encode())
        mine = Checkpoint(name, base64.b64encode(sealed).decode())
        try:
            stands = await self._store.remember(mine, tenant=tenant)
        except StoreUnavailable:
            log.warning("answer not kept", extra={"pcf.purpose": "language model"})
            return answer
        await self._index.keep(stands)
        first = self._opened(stands) if stands != mine else None
        if first is None:
            return answer
        return replace(answer, value=first.value, provider=first.provider, model=first.model)

    def _opened(self, kept: Checkpoint) -> Answer | None:
        """None for what somebody changed, which then counts for nothing."""
        try:
            sealed = base64.b64decode(kept.content, validate=True)
            return _adapter().validate_json(self._sealer.open(sealed, context=kept.input_hash.encode()))
        except (UnsealableError, ValueError):
            log.warning("kept answer cannot be opened")
            return None

    def _name(self, call: Call, release: str, tenant: str) -> str:
        question = digest(self._models, release, *marks(tenant), call)
        return hmac.digest(self._name_key, question.encode(), "sha256").hex()


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
