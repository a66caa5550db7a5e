"""One thing after another breaks, and the right alert, and no other, reaches PagerDuty or Slack within two minutes.

make drill-alerts, make drill-alerts ONLY="Redis dies,the brain dies"
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.drills.alert_scene import Scene, beside
from tests.drills.alert_scenes import SCENES
from tests.drills.alert_world import AlertWorld, alert_world
from tests.monitoring.queries import alerts
from tests.monitoring.receivers import Receivers, receivers
from tests.monitoring.watch import HURRY, watching

_CALM_S = 5.0
_WITHIN_S = 120.0
_LINGER_S = 10.0
"""So long nothing else may come, while it is still broken: five minutes of operators' time."""
_PAUSE_S = 0.1
_NAMES = {rule["alert"].lower(): rule["alert"] for rule in alerts()}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a scene."""

    scene: Scene
    early: frozenset[str]
    """Came before anything broke."""
    arrived: frozenset[str]
    seconds: float
    """From the break to the last of the expected alerts."""
    words: tuple[str, ...]
    """Of all that came."""

    @property
    def holds(self) -> bool:
        return not self.early and self.arrived == self.scene.expected

    def row(self) -> str:
        expected = ", ".join(sorted(self.scene.expected)) or "nothing"
        line = f"{self.scene.what:<42} {expected:<52} {self.seconds:>6.1f} s  {'ok' if self.holds else 'FAULT'}"
        wrong = {
            "before": self.early,
            "missing": self.scene.expected - self.arrived,
            "too many": self.arrived - self.scene.expected,
        }
        line += "".join(f"\n  {kind}: {', '.join(sorted(names))}" for kind, names in wrong.items() if names)
        return line if self.holds else "\n    ".join((line, *self.words))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="the scenes whose name holds one of these, with commas between")
    asked = parser.parse_args()
    scenes = [scene for scene in SCENES if any(word.strip() in scene.what for word in asked.only.split(","))]
    print(f"times are divided by {HURRY}, but where it says otherwise", flush=True)
    told = asyncio.run(_drill(scenes))
    faults = [each for each in told if not each.holds]
    print(f"{len(told) - len(faults)} of {len(told)} as they must be", flush=True)
    return 1 if faults or not told else 0


async def _drill(scenes: Sequence[Scene]) -> Sequence[Told]:
    told = []
    async with alert_world() as world:
        for scene in scenes:
            told.append(await _play(scene, world))
            print(told[-1].row(), flush=True)
    return told


async def _play(scene: Scene, world: AlertWorld) -> Told:
    hurry = 1 if scene.as_shipped else HURRY
    with (
        tempfile.TemporaryDirectory(prefix="pcf-watch-") as folder,
        receivers() as heard,
        watching(Path(folder), world.targets, heard, hurry=hurry) as watch,
    ):
        async with beside(*([scene.meanwhile(world)] if scene.meanwhile else [])):
            async with asyncio.timeout(_WITHIN_S):
                while not await asyncio.to_thread(watch.sees_all):
                    await asyncio.sleep(_PAUSE_S)
            await asyncio.sleep(_CALM_S)
            early = _arrived(heard)
            began = time.monotonic()
            async with scene.broken(world, watch):
                await _until(heard, scene.expected)
                seconds = time.monotonic() - began
                await asyncio.sleep(_LINGER_S)
                arrived = _arrived(heard)
                words = _words(heard)
    await world.healthy()
    return Told(scene, early, arrived - early, seconds, words)


async def _until(heard: Receivers, expected: frozenset[str]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_WITHIN_S):
            while not expected <= _arrived(heard):
                await asyncio.sleep(_PAUSE_S)


def _arrived(heard: Receivers) -> frozenset[str]:
    """What was told to begin, by the runbooks in it."""
    pages = [each["payload"]["custom_details"] for each in heard.pages if each["event_action"] == "trigger"]
    messages = [each["attachments"][0] for each in heard.messages]
    tickets = [each for each in messages if not each["title"].startswith("Over")]
    return frozenset({f"page {name}" for name in _named(pages)} | {f"ticket {name}" for name in _named(tickets)})


def _words(heard: Receivers) -> tuple[str, ...]:
    """What was told, in the order it came."""
    return (
        *(f"{each['payload']['component']}: {each['payload']['summary']}" for each in heard.pages),
        *(each["attachments"][0]["title"] for each in heard.messages),
    )


def _named(payloads: Sequence[object]) -> list[str]:
    return [_NAMES[anchor] for anchor in re.findall(r"operations\.md#([a-z]+)", str(payloads))]


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    sys.exit(main())
