"""Shows the kinds of control."""

from pcf_cli.client import connect
from pcf_cli.output import facts, show_json, show_text, table
from pcf_cli.resources import Capability, Parameter

__all__ = ["show_all", "show_one"]


async def show_all(url: str, *, as_json: bool) -> None:
    """A line for each."""
    async with connect(url) as api:
        found: list[Capability] = [kind async for kind in api.listed("/v1/capabilities", "capabilities")]
    if as_json:
        show_json({"capabilities": found})
        return
    table(["id", "name", "what it is"], [(kind["id"], kind["display_name"], kind["description"]) for kind in found])


async def show_one(url: str, capability_id: str, *, as_json: bool) -> None:
    """Everything a maker may want to know about one."""
    async with connect(url) as api:
        kind = await api.capability(capability_id)
    if as_json:
        show_json(kind)
        return
    facts(
        [
            ("Id", kind["id"]),
            ("Name", kind["display_name"]),
            ("What it is", kind["description"]),
            ("Class", kind["classification"]),
            ("Constructor", kind["component_name"]),
        ]
    )
    _sections(kind)


def _sections(kind: Capability) -> None:
    _section(
        "A prompt can set",
        ["name", "values", "default", "what it is"],
        [(each["name"], _values(each), each["default_value"], each["description"]) for each in kind["parameters"]],
    )
    _section(
        "Its properties",
        ["name", "usage", "type", "what it is"],
        [
            (each["name"], each["usage"], " or ".join(each["of_types"]), each["description"])
            for each in kind["properties"]
        ],
    )
    _section(
        "It refuses",
        ["what", "why", "instead"],
        [(each["prohibition_id"], each["reason"], each["alternative"]) for each in kind["prohibitions"]],
    )
    _section("Prompts to try", ["prompt"], [(prompt,) for prompt in kind["example_prompts"]])


def _section(title: str, columns: list[str], rows: list[tuple[str, ...]]) -> None:
    if rows:
        show_text(f"\n{title}")
        table(columns, rows)


def _values(parameter: Parameter) -> str:
    if parameter["choices"]:
        return " | ".join(parameter["choices"])
    if parameter["minimum"] is not None and parameter["maximum"] is not None:
        return f"{parameter['minimum']:g} to {parameter['maximum']:g}"
    return parameter["type"]
