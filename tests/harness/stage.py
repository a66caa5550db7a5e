"""A control written in the test, in a host."""

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

_OPEN = """async ({bundle, ...options}) => {
    PcfHarness.loadBundle(bundle);
    window.host = await PcfHarness.open({...options, container: document.getElementById("place")});
}"""

VALUE = '<property name="value" display-name-key="value" of-type="SingleLine.Text" usage="bound" />'


def manifest(*members: str, kind: str = "standard") -> str:
    """A manifest with these properties, datasets and features; one bound text where nothing is said."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
        <manifest>
          <control namespace="Test" constructor="Control" version="1.0.0" display-name-key="name" control-type="{kind}">
            {"".join(members) or VALUE}
            <resources><code path="index.ts" order="1" /><img path="img/star.png" /></resources>
          </control>
        </manifest>"""


def features(*names: str, required: bool = False) -> str:
    uses = "".join(f'<uses-feature name="{name}" required="{str(required).lower()}" />' for name in names)
    return f"<feature-usage>{uses}</feature-usage>"


def bound(of_type: str) -> str:
    return f'<property name="value" display-name-key="value" of-type="{of_type}" usage="bound" />'


def control(*, init: str = "", update: str = "", outputs: str = "return {}", destroy: str = "") -> str:
    """A bundle whose methods do this. What it was given stays in `window.control`."""
    return f"""{{ class Control {{
        constructor() {{ window.control = this; this.updates = []; }}
        init(context, notify, state, container) {{
            Object.assign(this, {{ context, notify, state, container }});
            {init}
        }}
        updateView(context) {{
            this.context = context;
            this.updates.push([...context.updatedProperties]);
            {update}
        }}
        getOutputs() {{ {outputs} }}
        destroy() {{ {destroy} }}
    }}
    ComponentFramework.registerControl("Test.Control", Control); }}"""


class Stage:
    """One page; `open` puts a control into it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, bundle: str, /, *members: str, kind: str = "standard", **options: Any) -> None:
        self.page.evaluate(_OPEN, {"bundle": bundle, "manifest": manifest(*members, kind=kind), **options})

    def read(self, expression: str, given: Any = None) -> Any:
        """What an expression of the page gives; it may use `host`, `control` and `given`."""
        return self.page.evaluate(f"async given => ({expression})", given)

    def value(self, name: str = "value") -> Mapping[str, Any]:
        """A member of `context.parameters`, without its methods."""
        return self.read("JSON.parse(JSON.stringify(control.context.parameters[given]))", name)

    def set(self, **change: Any) -> None:
        self.page.evaluate("change => host.set(change)", change)

    def settle(self) -> None:
        self.page.evaluate("host.settled()")

    def destroy(self) -> Mapping[str, Any]:
        return self.page.evaluate("host.destroy()")

    @property
    def updates(self) -> Sequence[Sequence[str]]:
        """`updatedProperties` of each call of updateView."""
        return self.read("control.updates")

    @property
    def outputs(self) -> Mapping[str, Any]:
        return self.read("JSON.parse(JSON.stringify(host.outputs))")

    @property
    def calls(self) -> Sequence[Sequence[Any]]:
        return self.read("host.calls.map(({name, given}) => [name, ...given])")

    @property
    def misuse(self) -> Sequence[str]:
        return self.read("[...host.misuse]")
