"""What is told after a build that succeeded."""

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from pcf_cli.files import SavedFile
from pcf_cli.printable import one_line
from pcf_cli.resources import Finding, Result

__all__ = ["next_commands", "not_understood", "summary"]


def not_understood(report: bytes) -> list[str]:
    """The words of the prompt that had no effect, as the report names them."""
    content: Any = json.loads(report)
    return [str(phrase) for phrase in content.get("understood", {}).get("notUnderstood", ())]


def next_commands(files: Sequence[SavedFile]) -> list[str]:
    """From the source to a built control."""
    for file in files:
        if file.kind == "source":
            folder = file.path.with_name(file.path.name.removesuffix("-source.zip"))
            place = shlex.quote(str(folder))
            return [
                f"unzip -q -o {shlex.quote(str(file.path))} -d {place}",
                f"cd {place} && npm install && npm run build",
            ]
    return []


def summary(result: Result, files: Sequence[SavedFile], *, unknown: Sequence[str]) -> Iterator[str]:
    """Everything worth knowing, most important first."""
    yield f"{result['namespace']}.{result['component_name']} is built ({result['capability_id']})."
    for file in files:
        yield f"  {file.path}  {file.size_bytes:,} bytes, SHA-256 {file.sha256[:16]}…"
    changed = [finding for finding in result["findings"] if finding["action"] in {"downgraded", "fixed"}]
    warned = [each for each in result["findings"] if each["action"] == "noted" and each["severity"] != "info"]
    yield from _findings("Changed from what you asked for", changed)
    yield from _findings("Look at", warned)
    if unknown:
        yield ""
        yield f"Not understood, and left out: {', '.join(one_line(phrase) for phrase in unknown)}"
    if commands := next_commands(files):
        yield ""
        yield "Next:"
        yield from (f"  {command}" for command in commands)


def _findings(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield ""
        yield f"{title}:"
    for finding in findings:
        yield f"  {finding['action']} · {finding['rule_id']}: {one_line(finding['message'])}"
        if finding["suggestion"]:
            yield f"      {one_line(finding['suggestion'])}"
