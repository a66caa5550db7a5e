"""Problems in words: what went wrong, what to do, what would work instead, and what to quote to an operator."""

from collections.abc import Iterable, Iterator
from typing import Any

from pcf_cli.resources import BuildProblem, Problem

__all__ = ["describe", "describe_failure"]


def describe(problem: Problem) -> list[str]:
    """A request that was refused."""
    violations = [_violation(each["field"], each["description"]) for each in problem.get("violations", ())]
    lines = [problem.get("userMessage") or problem.get("detail") or problem.get("title", "The request was refused.")]
    # The detail adds something only where it names what the fixed sentence cannot.
    lines += violations or ([problem["detail"]] if problem.get("detail") not in (None, *lines) else [])
    return [*lines, *_advice(problem), _reference(problem, request_id=problem.get("instance", "").rpartition("/")[2])]


def describe_failure(problem: BuildProblem, *, request_id: str) -> list[str]:
    """A build that failed."""
    rule = problem["details"].get("rule", "")
    return [problem["userMessage"], *_advice(problem), _reference(problem, request_id=request_id, rule=rule)]


def _violation(field: str, description: str) -> str:
    """What is about several fields names none."""
    return f"{field}: {description}" if field else description


def _advice(problem: Problem | BuildProblem) -> Iterator[str]:
    if suggestion := problem.get("suggestion"):
        yield f"  What to do: {suggestion}"
    alternatives: Iterable[str] = problem.get("alternatives", ())
    yield from (f"  Instead:    {alternative}" for alternative in alternatives)


def _reference(problem: Any, *, request_id: str, rule: str = "") -> str:
    named = {
        "code": problem.get("code"),
        "rule": rule,
        "stage": problem.get("stage"),
        "request": request_id,
    }
    return "  " + " · ".join(f"{name} {value}" for name, value in named.items() if value)
