"""`pcf-brain release create | sign | verify | promote | rollback | list | keys`: what it takes."""

import argparse
from pathlib import Path

from pcf_brain.exits import EPILOG
from pcf_brain.settings import BrainSettings

HELP = "create, sign, verify, promote, roll back and list releases in a bucket or folder"

_PLACE = "s3://bucket/prefix?region=…, or a folder; if left out, PCF_BRAIN_BUCKET_URL"
_KEY = "verifier whose signature is asked for; if left out, PCF_BRAIN_RELEASE_KEY"
_DIGEST = "digest that `create` printed; the first 8 digits or more will do"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)

    create = actions.add_parser("create", help="put a folder there as a release, after checking it; print its digest")
    create.add_argument("folder", type=Path, help="such as ai-brain")
    create.add_argument("--to", dest="place", metavar="PLACE", default="", help=_PLACE)

    sign = actions.add_parser("sign", help="vouch for a release, after reading and checking all of it")
    sign.add_argument("digest", help=_DIGEST)
    sign.add_argument("--key-file", type=Path, required=True, help="file with the signing key that `keys` wrote")
    _in(sign)

    verify = actions.add_parser("verify", help="read all of a release and check its signature, hashes and files")
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("digest", nargs="?", default="", help=_DIGEST)
    which.add_argument("--current", action="store_true", help="the one that is served")
    _in(verify, trusting=True)

    promote = actions.add_parser("promote", help="make a release the one that is served, after verifying it")
    promote.add_argument("digest", help=_DIGEST)
    _in(promote, trusting=True)

    _in(actions.add_parser("rollback", help="return to the release before, after verifying it"), trusting=True)
    _in(actions.add_parser("list", help="list the releases there are, the one that is served marked"), trusting=True)

    keys = actions.add_parser("keys", help="make a new pair of keys: the signing one to a file, the verifier printed")
    keys.add_argument("--name", required=True, help="whose key it is, such as brain.example.com")
    keys.add_argument("--key-file", type=Path, required=True, help="file to make for the signing key; keep it secret")


def run(settings: BrainSettings, asked: argparse.Namespace) -> int:
    # Loaded here: who serves a folder needs neither keys nor buckets.
    from pcf_brain import release_actions  # noqa: PLC0415 - as said

    return release_actions.run(settings, asked)


def _in(parser: argparse.ArgumentParser, *, trusting: bool = False) -> None:
    parser.add_argument("--in", dest="place", metavar="PLACE", default="", help=_PLACE)
    if trusting:
        key = parser.add_mutually_exclusive_group()
        key.add_argument("--key", default="", help=_KEY)
        key.add_argument("--unsigned", action="store_true", help="ask for no signature, as only development may")
