"""The seven stages on a terminal, each line changing in place as its stage runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live as LiveDisplay
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pcf_cli.printable import one_line, printable
from pcf_cli.progress import title_of
from pcf_cli.resources import STAGES, BuildEvent

__all__ = ["Live"]


@dataclass(slots=True)
class _Line:
    state: str = "waiting"
    took: str = ""
    message: str = ""


class Live:
    """Implements `Progress` for a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._lines = {stage: _Line() for stage in STAGES}
        self._display: LiveDisplay | None = None
        self._spinner = Spinner("dots")

    def say(self, sentence: str) -> None:
        self._console.print(Text(printable(sentence)))

    def happened(self, event: BuildEvent) -> None:
        stage = event["stage"]
        match event["type"]:
            case "stage-started":
                self._line(stage).state = "running"
            case "stage-succeeded":
                line = self._line(stage)
                line.state, line.message = "done", one_line(event["message"])
                line.took = f"{event['duration_ms'] or 0:.0f} ms"
            case "failed":
                self._line(stage).state = "failed"
            case "needs-input" | "cancelled" | "handed-back":
                self._stop_running()
        if self._display is not None:
            self._display.update(self._table())

    @contextmanager
    def running(self) -> Iterator[None]:
        with LiveDisplay(self._table(), console=self._console, refresh_per_second=12) as display:
            self._display = display
            yield
            # Seven lines that say nothing yet need not stand above a question.
            display.transient = not any(line.state in {"done", "failed"} for line in self._lines.values())
        self._display = None

    def _line(self, stage: str | None) -> _Line:
        # A newer server may have stages that are not known here.
        return self._lines.setdefault(stage or "", _Line())

    def _stop_running(self) -> None:
        for line in self._lines.values():
            if line.state == "running":
                line.state = "waiting"

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column()
        table.add_column(justify="right")
        table.add_column(overflow="ellipsis", no_wrap=True)
        for stage, line in self._lines.items():
            table.add_row(self._mark(line), Text(title_of(stage)), Text(line.took, "dim"), Text(line.message, "dim"))
        return table

    def _mark(self, line: _Line) -> Text | Spinner:
        match line.state:
            case "running":
                return self._spinner
            case "done":
                return Text("✓", "green")
            case "failed":
                return Text("✗", "red")
            case _:
                return Text("·", "dim")
