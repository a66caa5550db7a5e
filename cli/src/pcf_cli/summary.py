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
    """What to do with the files: import the solution, or build the source oneself."""
    paths = {file.kind: file.path for file in files}
    commands = []
    if solution := paths.get("solution"):
        commands.append(f"pac solution import --path {shlex.quote(str(solution))}")
    if source := paths.get("source"):
        place = shlex.quote(str(source.with_name(source.name.removesuffix("-source.zip"))))
        commands.append(f"unzip -q -o {shlex.quote(str(source))} -d {place}")
        commands.append(f"cd {place} && npm install && npm run build")
    return commands


def summary(result: Result, files: Sequence[SavedFile], *, unknown: Sequence[str]) -> Iterator[str]:
    """Everything worth knowing, most important first."""
    yield f"{result['namespace']}.{result['component_name']} is built ({result['capability_id']})."
    for file in files:
        yield f"  {file.path}  {file.size_bytes:,} bytes, SHA-256 {file.sha256[:16]}…"
    if not any(artifact["kind"] == "solution" for artifact in result["artifacts"]):
        yield "  No solution was made: the server has no compiler (`make compilers` installs one)."
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
