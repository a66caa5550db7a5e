"""What a maker wrote, as the one message that holds it: JSON, so that no text can end it and begin another."""

import json
from collections.abc import Sequence

from pcf_generator.models.offline.tokens import readable


def message(prompt: str, not_understood: Sequence[str] | None = None) -> str:
    """The prompt, and the numbered pieces of it that nobody understood."""
    content: dict[str, object] = {"prompt": readable(prompt)}
    if not_understood is not None:
        content["notUnderstood"] = [{"number": number, "text": text} for number, text in enumerate(not_understood)]
    return json.dumps(content, ensure_ascii=False)
