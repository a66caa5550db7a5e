"""What is wrong with the settings of the export is said before anything starts."""

import pytest
from pcf_audit.settings import AuditSettings
from pydantic import ValidationError


def test_without_a_bucket_nothing_is_exported_and_nothing_is_wrong():
    assert ("", []) == (AuditSettings().export_url, AuditSettings().problems())


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/prefix?region=eu-west-1&endpoint=http://127.0.0.1:9000"])
def test_a_bucket_is_taken(url: str):
    assert [] == AuditSettings(export_url=url).problems()


@pytest.mark.parametrize("url", ["bucket", "https://bucket", "s3://", "s3://key:secret@bucket", "s3://bucket?rgn=x"])
def test_what_is_no_bucket_is_named(url: str):
    [problem] = AuditSettings(export_url=url).problems()

    assert problem.startswith("PCF_AUDIT_EXPORT_URL cannot be used: ")
    assert "secret" not in problem


@pytest.mark.parametrize("values", [{"export_lock_days": -1}, {"export_lock_days": 40_000}, {"export_interval_s": 0}])
def test_numbers_have_limits(values: dict[str, float]):
    with pytest.raises(ValidationError):
        AuditSettings(**values)
