"""From phases of known work to the cost of each kind of it: least squares, nothing below zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from capacity.costs import Cpu

__all__ = ["Phase", "fitted", "predicted"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time, what was done in it, and the CPU seconds that one service took for it."""

    seconds: float
    builds: int
    reads: int
    cpu_s: float


def fitted(phases: Sequence[Phase], *, instances: int) -> Cpu:
    """The costs that explain the phases best.

    Three unknowns: the phases must differ in all three, such as an idle one, one of builds and one of reads. What
    comes out below zero is noise: it is nothing, and the others are fitted without it.
    """
    columns = [0, 1, 2]
    while columns:
        found = dict(zip(columns, _least_squares(phases, columns), strict=True))
        below = [column for column, value in found.items() if value < 0]
        if not below:
            break
        columns.remove(min(below, key=lambda column: found[column]))
    idle, build, read = (found.get(column, 0.0) if columns else 0.0 for column in range(3))
    return Cpu(idle / instances, build, read)


def predicted(cpu: Cpu, phase: Phase, *, instances: int) -> float:
    """CPU seconds that the phase should have taken."""
    return cpu.idle * instances * phase.seconds + cpu.build * phase.builds + cpu.read * phase.reads


def _least_squares(phases: Sequence[Phase], columns: Sequence[int]) -> Sequence[float]:
    """The normal equations, by Gauss and Jordan; three unknowns need no library."""
    rows = [[(float(each.seconds), float(each.builds), float(each.reads))[at] for at in columns] for each in phases]
    size = len(columns)
    matrix = [
        [sum(row[i] * row[j] for row in rows) for j in range(size)]
        + [sum(row[i] * phase.cpu_s for row, phase in zip(rows, phases, strict=True))]
        for i in range(size)
    ]
    for i in range(size):
        pivot = max(range(i, size), key=lambda at: abs(matrix[at][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        if abs(matrix[i][i]) < 1e-12:
            raise ValueError("the phases do not tell the costs apart")
        matrix[i] = [value / matrix[i][i] for value in matrix[i]]
        for j in range(size):
            if j != i:
                factor = matrix[j][i]
                matrix[j] = [a - factor * b for a, b in zip(matrix[j], matrix[i], strict=True)]
    return [row[-1] for row in matrix]
