"""Under whose name, in which solution and as which version a control is published."""

from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.solution import MAX_UNIQUE_NAME, Publisher, Solution

DEFAULT_PREFIX = "pcfb"
DEFAULT_PUBLISHER = "PcfBuilder"
DEFAULT_PUBLISHER_DISPLAY_NAME = "PCF Builder"
FIRST_VERSION = "1.0.0"
MAX_NUMBER = 9999
"""The highest of a version's three numbers."""


class LastVersion(ValueError):  # noqa: N818 - reads as what it is
    """No version comes after this one."""


def solution_of(options: BuildOptions, *, namespace: str, name: str, display_name: str) -> Solution:
    """The solution a control goes into, with what the maker left open filled in; LastVersion."""
    publisher = options.publisher_name or DEFAULT_PUBLISHER
    standard = DEFAULT_PUBLISHER_DISPLAY_NAME if publisher == DEFAULT_PUBLISHER else publisher
    return Solution(
        unique_name=options.solution_name or f"{namespace}{name}"[:MAX_UNIQUE_NAME],
        display_name=display_name,
        version=f"{control_version(options)}.0",
        publisher=Publisher(
            unique_name=publisher,
            display_name=options.publisher_display_name or standard,
            prefix=options.publisher_prefix or DEFAULT_PREFIX,
        ),
    )


def control_version(options: BuildOptions) -> str:
    """The version asked for, or the one after that which it replaces, or the first; LastVersion."""
    return options.version or (bumped(options.previous_version) if options.previous_version else FIRST_VERSION)


def bumped(version: str) -> str:
    """The version after this one: its last number one higher, or the one before it where that is full.

    An environment shows a change only if the version has risen.

    >>> bumped("1.0.3"), bumped("1.0.9999")
    ('1.0.4', '1.1.0')
    """
    numbers = [int(number) for number in version.split(".")]
    for place in reversed(range(len(numbers))):
        if numbers[place] < MAX_NUMBER:
            return ".".join(map(str, [*numbers[:place], numbers[place] + 1, *[0] * (len(numbers) - place - 1)]))
    raise LastVersion(f"no version comes after {version}")
