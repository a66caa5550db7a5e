"""Shows builds, and moves them on."""

from collections.abc import Mapping
from pathlib import Path

from pcf_cli.client import connect
from pcf_cli.exits import Exit, Refused
from pcf_cli.files import fetch, prepare_folder, save
from pcf_cli.following import follow
from pcf_cli.output import facts, show_json, show_text, table
from pcf_cli.problems import describe_failure
from pcf_cli.progress import choose_progress, title_of
from pcf_cli.resources import Build
from pcf_cli.summary import summary

__all__ = ["act", "download", "show", "show_list", "watch"]

_EXITS = {"failed": Exit.REFUSED, "cancelled": Exit.REFUSED, "needs_input": Exit.ANSWER_NEEDED}


async def show_list(url: str, *, limit: int | None, state: str | None, as_json: bool) -> None:
    """A line for each."""
    async with connect(url) as api:
        found: list[Build] = [
            each async for each in api.listed("/v1/builds", "builds", limit=limit, query={"state": state})
        ]
    if as_json:
        show_json({"builds": found})
        return
    rows = [(each["id"], each["state"], each["create_time"], _made(each), each["prompt"]) for each in found]
    table(["id", "state", "created", "made", "prompt"], rows)


async def show(url: str, build_id: str, *, as_json: bool) -> None:
    """Everything about one."""
    async with connect(url) as api:
        build = await api.build(build_id)
    _tell(build, as_json=as_json)


async def watch(url: str, build_id: str, *, as_json: bool) -> Exit:
    """Follow a build; the exit code says how it settled."""
    progress = choose_progress(as_json=as_json)
    async with connect(url) as api:
        with progress.running():
            build = await follow(api, build_id, progress)
    _tell(build, as_json=as_json)
    return _EXITS.get(build["state"], Exit.DONE)


async def act(url: str, build_id: str, verb: str, body: Mapping[str, str] | None = None, *, as_json: bool) -> None:
    """Answer, cancel or resume."""
    async with connect(url) as api:
        build = await api.act(build_id, verb, body)
    _tell(build, as_json=as_json)


async def download(url: str, build_id: str, folder: Path, *, as_json: bool) -> None:
    """Write a build's files."""
    prepare_folder(folder)
    async with connect(url) as api:
        build = await api.build(build_id)
        result = build["result"]
        if result is None:
            raise Refused(f"Build {build_id} is {build['state']}: only one that has succeeded has files.")
        files = save(folder, [(each, await fetch(api, each)) for each in result["artifacts"]])
    if as_json:
        show_json({"files": [{"kind": file.kind, "path": str(file.path), "sha256": file.sha256} for file in files]})
        return
    for line in summary(result, files, unknown=()):
        show_text(line)


def _tell(build: Build, *, as_json: bool) -> None:
    if as_json:
        show_json(build)
        return
    facts(
        [
            ("Build", build["id"]),
            ("State", build["state"]),
            ("Stage", title_of(build["stage"]) or None),
            ("Prompt", build["prompt"]),
            ("Created", build["create_time"]),
            ("Ended", build["end_time"]),
            ("Brain release", build["brain_release"]),
        ]
    )
    for line in _news(build):
        show_text(line)


def _news(build: Build) -> list[str]:
    """What it made, why it failed, or what it asks."""
    if (result := build["result"]) is not None:
        files = [f"  {each['filename']}  {each['size_bytes']:,} bytes" for each in result["artifacts"]]
        return [
            *list(summary(result, (), unknown=())),
            *files,
            f"To get them: pcf-builder builds download {build['id']}",
        ]
    if (problem := build["problem"]) is not None:
        return describe_failure(problem, request_id="")
    if (question := build["question"]) is not None:
        choices = [f"  {each['choice_id']:<20} {each['label']}" for each in question["choices"]]
        return [question["text"], *choices, f"To answer: pcf-builder builds answer {build['id']} CHOICE"]
    return []


def _made(build: Build) -> str:
    if (result := build["result"]) is not None:
        return result["component_name"]
    problem = build["problem"]
    return "" if problem is None else problem["code"]
