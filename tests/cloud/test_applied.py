"""What was made, looked at through AWS's own interface."""

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.cloud.terraform import Terraform

CHART = Path(__file__).parents[2] / "deploy/helm/pcf-builder"
BUCKETS = {"artifacts", "brain", "audit"}


@pytest.mark.parametrize(("suffix", "region"), [("", "eu-west-1"), ("-standby", "eu-central-1")])
def test_buckets_are_closed_versioned_and_encrypted(applied: Any, suffix: str, region: str):
    s3 = applied("s3", region)
    for kind in BUCKETS:
        bucket = f"pcf-builder-production-{kind}{suffix}"
        closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert {True} == set(closed.values())
        assert "Enabled" == s3.get_bucket_versioning(Bucket=bucket)["Status"]
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert "aws:kms" == rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert ["Deny"] == [each["Effect"] for each in policy["Statement"]]


@pytest.mark.parametrize("suffix", ["", "-standby"])
def test_exports_of_the_audit_log_are_locked(applied: Any, suffix: str):
    told = applied("s3").get_object_lock_configuration(Bucket=f"pcf-builder-production-audit{suffix}")

    retention = told["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert ("COMPLIANCE", 365) == (retention["Mode"], retention["Days"])


def test_every_bucket_is_copied_to_the_other_region(applied: Any):
    for kind in BUCKETS:
        told = applied("s3").get_bucket_replication(Bucket=f"pcf-builder-production-{kind}")
        (rule,) = told["ReplicationConfiguration"]["Rules"]
        assert f"arn:aws:s3:::pcf-builder-production-{kind}-standby" == rule["Destination"]["Bucket"]


def test_each_role_is_one_service_accounts_and_has_its_own_rights(applied: Any):
    rights = {service: _rights(applied, service) for service in ("generator", "brain", "audit")}

    assert {"s3:GetObject"} == {each for each in rights["brain"] if each.startswith("s3:")}
    # The archive looks at the lock before it exports.
    assert {"s3:PutObjectRetention", "s3:GetBucketObjectLockConfiguration"} <= rights["audit"]
    assert not [each for given in rights.values() for each in given if "Delete" in each or each.endswith("*")]
    trust = applied("iam").get_role(RoleName="pcf-builder-production-generator")["Role"]["AssumeRolePolicyDocument"]
    condition = trust["Statement"][0]["Condition"]["StringEquals"]
    assert "system:serviceaccount:pcf-builder:pcf-builder-generator" in condition.values()


def test_no_service_reads_anothers_bucket(applied: Any):
    for service, bucket in (("generator", "artifacts"), ("brain", "brain"), ("audit", "audit")):
        resources = [each for each in _resources(applied, service) if ":s3:::" in each]
        assert resources
        assert not [each for each in resources if f"-{bucket}" not in each]
    assert not [each for each in _resources(applied, "gateway") if ":s3:::" in each]


def test_the_brain_reads_releases_of_the_other_region_too(applied: Any):
    for role in ("pcf-builder-production-brain", "pcf-builder-production-standby-brain"):
        statements = applied("iam").get_role_policy(RoleName=role, PolicyName="own")["PolicyDocument"]["Statement"]
        read = {each["Resource"] for each in statements if "s3:GetObject" in each["Action"]}
        keys = {each["Resource"].split(":")[3] for each in statements if "kms:Decrypt" in each["Action"]}

        buckets = ("pcf-builder-production-brain", "pcf-builder-production-brain-standby")
        assert {f"arn:aws:s3:::{bucket}/releases/*" for bucket in buckets} == read
        assert {"eu-west-1", "eu-central-1"} == keys


def test_a_service_reads_its_own_secrets_and_nobody_the_owners(applied: Any):
    secrets = {each["Name"]: each["ARN"] for each in applied("secretsmanager").list_secrets()["SecretList"]}
    models = {"generator": {"models"}}

    for service in ("gateway", "generator", "brain", "audit"):
        patterns = [each for each in _resources(applied, service) if ":secretsmanager:" in each]
        read = {name.rsplit("/", 1)[1] for name, arn in secrets.items() if any(fnmatch(arn, each) for each in patterns)}
        assert {service} | models.get(service, set()) == read


def test_keys_turn(applied: Any):
    for region in ("eu-west-1", "eu-central-1"):
        kms = applied("kms", region)
        alias = "alias/pcf-builder-production" + ("-standby" if region == "eu-central-1" else "")
        key = next(each for each in kms.list_aliases()["Aliases"] if each["AliasName"] == alias)
        assert kms.get_key_rotation_status(KeyId=key["TargetKeyId"])["KeyRotationEnabled"]


def test_every_secret_of_the_chart_is_there(applied: Any):
    found = applied("secretsmanager").list_secrets()["SecretList"]
    names = {each["Name"] for each in found}

    services = {"gateway", "generator", "audit"}
    wanted = {*services, "brain", "models", "database", *(f"{service}-owner" for service in services)}
    assert {f"pcf-builder/production/{each}" for each in wanted} == names


def test_the_name_that_makers_are_sent_by_leads_to_region_one_and_reads_fail_over(applied: Any):
    route53 = applied("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]

    (origin,) = (each for each in records if each["Name"] == "origin.controls.example.com.")
    assert ["one.controls.example.com"] == [each["Value"] for each in origin["ResourceRecords"]]
    reads = {each["SetIdentifier"]: each for each in records if each["Name"] == "read.controls.example.com."}
    assert {"one": "PRIMARY", "two": "SECONDARY"} == {name: each["Failover"] for name, each in reads.items()}
    checks = {each["Id"]: each["HealthCheckConfig"] for each in route53.list_health_checks()["HealthChecks"]}
    assert {"/healthz"} == {checks[each["HealthCheckId"]]["ResourcePath"] for each in reads.values()}


def test_health_checks_reach_the_balancer_and_answers_find_back(applied: Any):
    """Else Route 53 sees each region dead, and the lists of the private subnets drop what Envoy answers."""
    for name, region in (("pcf-builder-production", "eu-west-1"), ("pcf-builder-production-standby", "eu-central-1")):
        ec2, balancers = applied("ec2", region), applied("elbv2", region)
        lists = {
            each["PrefixListId"]: each["PrefixListName"] for each in ec2.describe_managed_prefix_lists()["PrefixLists"]
        }
        (balancer,) = balancers.describe_load_balancers(Names=[name])["LoadBalancers"]
        groups = ec2.describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
        rules = [rule for each in groups for rule in each["IpPermissions"]]
        let_in = {lists[each["PrefixListId"]] for rule in rules for each in rule["PrefixListIds"]}
        assert {
            "com.amazonaws.global.cloudfront.origin-facing",
            f"com.amazonaws.{region}.route53-healthchecks",
        } == let_in
        assert {443} == {rule["FromPort"] for rule in rules}

        (group,) = balancers.describe_target_groups(Names=[name])["TargetGroups"]
        told = balancers.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
        assert "false" == next(each["Value"] for each in told if each["Key"] == "preserve_client_ip.enabled")


def test_databases_are_reached_from_the_cluster_alone(applied: Any):
    ec2 = applied("ec2")
    groups = {each["GroupName"]: each for each in ec2.describe_security_groups()["SecurityGroups"]}

    for name, port in (("postgres", 5432), ("redis", 6379)):
        for rule in groups[f"pcf-builder-production-{name}"]["IpPermissions"]:
            assert (port, port) == (rule["FromPort"], rule["ToPort"])
            assert all(each["CidrIp"].startswith("10.20.") for each in rule["IpRanges"])
    (data,) = (
        each for each in ec2.describe_network_acls()["NetworkAcls"] if _named(each, "pcf-builder-production-data")
    )
    opened = {entry["CidrBlock"] for entry in data["Entries"] if entry["RuleAction"] == "allow"}
    assert {"10.20"} == {cidr[:5] for cidr in opened}


def test_the_database_has_a_standby_is_encrypted_and_not_public(applied: Any):
    (database,) = applied("rds").describe_db_instances()["DBInstances"]

    assert database["MultiAZ"]
    assert database["StorageEncrypted"]
    assert not database["PubliclyAccessible"]
    assert database["DeletionProtection"]
    assert 35 == database["BackupRetentionPeriod"]
    # AWS lets nothing follow a database whose password it keeps itself.
    assert "MasterUserSecret" not in database


def test_the_owners_password_is_in_its_secret_and_nowhere_else(applied: Any, terraform: Terraform):
    told = applied("secretsmanager").get_secret_value(SecretId="pcf-builder/production/database")
    owner = json.loads(told["SecretString"])

    assert ("pcf_owner", 40) == (owner["username"], len(owner["password"]))
    state = (terraform.folder / "terraform.tfstate").read_text()
    assert "pcf_owner" in state
    assert owner["password"] not in state


@pytest.mark.parametrize("output", ["values", "standby_values"])
def test_the_chart_takes_what_is_put_out_for_it(applied: Any, terraform: Terraform, output: str):
    values = json.loads(terraform.run("output", "-json", output))
    schema = json.loads((CHART / "values.schema.json").read_text())
    own = yaml.safe_load((CHART / "values.yaml").read_text())

    jsonschema_rs.validator_for(schema).validate(_over(own, values))
    assert own.keys() >= values.keys()
    assert "pcf-builder/production" == values["externalSecrets"]["prefix"]


def test_images_are_never_overwritten(applied: Any):
    repositories = applied("ecr").describe_repositories()["repositories"]

    assert {f"pcf-builder-production/pcf-{service}" for service in ("gateway", "generator", "brain", "audit")} == {
        each["repositoryName"] for each in repositories
    }
    assert {"IMMUTABLE"} == {each["imageTagMutability"] for each in repositories}


def _over(below: Any, above: Any) -> Any:
    """As Helm lays values over a chart's own."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{name: _over(below.get(name), value) for name, value in above.items()}}


def _rights(applied: Any, service: str) -> set[str]:
    return {action for statement in _statements(applied, service) for action in statement["Action"]}


def _resources(applied: Any, service: str) -> list[str]:
    return [str(statement["Resource"]) for statement in _statements(applied, service)]


def _statements(applied: Any, service: str) -> list[dict[str, Any]]:
    told = applied("iam").get_role_policy(RoleName=f"pcf-builder-production-{service}", PolicyName="own")
    found: list[dict[str, Any]] = told["PolicyDocument"]["Statement"]
    return found


def _named(resource: dict[str, Any], name: str) -> bool:
    return {"Key": "Name", "Value": name} in resource.get("Tags", ())
