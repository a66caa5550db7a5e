from pathlib import Path

import pytest
from pcf_brain.settings import BrainSettings
from pcf_brain.trust import Signer
from pcf_runtime.settings import ConfigurationError, load

_KEY = Signer.generate("brain.test").verifier.text
_REDIS_FORMS = "a Redis URL begins with redis://, rediss://, redis+sentinel:// or redis+cluster:// and names a host"
_BUCKET = "s3://bucket/prefix?region=eu-west-1"


def test_in_development_the_folder_of_the_checkout_is_followed():
    settings = load(BrainSettings)
    told = (settings.folder, settings.poll_interval_s, settings.port, settings.metrics_port)
    assert told == (Path("ai-brain"), 2.0, 50052, 9352)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_elsewhere_nothing_is_served_that_nobody_signed(environment: str):
    problems = BrainSettings.model_validate({"PCF_ENV": environment}).problems()
    assert problems == [
        "PCF_BRAIN_RELEASE_KEY is not set: only PCF_ENV=development serves releases that nobody signed."
    ]


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
def test_signed_releases_are_served_everywhere(environment: str):
    settings = {"PCF_ENV": environment, "release_key": _KEY, "bucket_url": _BUCKET, "fallback_bucket_url": _BUCKET}
    assert BrainSettings.model_validate(settings).problems() == []


def test_two_keys_are_trusted_while_one_is_changed():
    assert BrainSettings(release_key=f"{_KEY} {Signer.generate('other').verifier.text}").problems() == []


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("bucket_url", "https://bucket", "PCF_BRAIN_BUCKET_URL: a bucket is written as s3://bucket/prefix?region=…."),
        (
            "bucket_url",
            "s3://b/p?zone=1",
            "PCF_BRAIN_BUCKET_URL: a bucket's URL knows region, endpoint and kms, not zone.",
        ),
        (
            "fallback_bucket_url",
            _BUCKET,
            "PCF_BRAIN_FALLBACK_BUCKET_URL is set without PCF_BRAIN_BUCKET_URL.",
        ),
        ("release_key", "name+00000000+AAAA", "PCF_BRAIN_RELEASE_KEY: the key is not an Ed25519 key of 32 bytes."),
        (
            "redis_url",
            "http://:secret@host",
            f"PCF_BRAIN_REDIS_URL: {_REDIS_FORMS}.",
        ),
    ],
)
def test_what_cannot_be_used_is_told_before_it_is(field: str, value: str, problem: str):
    assert [problem] == BrainSettings.model_validate({field: value}).problems()


def test_a_password_in_a_url_is_masked():
    assert "secret" not in str(BrainSettings(redis_url="redis://:secret@host").describe())


@pytest.mark.parametrize(
    ("name", "value"),
    [("PCF_BRAIN_RELEASES_KEPT", "0"), ("PCF_BRAIN_CACHE_BYTES", "-1"), ("PCF_BRAIN_POLL_INTERVAL_S", "-1")],
)
def test_what_makes_no_sense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load(BrainSettings)
