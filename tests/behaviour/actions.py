"""What a person or the host does, by the words of behaviour files."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.behaviour.stage import Stage


def act(stage: Stage, actions: Mapping[str, Any]) -> None:
    """Do what a step says, and wait until host and control have come to rest."""
    for name, argument in actions.items():
        _ACTIONS[name](stage, argument)
    stage.settle()


def _click_at(stage: Stage, argument: Mapping[str, Any]) -> None:
    stage.page.mouse.click(*_place(stage, argument["of"], argument["part"]))


def _leave(stage: Stage, _: bool) -> None:
    stage.page.mouse.move(0, 0)


def _drag(stage: Stage, argument: Mapping[str, Any]) -> None:
    stage.page.mouse.move(*_place(stage, argument["of"], argument["from"]))
    stage.page.mouse.down()
    stage.page.mouse.move(*_place(stage, argument["of"], argument["to"]), steps=8)


def _press(stage: Stage, keys: str | list[str]) -> None:
    for key in [keys] if isinstance(keys, str) else keys:
        stage.page.keyboard.press(key)


def _hold_down(stage: Stage, argument: Mapping[str, Any]) -> None:
    for _ in range(argument["times"]):
        stage.page.keyboard.down(argument["key"])
    stage.page.keyboard.up(argument["key"])


def _paste(stage: Stage, text: str) -> None:
    """By the clipboard: what is pasted comes as another input event than what is typed."""
    stage.copy(text)
    stage.page.keyboard.press("Control+A")
    stage.page.keyboard.press("Control+V")


def _place(stage: Stage, target: str, part: float) -> tuple[float, float]:
    box = stage.find(target).bounding_box()
    assert box, f"{target} is not there"
    # A pixel at an edge belongs to the neighbour.
    return box["x"] + min(max(box["width"] * part, 1), box["width"] - 1), box["y"] + box["height"] / 2


_ACTIONS: Mapping[str, Callable[[Stage, Any], object]] = {
    "click": lambda stage, target: stage.find(target).click(),
    "clickAt": _click_at,
    "doubleClick": lambda stage, target: stage.find(target).dblclick(),
    "tap": lambda stage, target: stage.find(target).tap(),
    "hover": lambda stage, target: stage.find(target).hover(),
    "leave": _leave,
    "drag": _drag,
    "drop": lambda stage, _: stage.page.mouse.up(),
    "press": _press,
    "holdDown": _hold_down,
    "type": lambda stage, text: stage.page.keyboard.type(text),
    "paste": _paste,
    "focus": lambda stage, target: stage.find(target).focus(),
    "host": lambda stage, change: stage.change(change),
}
