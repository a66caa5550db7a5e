"""`pcf-brain sync`: what it takes, and how it goes on."""

import argparse
import math
from pathlib import Path

from pcf_brain.exits import EPILOG
from pcf_brain.settings import BrainSettings

HELP = "bring the current release from a bucket to a volume, whole and verified"

_ALSO = "Serve the volume with PCF_BRAIN_FOLDER=VOLUME/current. A sync that fails leaves the volume as it was."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{_ALSO} {EPILOG}"
    source = "s3://bucket/prefix?region=…, or a folder of the same layout; if left out, "
    parser.add_argument("--from", dest="place", metavar="PLACE", default="", help=f"{source}PCF_BRAIN_BUCKET_URL")
    parser.add_argument(
        "--fallback",
        metavar="PLACE",
        default="",
        help="asked while the first gives no answer; if left out, PCF_BRAIN_FALLBACK_BUCKET_URL",
    )
    parser.add_argument("--to", dest="volume", metavar="VOLUME", type=Path, required=True, help="folder to write to")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key", default="", help="verifier that must have signed; if left out, PCF_BRAIN_RELEASE_KEY")
    key.add_argument("--unsigned", action="store_true", help="ask for no signature, as only development may")
    parser.add_argument("--keep", type=_count, default=3, help="how many releases stay on the volume (3)")
    parser.add_argument(
        "--stay", action="store_true", help="succeed, though it failed, if the volume holds a whole, signed release"
    )
    parser.add_argument("--watch", metavar="SECONDS", type=_pause, help="go on, looking again after so many seconds")


def run(settings: BrainSettings, asked: argparse.Namespace) -> int:
    from pcf_brain import sync_action  # noqa: PLC0415 - who serves a folder needs neither keys nor buckets

    return sync_action.run(settings, asked)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1: the one that is served")
    return count


def _pause(text: str) -> float:
    seconds = float(text)
    if not math.isfinite(seconds) or seconds <= 0:
        raise argparse.ArgumentTypeError("a number of seconds above 0")
    return seconds
