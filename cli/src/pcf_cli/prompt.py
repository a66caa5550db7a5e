"""Reads the prompt: an argument, or standard input for `-`."""

import sys
from collections.abc import Sequence
from typing import BinaryIO, Final

from pcf_cli.exits import WrongUsage

__all__ = ["check_arguments", "read_prompt"]

_STDIN: Final = "-"
_LIMIT_BYTES: Final = 64 * 1024
"""More than the server reads; the longest prompt has 5,000 characters."""


def read_prompt(argument: str, stdin: BinaryIO | None = None) -> str:
    """The prompt; what surrounds it in a file (a line break at the end, a byte order mark) is not part of it."""
    if argument != _STDIN:
        return argument
    content = (stdin or sys.stdin.buffer).read(_LIMIT_BYTES + 1)
    if len(content) > _LIMIT_BYTES:
        raise WrongUsage(
            f"Standard input holds more than {_LIMIT_BYTES:,} bytes; a prompt has at most 5,000 characters."
        )
    try:
        return content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise WrongUsage(f"Standard input is not UTF-8: byte {error.start + 1} begins no character.") from None


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no text, before they end up in a message or a file name."""
    for position, argument in enumerate(arguments, start=1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise WrongUsage(
                f"Argument {position} is not UTF-8. Set the terminal to UTF-8, or use `-` and a file."
            ) from None
