"""Brings back what was deleted or overwritten in a bucket that keeps versions.

    undelete.py BUCKET --since 2026-05-01T09:00:00+00:00 [--prefix files/] [--dry-run]

Every object is made again what it was at that moment: a deletion since then is taken back, of what was overwritten the
version of then is copied to the top. Nothing is lost by it: versions stay. Credentials and region come from where AWS's
tools look for them; rights: ListBucketVersions, DeleteObjectVersion (of delete markers), GetObjectVersion, PutObject.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import boto3

__all__ = ["main", "undelete"]


def undelete(s3: Any, bucket: str, *, since: datetime, prefix: str = "", dry_run: bool = False) -> Iterator[str]:
    """What was done, a line for each object."""
    for key, versions in _versions(s3, bucket, prefix).items():
        newest = versions[0]
        if newest["LastModified"] <= since:
            continue
        then = next((each for each in versions if each["LastModified"] <= since), None)
        if then is None or "DeleteMarker" in then:
            continue  # It was not there.
        if "DeleteMarker" in newest and versions[1]["VersionId"] == then["VersionId"]:
            yield f"deletion taken back: {key}"
            if not dry_run:
                s3.delete_object(Bucket=bucket, Key=key, VersionId=newest["VersionId"])
        else:
            yield f"version of then copied to the top: {key}"
            if not dry_run:
                source = {"Bucket": bucket, "Key": key, "VersionId": then["VersionId"]}
                s3.copy_object(Bucket=bucket, Key=key, CopySource=source)


def _versions(s3: Any, bucket: str, prefix: str) -> Mapping[str, list[dict[str, Any]]]:
    """By object, its versions and deletions, newest first."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for each in page.get("Versions", ()):
            found[each["Key"]].append(each)
        for each in page.get("DeleteMarkers", ()):
            found[each["Key"]].append({**each, "DeleteMarker": True})
    for versions in found.values():
        versions.sort(key=lambda each: (each["LastModified"], each["IsLatest"]), reverse=True)
    return found


def main() -> int:
    """Run the command that was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bucket")
    parser.add_argument("--since", type=datetime.fromisoformat, required=True, help="with its zone: …+00:00")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--dry-run", action="store_true", help="only tell")
    asked = parser.parse_args()
    if asked.since.tzinfo is None:
        parser.error("--since needs a zone, such as +00:00")
    done = undelete(boto3.client("s3"), asked.bucket, since=asked.since, prefix=asked.prefix, dry_run=asked.dry_run)
    count = 0
    for line in done:
        print(line)
        count += 1
    print(f"{count} objects {'would be' if asked.dry_run else 'are'} as they were at {asked.since.isoformat()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
