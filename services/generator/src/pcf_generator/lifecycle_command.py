"""`pcf-generator lifecycle`: after how many days the bucket deletes artifacts."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING

from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError

from pcf_generator.settings import GeneratorSettings

if TYPE_CHECKING:
    from pcf_generator.adapters.s3_lifecycle import ExpiryRule

__all__ = ["LIFECYCLE"]

_MOST_DAYS = 36_500


def _run(settings: GeneratorSettings, asked: argparse.Namespace) -> int:
    """Set the rule if days are given, and say what it is."""
    if not settings.artifacts_url:
        raise CannotStartError("PCF_GENERATOR_ARTIFACTS_URL is not set: artifacts are kept in a folder, and for good.")

    async def work(rule: "ExpiryRule") -> int:
        if asked.days is not None:
            await rule.set_days(asked.days)
        return await rule.days()

    days = asyncio.run(_with_rule(settings, work))
    kept = f"for {days} days" if days else "for good"
    sys.stdout.write(f"{settings.artifacts_url.partition('?')[0]} keeps artifacts {kept}.\n")
    if days == settings.artifacts_days:
        return 0
    sys.stderr.write(f"The instances do not know: set PCF_GENERATOR_ARTIFACTS_DAYS={days} for each of them.\n")
    return 1 if asked.days is None else 0


async def _with_rule(settings: GeneratorSettings, work: "Callable[[ExpiryRule], Awaitable[int]]") -> int:
    from pcf_runtime.s3 import Bucket, BucketUnavailableError, BucketUrl  # noqa: PLC0415 - boto3 is slow to load

    from pcf_generator.adapters.s3_lifecycle import ExpiryRule  # noqa: PLC0415 - likewise

    try:
        url = BucketUrl.parse(settings.artifacts_url)
    except ValueError as error:
        raise CannotStartError(f"PCF_GENERATOR_ARTIFACTS_URL: {error}.") from error
    with closing(Bucket(url)) as bucket:
        try:
            return await work(ExpiryRule(bucket))
        except BucketUnavailableError as error:
            raise CannotStartError(f"{error}; try again when it answers.") from error


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--days", type=_days, help="delete artifacts after so many days, 0: never; without it the rule is only shown"
    )


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"0 to {_MOST_DAYS}")
    return days


LIFECYCLE = Command("show or set after how many days the bucket deletes artifacts", _run, _arguments)
