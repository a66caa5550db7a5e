"""A view of both regions, in words and as a document."""

from collections.abc import Iterator
from typing import Any

from pcf_ops.database import Look
from pcf_ops.view import Seen, View

__all__ = ["document", "lines"]


def lines(view: View) -> Iterator[str]:
    """For people: a line for each region, and one for whatever is wrong."""
    for name, seen in view.regions.items():
        arrow = "->" if name == view.active else "  "
        yield f"{arrow} {name:10} edge {'answers' if seen.edge else 'is silent':10} {_database(seen.database)}"
    faults = list(view.faults())
    yield from (f"!! {fault}" for fault in faults)
    if not faults:
        yield f"All is well; makers are sent to {view.active}."


def document(view: View) -> dict[str, Any]:
    """For programs."""
    return {
        "active": view.active,
        "regions": {name: _seen(seen) for name, seen in view.regions.items()},
        "faults": list(view.faults()),
    }


def _database(look: Look | None) -> str:
    if look is None:
        return "database does not answer"
    if look.follows:
        return f"database follows{'' if look.hears else ', but hears nothing'}"
    if look.held:
        return "database is held: it takes no writes"
    followers = ", ".join(
        f"{each.name} {'synchronously' if each.synchronous else 'asynchronously'}, {each.behind:,} bytes behind"
        for each in look.followers
    )
    return f"database takes writes; followed by {followers or 'nobody'}"


def _seen(seen: Seen) -> dict[str, Any]:
    look = seen.database
    told = None
    if look:
        followers = [
            {"name": each.name, "synchronous": each.synchronous, "bytes_behind": each.behind} for each in look.followers
        ]
        told = {
            "role": "standby" if look.follows else "held" if look.held else "primary",
            "hears_primary": look.hears,
            "position": look.position,
            "followers": followers,
        }
    return {"edge_answers": seen.edge, "database": told}
