"""The solution a control travels in, who publishes it, and what Dataverse allows in their names.

Lengths are those of the columns `solution` and `publisher` store them in, in UTF-16 units as SQL Server counts;
https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/solution
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_UNIQUE_NAME = 65
MAX_PUBLISHER_NAME = 256
MAX_DISPLAY_NAME = 256
MAX_CONTROL_NAME = 200
"""Of `prefix_Namespace.Name`, the name an environment knows the control by."""
MAX_VERSION_PART = 2**31 - 1

UNIQUE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PREFIX = re.compile(r"(?!mscrm)[a-z][a-z0-9]{1,7}")
VERSION = re.compile(r"(0|[1-9][0-9]{0,9})(\.(0|[1-9][0-9]{0,9})){3}")

# Solutions every environment has; and file names that Windows cannot hold, since the project file is named so.
_TAKEN = frozenset({"active", "basic", "default", "system", "con", "prn", "aux", "nul"})
_DEVICE = re.compile(r"(?i:com|lpt)[0-9]")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes. `prefix` begins the names of what they publish."""

    unique_name: str
    display_name: str
    prefix: str

    @property
    def option_value_prefix(self) -> int:
        """The first digits of the publisher's choice values, 10000 to 99999: the same for the same prefix."""
        return abs(_string_hash(self.prefix)) % 90000 + 10000


@dataclass(frozen=True, slots=True)
class Solution:
    """What is imported; `version` is a.b.c.d."""

    unique_name: str
    display_name: str
    version: str
    publisher: Publisher


def solution_faults(solution: Solution) -> Iterator[str]:
    """What Dataverse would refuse in the solution or its publisher; nothing when it is fit to import."""
    name = solution.unique_name
    yield from _unique_name_faults(name, "the solution's unique name", limit=MAX_UNIQUE_NAME)
    if name.lower() in _TAKEN or _DEVICE.fullmatch(name):
        yield f"the solution's unique name is taken: {name}"
    yield from _display_name_faults(solution.display_name, "the solution's display name")
    if not VERSION.fullmatch(solution.version):
        yield "the solution's version is not four whole numbers with dots between them"
    elif any(int(part) > MAX_VERSION_PART for part in solution.version.split(".")):
        yield f"the solution's version has a number above {MAX_VERSION_PART}"
    yield from publisher_faults(solution.publisher)


def publisher_faults(publisher: Publisher) -> Iterator[str]:
    """What Dataverse would refuse in the publisher."""
    yield from _unique_name_faults(publisher.unique_name, "the publisher's unique name", limit=MAX_PUBLISHER_NAME)
    yield from _display_name_faults(publisher.display_name, "the publisher's display name")
    if not PREFIX.fullmatch(publisher.prefix):
        yield (
            "the publisher's prefix is not 2 to 8 lower-case letters and digits, a letter first, "
            "or it begins with mscrm, which is Microsoft's"
        )


def _unique_name_faults(name: str, what: str, *, limit: int) -> Iterator[str]:
    if not UNIQUE_NAME.fullmatch(name):
        yield f"{what} is not letters, digits and underscores, a letter first"
    if len(name) > limit:
        yield f"{what} is longer than {limit} characters"


def _display_name_faults(text: str, what: str) -> Iterator[str]:
    categories = [unicodedata.category(character) for character in text]
    if all(category[0] in "ZC" for category in categories):
        yield f"{what} is blank"
    # No file format carries these, or they would break the line.
    if {"Cc", "Cs", "Zl", "Zp"} & set(categories) or re.search("[\ufffe\uffff]", text):
        yield f"{what} holds a control character"
    if _utf16_length(text) > MAX_DISPLAY_NAME:
        yield f"{what} is longer than {MAX_DISPLAY_NAME} characters"


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _string_hash(text: str) -> int:
    """String.GetHashCode of the 64-bit .NET Framework without randomisation, which the platform's CLI derives it from.

    Two running hashes over every other UTF-16 unit, joined as a signed 32-bit number;
    https://referencesource.microsoft.com/#mscorlib/system/string.cs
    """
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    even = odd = 5381
    for place, unit in enumerate(units):
        if place % 2 == 0:
            even = (even * 33 ^ unit) & 0xFFFFFFFF
        else:
            odd = (odd * 33 ^ unit) & 0xFFFFFFFF
    joined = (even + odd * 1566083941) & 0xFFFFFFFF
    return joined - (1 << 32) if joined >> 31 else joined
