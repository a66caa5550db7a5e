"""What trials came to, as a table."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.models.money import Tally

from tests.eval.trial import Trial

_MICROS = 1_000_000


@dataclass(frozen=True)
class Scores:
    """All trials of one reader, and what the ledger says they cost."""

    reader: str
    trials: Sequence[Trial]
    paid: Tally

    def rows(self) -> Mapping[str, str]:
        compiled = [trial.compiled for trial in self.trials if trial.compiled is not None]
        attempts = [int(str(call["attempts"])) for trial in self.trials for call in trial.calls]
        times = sorted(trial.read_s for trial in self.trials)
        return {
            "outcome as expected": self._share(lambda trial: trial.outcome_right),
            "kind as expected": self._share(lambda trial: trial.kind_right),
            "parameters as expected": self._share(lambda trial: trial.parameters_right),
            "all as expected": self._share(is_right),
            "compiled": f"{sum(compiled)} of {len(compiled)}" if compiled else "no compiler",
            "asked again": str(sum(attempt - 1 for attempt in attempts if attempt)),
            "calls (failed)": f"{self.paid.calls} ({self.paid.failed})",
            "tokens in / out": f"{self.paid.usage.input_tokens:,} / {self.paid.usage.output_tokens:,}",
            "cost": f"${self.paid.cost_micros / _MICROS:.4f}",
            "reading p50 / p95": f"{_ms(statistics.median(times))} / {_ms(times[int(len(times) * 0.95)])}",
        }

    def _share(self, holds: Callable[[Trial], bool]) -> str:
        count = sum(map(holds, self.trials))
        return f"{count} of {len(self.trials)} ({count / len(self.trials):.0%})"


def is_right(trial: Trial) -> bool:
    return trial.outcome_right and trial.kind_right and trial.parameters_right


def table(title: str, *columns: Scores) -> str:
    """The columns beside one another."""
    rows = [column.rows() for column in columns]
    lines = [["", *(column.reader for column in columns)]]
    lines += [[name, *(row[name] for row in rows)] for name in rows[0]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([f"{title} ({len(columns[0].trials)} prompts)", *body, ""])


def misses(scores: Scores) -> str:
    """What did not come to what it should."""
    lines = []
    for trial in (trial for trial in scores.trials if not is_right(trial)):
        case = trial.case
        wanted = f"{case.outcome} {case.code} {case.kind} {dict(case.parameters)}"
        got = {name: trial.parameters.get(name) for name in case.parameters}
        lines.append(
            f"  {case.prompt}\n    wanted {wanted}\n    got    {trial.outcome} {trial.code} {trial.kind} {got}"
        )
    return "\n".join([f"{scores.reader}: not as expected", *lines, ""]) if lines else ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
