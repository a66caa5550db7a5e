"""From a prompt to files: what `pcf-builder build` does."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pcf_cli.client import Api
from pcf_cli.exits import GaveUp, Refused, Unreachable
from pcf_cli.files import SavedFile, fetch, save
from pcf_cli.following import Pause, follow
from pcf_cli.problems import describe_failure
from pcf_cli.progress import Progress
from pcf_cli.questions import Asker, unanswered
from pcf_cli.resources import Artifact, Build, Question, Result
from pcf_cli.summary import not_understood

__all__ = ["Built", "Order", "build"]

_CANCEL_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted."""

    prompt: str
    folder: Path
    options: Mapping[str, str | bool] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 180.0
    with_report: bool = True
    again: str = "pcf-builder build PROMPT"
    """How to say the same command again, for advice."""
    server_stays: bool = True
    """Whether the server, and with it the build, is still there when this command has ended."""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it."""

    build: Build
    result: Result
    files: Sequence[SavedFile]
    not_understood: Sequence[str]


async def build(api: Api, order: Order, *, progress: Progress, asker: Asker, pause: Pause = asyncio.sleep) -> Built:
    """Build, following and answering, and write the files. Raises CommandFailed."""
    try:
        async with asyncio.timeout(order.timeout_s) as limit:
            return await _Work(api, order, progress, asker, limit, pause).run()
    except TimeoutError:
        raise GaveUp(f"The server at {api.url} took longer than {order.timeout_s:g} s to take the build.") from None


class _Work:
    """One run of the command."""

    def __init__(
        self, api: Api, order: Order, progress: Progress, asker: Asker, limit: asyncio.Timeout, pause: Pause
    ) -> None:
        self._api = api
        self._order = order
        self._progress = progress
        self._asker = asker
        self._limit = limit
        self._pause = pause

    async def run(self) -> Built:
        created, request_id = await self._api.create_build(self._order.prompt, self._order.options)
        self._progress.say(f"Build {created['id']} is queued at {self._api.url}.")
        try:
            return await self._finish(await self._settled(created["id"]), request_id)
        except asyncio.CancelledError:
            raise await self._given_up(created["id"]) from None

    async def _settled(self, build_id: str) -> Build:
        after = 0
        while True:
            with self._progress.running():
                build = await follow(self._api, build_id, self._progress, after=after, pause=self._pause)
            question = build["question"]
            if question is None:
                return build
            choice_id = await self._choice(question)
            if choice_id is None:
                raise self._unanswered(build, question)
            answer = {"question_id": question["question_id"], "choice_id": choice_id}
            await self._api.act(build_id, "answer", answer)
            after = build["last_sequence"]

    async def _choice(self, question: Question) -> str | None:
        given = self._order.answers.get(question["question_id"])
        if given is not None:
            return given if any(choice["choice_id"] == given for choice in question["choices"]) else None
        # A person's time to think is not the build's.
        clock = asyncio.get_running_loop().time
        asked_at, ends_at = clock(), self._limit.when()
        self._limit.reschedule(None)
        choice_id = await self._asker.ask(question)
        self._limit.reschedule(None if ends_at is None else ends_at + clock() - asked_at)
        return choice_id

    async def _finish(self, build: Build, request_id: str) -> Built:
        result = build["result"]
        if result is None:
            raise _failed(build, request_id)
        contents = [(each, await self._fetch(each)) for each in result["artifacts"]]
        report = next(content for each, content in contents if each["kind"] == "report")
        wanted = [(each, content) for each, content in contents if self._order.with_report or each["kind"] != "report"]
        files = save(self._order.folder, wanted)
        return Built(build, result, files, not_understood(report))

    async def _fetch(self, artifact: Artifact) -> bytes:
        try:
            return await fetch(self._api, artifact)
        except Unreachable:
            # The server may just be restarting: once more, after the pause that followers make too.
            await self._pause(1.0)
            return await fetch(self._api, artifact)

    def _unanswered(self, build: Build, question: Question) -> Exception:
        url = self._api.url if self._order.server_stays else ""
        return unanswered(build, question, self._order.answers, how=self._order.again, url=url)

    async def _given_up(self, build_id: str) -> GaveUp:
        why = f"It took longer than {self._order.timeout_s:g} s" if self._limit.expired() else "Interrupted"
        lines = [f"{why}: {await self._cancel(build_id)}"]
        if self._order.server_stays:
            lines.append(f"  To go on with it: pcf-builder builds resume {build_id} --url {self._api.url}")
        return GaveUp(*lines, facts={"build_id": build_id})

    async def _cancel(self, build_id: str) -> str:
        """Cancel the build, and say what came of that."""
        try:
            async with asyncio.timeout(_CANCEL_S):
                await self._api.act(build_id, "cancel")
        except Refused:
            return f"build {build_id} had ended already."
        except (Unreachable, TimeoutError):
            return f"build {build_id} could not be cancelled, for the server does not answer."
        return f"build {build_id} is cancelled."


def _failed(build: Build, request_id: str) -> Refused:
    facts = {"build": build, "request_id": request_id}
    problem = build["problem"]
    if problem is None:
        return Refused(f"Build {build['id']} was cancelled meanwhile.", facts=facts)
    return Refused(*describe_failure(problem, request_id=request_id), facts=facts)
