import pytest
from pcf_runtime.bucket_url import BucketUrl


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://brain", BucketUrl("brain")),
        ("s3://brain/", BucketUrl("brain")),
        ("s3://brain/releases/eu/", BucketUrl("brain", "releases/eu")),
        ("s3://Old_Bucket.name/p", BucketUrl("Old_Bucket.name", "p")),
        ("s3://brain?region=eu-west-1", BucketUrl("brain", region="eu-west-1")),
        (
            "s3://brain/p?region=eu-west-1&endpoint=http://127.0.0.1:9000",
            BucketUrl("brain", "p", "eu-west-1", "http://127.0.0.1:9000"),
        ),
        ("s3://brain?kms=alias/pcf", BucketUrl("brain", kms="alias/pcf")),
        ("s3://brain?kms=arn:aws:kms:eu-west-1:1:key/a-b", BucketUrl("brain", kms="arn:aws:kms:eu-west-1:1:key/a-b")),
        ("s3://brain?endpoint=https%3A%2F%2Fs3.example.org", BucketUrl("brain", endpoint="https://s3.example.org")),
    ],
)
def test_is_read_from_a_setting(text, expected):
    assert expected == BucketUrl.parse(text)


@pytest.mark.parametrize(
    "text", ["", "brain", "/var/brain", "s3:/brain", "s3://", "s3:///key", "https://brain.s3.aws", "S4://b"]
)
def test_another_form_is_refused_with_the_right_one(text):
    with pytest.raises(ValueError, match=r"written as s3://bucket/prefix\?region=…"):
        BucketUrl.parse(text)


def test_an_option_it_does_not_know_is_named():
    with pytest.raises(ValueError, match="knows region, endpoint and kms, not profile, regoin"):
        BucketUrl.parse("s3://brain?regoin=eu&profile=dev")


@pytest.mark.parametrize("key", ["", "%20", "a%22b"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match="kms names a key"):
        BucketUrl.parse(f"s3://brain?kms={key}")


def test_credentials_are_refused_and_not_repeated():
    with pytest.raises(ValueError, match="set AWS_ACCESS_KEY_ID or a role") as raised:
        BucketUrl.parse("s3://AKIA:secret@brain/prefix")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("prefix", "expected"), [("", "a/b"), ("p/q", "p/q/a/b")])
def test_keys_stand_below_the_prefix(prefix, expected):
    assert expected == BucketUrl("brain", prefix).key("a/b")


def test_shows_neither_region_nor_endpoint():
    assert ["s3://b/p", "s3://b"] == [str(BucketUrl("b", "p", "eu", "http://x")), str(BucketUrl("b"))]
