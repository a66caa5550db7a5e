"""Courses as an SVG: the load, and the pods that follow it. Light and dark, no script, nothing to install."""

from collections.abc import Sequence

from capacity.autoscaler.simulation import Course, Moment

__all__ = ["picture"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 760, 150, 60, 30, 56
_STYLE = """\
  <style>
    text { font: 12px system-ui, sans-serif; fill: #24292f }
    .load { fill: #8c959f; fill-opacity: .3 }
    .pods { fill: none; stroke: #0969da; stroke-width: 2 }
    .ready { fill: none; stroke: #1a7f37; stroke-width: 1.5; stroke-dasharray: 4 3 }
    .line { stroke: #8c959f; stroke-width: .5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .pods { stroke: #58a6ff } .ready { stroke: #3fb950 }
    }
  </style>"""


def picture(courses: Sequence[tuple[str, Course]], *, most: int, per_pod: float, from_s: int, to_s: int) -> str:
    """One under the other; the load is drawn in pods that it fills, so that both have one scale."""
    height = _TOP + len(courses) * (_HEIGHT + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 20} {height}" role="img">',
        "  <title>Load and pods over time</title>",
        _STYLE,
        '  <text x="60" y="16">grey: load, in pods that it fills · blue: pods · green: ready</text>',
    ]
    for number, (title, course) in enumerate(courses):
        top = _TOP + number * (_HEIGHT + _GAP)
        shown = [moment for moment in course.moments if from_s <= moment.at_s <= to_s]
        parts += _panel(title, shown, top, most=most, per_pod=per_pod)
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, shown: Sequence[Moment], top: int, *, most: int, per_pod: float) -> list[str]:
    first, last = shown[0].at_s, shown[-1].at_s
    highest = most + 2

    def x(second: float) -> float:
        return round(_LEFT + (second - first) / (last - first) * _WIDTH, 1)

    def y(pods: float) -> float:
        return round(top + _HEIGHT + 20 - min(pods, highest) / highest * _HEIGHT, 1)

    def stairs(values: Sequence[int]) -> str:
        turns = [at for at in range(len(values)) if at in (0, len(values) - 1) or values[at] != values[at - 1]]
        points = [f"M{x(shown[0].at_s)},{y(values[0])}"]
        points += [f"H{x(shown[at].at_s)}V{y(values[at])}" for at in turns[1:]]
        return "".join(points)

    load = "".join(f"L{x(each.at_s)},{y(each.rate / per_pod)}" for each in shown[::5])
    ground = y(0)
    marks = [
        f'  <line class="line" x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y(n)}" y2="{y(n)}"/>'
        f'<text x="{_LEFT - 24}" y="{y(n) + 4}">{n}</text>'
        for n in (0, most // 2, most)
    ]
    minutes = [
        f'  <text x="{x(second)}" y="{ground + 16}">{(second - first) // 60} min</text>'
        for second in range(first, last, 300)
    ]
    return [
        f'  <text x="{_LEFT}" y="{top + 12}">{title}</text>',
        *marks,
        *minutes,
        f'  <path class="load" d="M{x(first)},{ground}{load}L{x(last)},{ground}Z"/>',
        f'  <path class="ready" d="{stairs([each.ready for each in shown])}"/>',
        f'  <path class="pods" d="{stairs([each.pods for each in shown])}"/>',
    ]
