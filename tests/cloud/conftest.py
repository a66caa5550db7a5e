"""Everything of production, applied to moto."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.cloud.terraform import Terraform, missing
from tests.servers.s3 import S3, moto

_ACCOUNT = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true"}
APPLIED = (
    "module.network",
    "module.network_standby",
    "module.storage",
    "module.storage_standby",
    "module.identity",
    "module.identity_standby",
    "module.edge",
    "aws_ecr_repository.service",
    "aws_ecr_lifecycle_policy.service",
    "aws_secretsmanager_secret.service",
    "module.data.aws_db_instance.this",
    "module.data.aws_secretsmanager_secret_version.owner",
    "module.data.aws_vpc_security_group_ingress_rule.cluster",
)
"""All but what moto lacks: copies of databases in another region, global datastores, ready-made policies."""


@pytest.fixture(scope="session")
def needed() -> None:
    if said := missing():
        if os.environ.get("PCF_NEED_ALL"):
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="session")
def aws() -> Iterator[S3]:
    with moto(Path(__file__).with_name("moto_in_turn.py")) as server:
        for region in ("eu-west-1", "eu-central-1"):
            # Of AWS's own lists, moto lacks this one; it plays no addresses.
            _client(server, "ec2", region).create_managed_prefix_list(
                PrefixListName=f"com.amazonaws.{region}.route53-healthchecks", MaxEntries=25, AddressFamily="IPv4"
            )
        yield server


@pytest.fixture(scope="session")
def terraform(needed: None, aws: S3, tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    environment = {**_ACCOUNT, "AWS_ENDPOINT_URL": aws.endpoint, "NO_PROXY": "127.0.0.1"}
    return Terraform(tmp_path_factory.mktemp("terraform"), environment)


@pytest.fixture(scope="session")
def variables(aws: S3) -> list[str]:
    """Those of production, in a zone that is there."""
    zone = _client(aws, "route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    return ["-input=false", "-var-file=environments/production.tfvars", f"-var=zone_id={zone.rsplit('/', 1)[1]}"]


@pytest.fixture(scope="session")
def applied(terraform: Terraform, variables: list[str], aws: S3) -> Any:
    """Made, until all tests are done; a client of each of AWS's services by its name and region."""
    targets = [f"-target={each}" for each in APPLIED]
    terraform.run("apply", "-auto-approve", "-parallelism=20", *variables, *targets, within_s=900)
    return lambda service, region="eu-west-1": _client(aws, service, region)


@pytest.fixture(scope="session")
def folder() -> Path:
    return Path(__file__).parents[2] / "deploy/aws"


def _client(server: S3, service: str, region: str = "eu-west-1") -> Any:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client(service, region_name=region, endpoint_url=server.endpoint, **keys)
