"""A depot by how people write it: `s3://bucket/prefix?region=…`, or a folder."""

from pathlib import Path

from pcf_runtime.bucket_url import BucketUrl

from pcf_brain.adapters.folder_depot import FolderDepot
from pcf_brain.ports import Depot

PATIENT_S = 30.0
"""For people and scripts: what is slow is waited for."""
SERVING_S = 3.0
"""For who serves: another region waits to be asked, and the next look to be taken."""


def open_depot(text: str, *, call_s: float = PATIENT_S) -> Depot:
    """Raises ValueError where the text is no bucket's URL and looks like one."""
    if "://" not in text:
        return FolderDepot(Path(text))
    url = BucketUrl.parse(text)
    from pcf_brain.adapters.bucket_depot import BucketDepot  # noqa: PLC0415 - brings boto3

    return BucketDepot(url, call_s=call_s)
