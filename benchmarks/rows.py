"""How figures are printed: what, how much, and what it should be."""

import statistics


def row(what: str, times: list[float], one_hop: float, bar: str) -> None:
    """Times in seconds, beside a bare hop of the same run."""
    p50 = statistics.median(times)
    p99 = statistics.quantiles(times, n=100)[98]
    figures = (
        f"p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms = {p50 / one_hop:.1f} bare hops of {one_hop * 1e3:.1f} ms"
    )
    line(what, figures, bar)


def line(what: str, figures: str, bar: str) -> None:
    """Any figures."""
    print(f"{what:42} {figures:62} bar: {bar}", flush=True)
