"""Makes the buckets, and puts the brain's files into one of them as a signed release; what is there stays.

Runs in the brain's image, which holds those files and the command that publishes them.
"""

import os
import subprocess
import sys
from pathlib import Path

import boto3

ENDPOINT = os.environ["S3_ENDPOINT"]
PLACE = f"s3://brain/releases?region=us-east-1&endpoint={ENDPOINT}"
SECRETS = Path("/run/secrets")


def main() -> None:
    """Buckets first, the release then."""
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, region_name="us-east-1")
    there = {each["Name"] for each in s3.list_buckets()["Buckets"]}
    for name in ("artifacts", "brain", "audit"):
        if name not in there:
            s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=name == "audit")
    digest = _release("create", "/ai-brain", "--to", PLACE).split()[-1]
    _release("sign", digest, "--in", PLACE, "--key-file", str(SECRETS / "release_key"))
    _release("promote", digest, "--in", PLACE, "--key", (SECRETS / "verifier").read_text().strip())


def _release(*arguments: str) -> str:
    line = [sys.executable, "-m", "pcf_brain", "release", *arguments]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - our own


if __name__ == "__main__":
    main()
