"""From a snapshot to a release, judged as a whole before it is served."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pcf_brain import checks, derive
from pcf_brain.checks import budgets
from pcf_brain.checks.draft import Draft, examples_path, reference_strings_path
from pcf_brain.domain.budget import Budget
from pcf_brain.domain.capability import Capability, parse_capability
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.release import FileEntry, Release, describe, manifest_sha256, release_name
from pcf_brain.parsing.texts import read_documents
from pcf_brain.ports import Clock, Snapshot


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class LoadedRelease:
    """A release together with where its contents can be read."""

    release: Release
    snapshot: Snapshot


class Derived:
    """A snapshot with the derived files added."""

    def __init__(self, snapshot: Snapshot, derived: Mapping[str, bytes]) -> None:
        self._snapshot = snapshot
        self._derived = derived

    @property
    def paths(self) -> Sequence[str]:
        return sorted([*self._snapshot.paths, *self._derived])

    async def read(self, path: str) -> bytes:
        derived = self._derived.get(path)
        return await self._snapshot.read(path) if derived is None else derived


async def load(snapshot: Snapshot, *, now: Clock, budget: Budget | None = None) -> LoadedRelease:
    """Make a release of a snapshot. Raises BrokenReleaseError with everything that is wrong with it."""
    contents = {path: await snapshot.read(path) for path in snapshot.paths}
    # Parsing takes a while; in a thread, the calls of others go on.
    release, derived = await asyncio.to_thread(_assemble, contents, now(), budget or Budget())
    return LoadedRelease(release, Derived(snapshot, derived))


def _assemble(contents: Mapping[str, bytes], load_time: datetime, budget: Budget) -> tuple[Release, dict[str, bytes]]:
    documents, unreadable = read_documents(contents)
    draft, faults = checks.run(Draft(frozenset(contents), documents))
    derived = derive.derive(draft)
    text_paths = contents.keys() - {problem.path for problem in unreadable}
    entries = [describe(path, contents[path]) for path in text_paths]
    entries += [describe(path, content) for path, content in derived.items()]
    files = {entry.path: entry for entry in sorted(entries, key=lambda entry: entry.path)}
    over = budgets.check(files, capability_ids=draft.capability_ids, languages=draft.languages, budget=budget)
    problems = [*unreadable, *faults, *over]
    if problems:
        raise BrokenReleaseError(problems)
    return _release(draft, files, load_time), derived


def _release(draft: Draft, files: Mapping[str, FileEntry], load_time: datetime) -> Release:
    digest = manifest_sha256(files.values())
    return Release(
        name=release_name(digest),
        version=draft.value("release.yaml")["version"],
        manifest_sha256=digest,
        files=files,
        capabilities=_capabilities(draft),
        languages=frozenset(draft.languages),
        load_time=load_time,
    )


def _capabilities(draft: Draft) -> dict[str, Capability]:
    return {
        document.value["id"]: parse_capability(
            document.value,
            strings=draft.value(reference_strings_path(document.value["id"])),
            examples=draft.value(examples_path(document.value["id"])),
        )
        for document in draft.matching("capabilities/*/capability.yaml")
    }
