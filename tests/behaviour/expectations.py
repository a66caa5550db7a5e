"""What holds after a step, by the words of behaviour files."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator

from tests.behaviour.stage import Stage

PATIENCE_S = 2.0


def unmet(stage: Stage, expectations: Mapping[str, Any]) -> list[str]:
    """What does not hold, though it was given time to come about."""
    ends_at = time.monotonic() + PATIENCE_S
    while True:
        faults = [
            f"{name}: {fault}" for name, wanted in expectations.items() for fault in _EXPECTATIONS[name](stage, wanted)
        ]
        if not faults or time.monotonic() > ends_at:
            return faults
        stage.settle()


def _sees(stage: Stage, targets: str | Sequence[str]) -> Iterator[str]:
    for target in _each(targets):
        if not _visible(stage.find(target)):
            yield f"{target} is not to be seen"


def _misses(stage: Stage, targets: str | Sequence[str]) -> Iterator[str]:
    for target in _each(targets):
        if _visible(stage.find(target)):
            yield f"{target} is to be seen"


def _focused(stage: Stage, target: str) -> Iterator[str]:
    if not stage.find(target).evaluate("element => element === document.activeElement"):
        yield f"not {target} has the focus"


def _checked(stage: Stage, target: str) -> Iterator[str]:
    checked = stage.container.locator("[aria-checked=true]")
    if target == "none":
        if checked.count():
            yield f"{checked.count()} are checked"
    elif checked.count() != 1:
        yield f"{checked.count()} are checked instead of one"
    elif not stage.find(target).evaluate("element => element.ariaChecked === 'true'"):
        yield f"{checked.get_attribute('aria-label') or checked.inner_text()} is checked, not {target}"


def _count(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from _differs(wanted["of"], stage.find(wanted["of"]).count(), wanted["is"])


def _attributes(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    found = stage.find(wanted["of"])
    for name in wanted.keys() - {"of"}:
        yield from _differs(f"{name} of {wanted['of']}", found.get_attribute(name), wanted[name])


def _styles(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    found = stage.find(wanted["of"])
    for name in wanted.keys() - {"of"}:
        style = found.evaluate("(element, name) => getComputedStyle(element).getPropertyValue(name)", name)
        yield from _differs(f"{name} of {wanted['of']}", style, wanted[name])


def _filled(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    parts = stage.find(wanted["of"]).evaluate_all("elements => elements.map(Probe.part)")
    yield from _differs(wanted["of"], parts, wanted["are"])


def _reads(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    text = stage.find(wanted["of"]).evaluate("element => element.value ?? element.innerText")
    yield from _differs(wanted["of"], text, wanted["is"])


def _described(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from _differs(wanted["of"], stage.find(wanted["of"]).evaluate("Probe.description"), wanted["is"])


def _announces(stage: Stage, wanted: str) -> Iterator[str]:
    yield from _differs("the live regions", stage.container.evaluate("Probe.announced"), wanted)


def _outputs(stage: Stage, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from _differs("getOutputs", stage.outputs, dict(wanted))


def _notified(stage: Stage, wanted: int) -> Iterator[str]:
    yield from _differs("notifyOutputChanged", stage.notified, wanted)


def _differs(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found!r} instead of {wanted!r}"


def _each(targets: str | Sequence[str]) -> Sequence[str]:
    return [targets] if isinstance(targets, str) else targets


def _visible(found: Locator) -> bool:
    return any(each.is_visible() for each in found.all())


_EXPECTATIONS: Mapping[str, Callable[[Stage, Any], Iterator[str]]] = {
    "sees": _sees,
    "misses": _misses,
    "focused": _focused,
    "checked": _checked,
    "count": _count,
    "attributes": _attributes,
    "styles": _styles,
    "filled": _filled,
    "reads": _reads,
    "described": _described,
    "announces": _announces,
    "outputs": _outputs,
    "notified": _notified,
}
