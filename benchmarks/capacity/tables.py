"""The costs and the answers as tables, for a terminal and for a page."""

from collections.abc import Callable, Sequence

from capacity.answers import Answer
from capacity.costs import SERVICES, Costs

__all__ = ["costs_markdown", "markdown", "text"]

_STORES = ("postgres", "redis")


def text(answers: Sequence[Answer]) -> str:
    """A column for each."""
    return "\n".join(f"{label:<32}" + "".join(f"{told(each):>26}" for each in answers) for label, told in _ROWS)


def markdown(answers: Sequence[Answer]) -> str:
    """The same for a page."""
    (head, first), *rows = _ROWS
    lines = [
        _row([head, *(first(each) for each in answers)]),
        _row(["---"] * (1 + len(answers))),
        *(_row([label, *(told(each) for each in answers)]) for label, told in rows),
    ]
    return "\n".join(lines)


def costs_markdown(costs: Costs) -> str:
    """What was measured, by service, and how far the model was off."""
    lines = [
        _row(["", "there, a second", "a build", "a read", "most memory", "off by"]),
        _row(["---"] * 6),
    ]
    for name in (*SERVICES, *_STORES):
        cpu, memory = costs.cpu[name], costs.memory_mb.get(name)
        times = [f"{each * 1e3:.3g} ms" for each in (cpu.idle, cpu.build, cpu.read)]
        lines.append(_row([name, *times, f"{memory:.0f} MB" if memory else "", f"{costs.off_by.get(name, 0.0):+.0%}"]))
    return "\n".join([*lines, "", _of_a_build(costs)])


def _of_a_build(costs: Costs) -> str:
    audit_ms = costs.cpu["audit"].build / costs.audit_events * 1e3
    lies = {
        "among the builds": costs.database.builds_bytes,
        "in the audit log": costs.database.audit_bytes,
        "in Redis": costs.redis_bytes,
        "of artifacts": costs.artifact_bytes,
    }
    kept = ", ".join(f"{_size(size / 1e9)} {where}" for where, size in lies.items())
    events = f"{_figure(costs.audit_events)} audit events of {audit_ms:.2g} ms each"
    wal = _size(costs.database.wal_bytes / 1e9)
    return f"A build leaves {kept}; {wal} of WAL, {_figure(costs.database.commits)} commits, {events}."


def _pods_of(service: str) -> Callable[[Answer], str]:
    def told(each: Answer) -> str:
        its = each.of(service)
        over = f", over {each.most}!" if its.needed > each.most else ""
        return f"{its.needed} ({its.decides}{over}{', TOO FULL' if its.too_full else ''})"

    return told


def _figure(value: float) -> str:
    """Three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _size(gb: float) -> str:
    if gb < 1e-3:
        return f"{_figure(gb * 1e6)} kB"
    if gb < 1:
        return f"{_figure(gb * 1_000)} MB"
    return f"{_figure(gb)} GB" if gb < 1_000 else f"{_figure(gb / 1_000)} TB"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


_ROWS: Sequence[tuple[str, Callable[[Answer], str]]] = (
    ("builds a day", lambda each: f"{each.demand.builds_a_day:,.0f}"),
    ("builds a second, at the peak", lambda each: _figure(each.demand.builds)),
    ("requests a second, at the peak", lambda each: _figure(each.demand.requests)),
    *((f"pods: {name}", _pods_of(name)) for name in SERVICES),
    ("PostgreSQL", lambda each: each.stores.database.name if each.stores.database else "none is large enough"),
    ("PostgreSQL: cores", lambda each: _figure(each.stores.database_cores)),
    ("PostgreSQL: memory", lambda each: _size(each.stores.database_memory_gb)),
    ("PostgreSQL: disk, when full", lambda each: _size(each.stores.disk_gb)),
    ("PostgreSQL: commits a second", lambda each: _figure(each.stores.commits)),
    ("PostgreSQL: WAL a second", lambda each: _size(each.stores.wal_mb / 1_000)),
    ("PostgreSQL: connections", lambda each: f"{each.stores.connections:,}"),
    ("Redis", lambda each: each.stores.cache.name if each.stores.cache else "a cluster"),
    ("Redis: memory", lambda each: _size(each.stores.cache_memory_gb)),
    ("S3: artifacts, when full", lambda each: _size(each.stores.artifacts_gb)),
)
