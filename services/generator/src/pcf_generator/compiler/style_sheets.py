"""Style sheets that code imports: they go into the bundle, as Microsoft's build has it, and need no file beside it."""

import json
from collections.abc import Iterator

from pcf_generator.checks import stylesheet

__all__ = ["style_faults", "style_module"]


def style_module(text: str) -> str:
    """What an imported style sheet is for the bundle: a script that adds it to the page."""
    return (
        'const style = document.createElement("style");\n'
        f"style.textContent = {json.dumps(text)};\n"
        "document.head.appendChild(style);\n"
    )


def style_faults(path: str, text: str) -> Iterator[str]:
    """Why an imported style sheet cannot stand alone."""
    found = stylesheet.facts(text, scope="")
    urls = found["urls"] if isinstance(found["urls"], list) else []
    if found["imports"] or not all(str(url).strip("\"' ").startswith(("data:", "#")) for url in urls):
        yield f"{path}: error: a style sheet that code imports cannot ask for other files"
