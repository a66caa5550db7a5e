"""The bucket's own rule that deletes artifacts after some days, beside whatever other rules it has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from pcf_runtime.s3 import Bucket

from pcf_generator.adapters.s3_artifacts import FOLDER

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_NO_RULES: Final = "NoSuchLifecycleConfiguration"
_SIZES: Final = "TransitionDefaultMinimumObjectSize"
"""Of the whole configuration and not of a rule: it falls back to its default when it is not said again."""
_HALVES_DAYS: Final = 1
"""How long half an upload, and what a bucket with versions keeps of a deleted object, may stay."""


@dataclass(frozen=True, slots=True)
class ExpiryRule:
    """The rule of one prefix of a bucket."""

    bucket: Bucket

    async def days(self) -> int:
        """After how many days artifacts are deleted; 0 when they are not."""
        found = await self.bucket.call(self._read)
        ours = (rule for rule in found.get("Rules", ()) if rule.get("ID") == self._id)
        return next((rule["Expiration"]["Days"] for rule in ours if rule["Status"] == "Enabled"), 0)

    async def set_days(self, days: int) -> None:
        """Delete artifacts after so many days; 0 takes the rule away. Other rules stay as they are."""

        def write(s3: "S3Client") -> None:
            known = self._read(s3)
            rules = [rule for rule in known.get("Rules", ()) if rule.get("ID") != self._id]
            rules += [self._rule(days)] if days else []
            if not rules:
                s3.delete_bucket_lifecycle(Bucket=self.bucket.url.bucket)
                return
            more = {_SIZES: known[_SIZES]} if _SIZES in known else {}
            s3.put_bucket_lifecycle_configuration(
                Bucket=self.bucket.url.bucket, LifecycleConfiguration={"Rules": rules}, **more
            )

        await self.bucket.call(write)

    @property
    def _id(self) -> str:
        """Names the prefix: two installations may share a bucket."""
        return f"pcf artifacts {self.bucket.url.key(FOLDER)}"

    def _rule(self, days: int) -> dict[str, Any]:
        return {
            "ID": self._id,
            "Status": "Enabled",
            "Filter": {"Prefix": self.bucket.url.key(FOLDER)},
            "Expiration": {"Days": days},
            "NoncurrentVersionExpiration": {"NoncurrentDays": _HALVES_DAYS},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _HALVES_DAYS},
        }

    def _read(self, s3: "S3Client") -> dict[str, Any]:
        try:
            return dict(s3.get_bucket_lifecycle_configuration(Bucket=self.bucket.url.bucket))
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_RULES:
                raise
            return {}
