"""Facts about TypeScript, read from its syntax tree, so that comments and strings never mislead."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pcf_generator.checks.syntax import Call, Syntax, read

NETWORK = frozenset(
    {"fetch", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "WebTransport", "RTCPeerConnection"}
)
DYNAMIC_CODE = frozenset({"eval", "Function", "execScript"})
MARKUP_SINKS = frozenset({"innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc", "createContextualFragment"})
STORAGE = frozenset({"localStorage", "sessionStorage", "indexedDB", "cookie"})
CONTROLS = frozenset({"a", "button", "input", "label", "meter", "progress", "select", "textarea"})
MOVES = frozenset({"pointermove", "mousemove", "touchmove", "scroll", "resize"})
WRITES = frozenset({"write", "writeln", "open", "execCommand"})
TIMERS = frozenset({"setTimeout", "setInterval"})

_ENDLESS = 1e15
_QUOTED = re.compile(r"[\"']([^\"'\\]*)[\"']")
_SECRET = re.compile(
    r"\b(?:sk|pk)[-_][-_A-Za-z0-9]{16,}|\bghp_[A-Za-z0-9]{16,}|\bxox[abp]-[-A-Za-z0-9]{16,}|\bAKIA[A-Z0-9]{16}"
    r"|\b(?:AIza|eyJ)[-_A-Za-z0-9]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def facts(source: str) -> Mapping[str, object]:
    """The variables a code rule sees as `code`."""
    syntax = read(source)
    found, calls = syntax.found, syntax.calls
    return {
        "parses": syntax.parses,
        "className": found["class"][0] if "class" in found else "",
        "exportCount": len(found.get("export", ())),
        "imports": sorted({*found.get("import", ()), *(call.first for call in calls if call.method == "require")}),
        "methods": sorted(set(found.get("method", ()))),
        "assigned": sorted(set(found.get("assigned", ()))),
        "returned": sorted(syntax.returned),
        **_dangers(syntax),
        **_upkeep(found),
        **_markup(syntax),
        **_habits(calls, syntax.methods),
    }


def _dangers(syntax: Syntax) -> dict[str, object]:
    found = syntax.found
    names = [*found.get("member", ()), *found.get("identifier", ())]
    used = set(names)
    evaluated = {call.method for call in syntax.calls if call.leads and call.method in TIMERS}
    return {
        "network": sorted(used & NETWORK),
        "dynamicCode": sorted(used & DYNAMIC_CODE | evaluated),
        "markupSinks": sorted(used & MARKUP_SINKS),
        "documentWrites": sorted(
            {name for owner, name in syntax.members if name in WRITES and owner.split(".")[-1] == "document"}
        ),
        "storage": sorted(used & STORAGE),
        "consoleCalls": names.count("console"),
        "secrets": sum(bool(_SECRET.search(text)) for text in found.get("text", ())),
        "endlessLoops": len(found.get("endless", ())),
        "longestLoop": max((_integer(bound) for bound in found.get("bound", ())), default=0),
    }


def _upkeep(found: Mapping[str, Sequence[str]]) -> dict[str, object]:
    calls = found.get("call", ())
    listeners = calls.count("addEventListener")
    return {
        "listeners": listeners,
        "interactive": listeners > 0,
        "removesListeners": "removeEventListener" in calls or "abort" in calls,
        "timers": sorted({*calls} & {"setInterval", "requestAnimationFrame"}),
        "clearsTimers": bool({*calls} & {"clearInterval", "cancelAnimationFrame"}),
        "usesStrings": "getString" in calls,
    }


def _markup(syntax: Syntax) -> dict[str, object]:
    """What the markup is made of; controls make elements through functions of their own, so any text counts."""
    texts, calls = syntax.found.get("text", ()), syntax.calls
    attributes = {name for name, _ in syntax.attributes} | {text for text in texts if text.startswith("aria-")}
    roles = [role for name, value in syntax.attributes if name == "role" for role in _QUOTED.findall(value)]
    return {
        "attributes": sorted(attributes),
        "handlerAttributes": sum(name.lower().startswith("on") for name in attributes),
        "roles": sorted(set(roles)),
        # A div in the role of a button is no button.
        "elements": sorted((Counter(texts) - Counter(roles)).keys() & CONTROLS),
        "events": sorted({call.first for call in calls if call.method == "addEventListener"}),
    }


def _habits(calls: Sequence[Call], methods: Mapping[str, str]) -> dict[str, object]:
    """What only the place of a call tells: rebuilding in updateView, notifying while the pointer moves."""
    on_move = [call.second for call in calls if call.method == "addEventListener" and call.first in MOVES]
    return {
        "rebuildsInUpdateView": methods.get("updateView", "").count("replaceChildren("),
        "notifiesOnMove": any(_notifies(handler, methods) for handler in on_move),
    }


def _notifies(code: str, methods: Mapping[str, str]) -> bool:
    """Whether the code tells the host of a change, itself or through methods it calls."""
    waiting, seen = [code], set[str]()
    while waiting:
        text = waiting.pop()
        if "notifyOutputChanged" in text:
            return True
        called = set(re.findall(r"this\.(\w+)", text)) & methods.keys() - seen
        seen |= called
        waiting += [methods[name] for name in sorted(called)]
    return False


def _integer(text: str) -> int:
    plain = text.replace("_", "").removesuffix("n")
    return int(plain, 0) if re.fullmatch(r"0[xXoObB]\w+", plain) else int(min(float(plain), _ENDLESS))
