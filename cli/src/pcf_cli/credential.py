"""The API key that goes along with every request to the server; never to another one, and never shown."""

import re
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from pcf_cli.exits import WrongUsage

__all__ = ["headers", "use"]

_KEY: Final = re.compile(r"[!-~]{1,16384}")
_key: ContextVar[str] = ContextVar("pcf_credential", default="")


def use(key: str | None, file: Path | None) -> None:
    """From now on, send this key, or what the file holds. WrongUsage, which does not repeat it."""
    if key and file:
        raise WrongUsage("Give one of --key and --key-file (PCF_KEY and PCF_KEY_FILE), not both.")
    text = key or ""
    if file:
        try:
            text = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it holds no key"
            raise WrongUsage(f"The key in {file} cannot be read: {reason}.") from None
    if (text or file) and not _KEY.fullmatch(text):
        raise WrongUsage("The key cannot be used: it is empty, or holds blanks or characters that no key has.")
    _key.set(text)


def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {_key.get()}"} if _key.get() else {}
