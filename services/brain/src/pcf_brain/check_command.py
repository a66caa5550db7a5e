"""`pcf-brain check <folder>`: whether a folder makes a release, and how much of its budget each task uses."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.checks.budgets import Load, loads
from pcf_brain.domain.budget import Budget
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.release import Release
from pcf_brain.domain.task import Task
from pcf_brain.loader import load


def check(folder: Path) -> int:
    """Print the release and its budgets, or every problem; 0 or 1 for the shell."""
    try:
        release = asyncio.run(_load(folder))
    except BrokenReleaseError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        count = len(error.problems)
        sys.stderr.write(f"{count} {'problem' if count == 1 else 'problems'} in {folder}\n")
        return 1
    kinds = len(release.capabilities)
    sys.stdout.write(f"{release.name}, version {release.version}: {len(release.files)} files, {kinds} kinds\n\n")
    sys.stdout.writelines(f"{line}\n" for line in _table(release, Budget()))
    return 0


async def _load(folder: Path) -> Release:
    snapshot = await FolderStore(folder).open()
    return (await load(snapshot, now=lambda: datetime.now(UTC))).release


def _table(release: Release, budget: Budget) -> Iterator[str]:
    """Show each task's largest case, for that is the one to look at."""
    every = loads(release.files, capability_ids=list(release.capabilities), languages=sorted(release.languages))
    largest: dict[Task, Load] = {}
    for each in every:
        known = largest.get(each.task)
        if known is None or each.estimated_tokens > known.estimated_tokens:
            largest[each.task] = each
    yield _row("task, largest case", "files", "bytes", "tokens", "of budget")
    for each in largest.values():
        tokens = each.estimated_tokens
        size_bytes = sum(entry.size_bytes for entry in each.files)
        row = _row(each.case, len(each.files), f"{size_bytes:,}", f"{tokens:,}", f"{tokens / budget.tokens:.0%}")
        yield f"{row}  above the warning line" if budget.warnings(each.files) else row


def _row(case: str, files: int | str, size: str, tokens: str, share: str) -> str:
    return f"{case:<40} {files:>5} {size:>7} {tokens:>7} {share:>9}"
