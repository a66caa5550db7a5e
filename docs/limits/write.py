"""`make docs`: writes the tables of limits in docs/operations.md from the code; `--check` only compares."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docs.limits.edge import edge_rows
from docs.limits.messages import MessageField, fields
from docs.limits.rest import RestField, rest_fields
from docs.limits.services import constant_rows, setting_rows

PAGE = Path(__file__).parents[1] / "operations.md"
BEGIN, END = "<!-- limits: written by `make docs` -->", "<!-- end of limits -->"
_HIDDEN = {"X-Request-Id", "X-Request-Timeout", "If-None-Match", "Range", "If-Range"}
"""Headers: what cannot be used of them is passed over, but for a timeout, which has its own setting."""


def tables() -> str:
    """One after another, from the outside in."""
    return "\n\n".join(
        [
            _table(("limit of the edge", "value", "what a client sees"), edge_rows()),
            _table(("setting", "default", "meaning"), setting_rows()),
            _table(("REST", "limit", "where"), _rest_rows(rest_fields())),
            _table(("gRPC", "limit", "where"), _message_rows(fields())),
            _table(("inside", "limit", "what comes of more"), constant_rows()),
        ]
    )


def page() -> str:
    """The page as it should be."""
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.split(END)[1]}"


def _rest_rows(found: Iterable[RestField]) -> Iterator[Sequence[str]]:
    where: dict[tuple[str, str], list[str]] = defaultdict(list)
    for field in found:
        if field.name not in _HIDDEN and (limit := _rest_limit(field)):
            where[field.name, limit].append(field.operation)
    for (name, limit), operations in where.items():
        yield f"`{name}`", limit, _listed(operations)


def _rest_limit(field: RestField) -> str:
    schema = field.schema
    if field.format:
        return f"an RFC 3339 {field.format}"
    if field.is_text:
        if field.longest is not None:
            return f"{schema.get('minLength', 0)} to {field.longest:,} characters"
        return f"`{field.pattern}`"
    if schema.get("type") == "array":
        return f"{schema['maxItems']} items"
    if schema.get("type") == "integer":
        # Floats are how pydantic writes some of them, and the largest of 64 bits says nothing.
        least, most = int(schema["minimum"]), int(schema.get("maximum", 2**63 - 1))
        return f"{least} or more" if most == 2**63 - 1 else f"{least} to {most:,}"
    return ""


def _message_rows(found: Iterable[MessageField]) -> Iterator[Sequence[str]]:
    where: dict[tuple[str, str], list[str]] = defaultdict(list)
    for field in found:
        if field.limit and field.kind != "one of a list":
            where[field.name, field.limit].append(field.rpc)
    for (name, limit), rpcs in where.items():
        yield f"`{name}`", limit, _listed(rpcs)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def main() -> None:
    """Write the page, or with `--check` fail if it is not as it should be."""
    if "--check" in sys.argv:
        if PAGE.read_text() != page():
            sys.exit("docs/operations.md does not say what the limits are; run `make docs`")
        return
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
