"""The name that makers use, and which region it leads to."""

from pathlib import Path
from typing import Any, Protocol

from pcf_ops.configuration import Configuration, Route53Record

__all__ = ["FileFollowed", "Record", "RecordFailedError", "Route53", "record_of"]


class RecordFailedError(Exception):
    """It could not be read or changed; the message says why."""


class Record(Protocol):
    """What a name points at."""

    def read(self) -> str:
        """The target; empty if there is none yet. RecordFailedError."""

    def write(self, target: str) -> None:
        """Returns when whoever asks from now on is told this target. RecordFailedError."""


class FileFollowed:
    """A file with the target in it, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        try:
            return self._path.read_text().strip()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise RecordFailedError(f"{self._path}: {error.strerror}") from error

    def write(self, target: str) -> None:
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            new.write_text(f"{target}\n")
            new.replace(self._path)
        except OSError as error:
            raise RecordFailedError(f"{self._path}: {error.strerror}") from error


class Route53:
    """A CNAME of Amazon's Route 53; credentials come from where AWS's tools find them."""

    def __init__(self, told: Route53Record, client: Any) -> None:
        """`client` is boto3's, of "route53"."""
        self._told = told
        self._client = client

    def read(self) -> str:
        name = f"{self._told.name.rstrip('.')}."
        found = self._ask("list_resource_record_sets", StartRecordName=name, StartRecordType="CNAME", MaxItems="1")[
            "ResourceRecordSets"
        ]
        same = [each for each in found if each["Name"] == name and each["Type"] == "CNAME"]
        return str(same[0]["ResourceRecords"][0]["Value"]).rstrip(".") if same else ""

    def write(self, target: str) -> None:
        record = {
            "Name": self._told.name,
            "Type": "CNAME",
            "TTL": self._told.ttl_s,
            "ResourceRecords": [{"Value": target}],
        }
        change = {"Comment": "pcf-ops", "Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        made = self._ask("change_resource_record_sets", ChangeBatch=change)
        waiter = self._client.get_waiter("resource_record_sets_changed")
        try:
            waiter.wait(Id=made["ChangeInfo"]["Id"], WaiterConfig={"Delay": 2, "MaxAttempts": 60})
        except Exception as error:
            raise RecordFailedError(
                f"Route 53 has taken the change, but does not say that it is everywhere: {error}"
            ) from error

    def _ask(self, what: str, **how: Any) -> Any:
        try:
            return getattr(self._client, what)(HostedZoneId=self._told.zone, **how)
        except Exception as error:
            raise RecordFailedError(f"Route 53: {error}") from error


def record_of(told: Configuration) -> Record:
    """The one that the file names."""
    if told.record.file:
        return FileFollowed(told.record.file.path)
    import boto3  # noqa: PLC0415 - half a second, and only for Route 53

    if told.record.route53 is None:
        raise ValueError("no record is told")
    return Route53(told.record.route53, boto3.client("route53"))
