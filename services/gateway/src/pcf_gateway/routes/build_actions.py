"""`/v1/builds/{id}:answer`, `:cancel` and `:resume`: to move a build on."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI

from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.documents.operations import describe
from pcf_gateway.idempotency import request_id
from pcf_gateway.resources.builds import Build, NewAnswer
from pcf_gateway.routes.builds import TAG
from pcf_gateway.routes.parameters import BuildId, IdempotencyKey

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_ANSWER_REFUSALS = ("NO_OPEN_QUESTION", "WRONG_QUESTION", "UNKNOWN_CHOICE")


class BuildActionRoutes:
    """What can be done to a build, as custom methods (AIP-136)."""

    def __init__(self, generator: GeneratorClient) -> None:
        self._generator = generator

    def add_to(self, app: FastAPI) -> None:
        self._add(app, "answer", "Answer a question", *_ANSWER_REFUSALS, reads_body=True)(self.answer_build)
        self._add(app, "cancel", "Cancel a build", "BUILD_ENDED")(self.cancel_build)
        self._add(app, "resume", "Resume a build", "BUILD_NOT_RESUMABLE")(self.resume_build)

    def _add(
        self, app: FastAPI, verb: str, summary: str, *reasons: str, reads_body: bool = False
    ) -> Callable[[Endpoint], Endpoint]:
        return app.post(
            f"/v1/builds/{{build_id:segment}}:{verb}",
            **describe(
                f"{verb}Build",
                summary,
                "BUILD_NOT_FOUND",
                "REQUEST_ID_REUSED",
                *reasons,
                tag=TAG,
                reads_body=reads_body,
                changes=True,
            ),
        )

    async def answer_build(self, build_id: BuildId, answer: NewAnswer, key: IdempotencyKey = None) -> Build:
        """Answer the open question of a build in state needs_input; it is queued again."""
        repeatable = request_id(key, operation=f"answer {build_id}")
        return await self._generator.answer_build(build_id, answer, request_id=repeatable)

    async def cancel_build(self, build_id: BuildId, key: IdempotencyKey = None) -> Build:
        """Cancel a build that has not ended. No body is read."""
        repeatable = request_id(key, operation=f"cancel {build_id}")
        return await self._generator.cancel_build(build_id, request_id=repeatable)

    async def resume_build(self, build_id: BuildId, key: IdempotencyKey = None) -> Build:
        """Queue a failed or cancelled build again; stages done are not done again. No body is read."""
        repeatable = request_id(key, operation=f"resume {build_id}")
        return await self._generator.resume_build(build_id, request_id=repeatable)
