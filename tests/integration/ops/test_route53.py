"""The name that makers use, in Route 53 as moto has it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from pcf_ops.configuration import Route53Record
from pcf_ops.record import RecordFailedError, Route53

from tests.servers.s3 import moto

pytestmark = pytest.mark.slow


@pytest.fixture
def client() -> Iterator[Any]:
    with moto() as server:
        yield boto3.client("route53", endpoint_url=server.endpoint, region_name="us-east-1")


def test_what_is_written_is_read(client: Any):
    zone = client.create_hosted_zone(Name="contoso.com", CallerReference="1")["HostedZone"]["Id"].rsplit("/", 1)[1]
    record = Route53(Route53Record(zone=zone, name="controls.contoso.com"), client)

    assert "" == record.read()
    for target in ("one.contoso.com", "two.contoso.com"):
        record.write(target)
        assert target == record.read()


def test_a_zone_that_is_not_there_is_told(client: Any):
    with pytest.raises(RecordFailedError, match="Route 53"):
        Route53(Route53Record(zone="Z404", name="controls.contoso.com"), client).write("one.contoso.com")
